//! What there is to see of a VPC.

use aws_sdk_ec2::types::Vpc as WireVpc;
use sparki_aws::{AwsError, Consistency, Nonce};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::part_tags::{OWNER, Part};
use super::parts::{PartTags, Parts};
use super::wanted::Whole;
use super::{base, endpoint_requests, flow_logs, gateway, nat_requests, route_requests, subnets};
use crate::ec2::{Session, filter, tag_map};

/// Looks at a VPC by AWS's id; `None` if it does not exist.
pub(super) async fn describe(session: &Session<'_>, vpc_id: &str) -> Result<Option<WireVpc>, AwsError> {
    match session.client.describe_vpcs().vpc_ids(vpc_id).send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.vpcs.unwrap_or_default().into_iter().next()),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Looks for the VPC with a mark.
pub(super) async fn find(session: &Session<'_>, mark: &Nonce) -> Result<Option<WireVpc>, AwsError> {
    let request = session.client.describe_vpcs().filters(filter(&format!("tag:{OWNER}"), mark.as_str()));
    let found = request.send().await.map_err(AwsError::from)?.vpcs.unwrap_or_default();
    let is_it = |vpc: &WireVpc| Part::of(&tag_map(vpc.tags()), mark.as_str()) == Some(Part::Vpc);
    Ok(found.into_iter().find(is_it))
}

/// The mark of a VPC that Sparki has made; none of another one.
pub(super) fn mark(vpc: &WireVpc) -> Option<Nonce> {
    let tags = tag_map(vpc.tags());
    let mark = tags.get(OWNER)?;
    (Part::of(&tags, mark)? == Part::Vpc).then(|| Nonce::new(mark.as_str()))
}

/// The mark of a VPC that is in the state.
pub(super) fn mark_of_ours(vpc: &WireVpc, doing: &str) -> Result<Nonce, RemoteError> {
    mark(vpc).ok_or_else(|| {
        RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(format!(
            "The VPC {id} has lost the tags by which Sparki finds what belongs to it. Set its tag \"sparki:part\" to \
             \"vpc\", and \"{OWNER}\" to the value that its subnets have: aws ec2 create-tags --resources {id} --tags \
             Key=sparki:part,Value=vpc Key={OWNER},Value=VALUE",
            id = vpc.vpc_id().unwrap_or_default()
        ))
    })
}

/// Everything with the mark of the VPC, and what comes with it.
pub(super) async fn parts(
    session: &Session<'_>,
    doing: &str,
    (whole, tags): (&Whole, PartTags),
) -> Result<Parts, RemoteError> {
    let send = || async { all(session, whole, tags.clone()).await.map_err(AwsError::of_what_was_just_made) };
    session.send(Consistency::Propagation, doing, send).await?.map_err(|error| error.reading(doing))
}

async fn all(session: &Session<'_>, whole: &Whole, tags: PartTags) -> Result<Parts, AwsError> {
    let security_groups = endpoint_requests::look_groups(session, &whole.id).await?;
    let mut parts = Parts {
        base: base::look(session, (&whole.id, &security_groups), tags).await?,
        gateways: gateway::look(session, whole).await?,
        subnets: subnets::look(session, whole).await?,
        addresses: nat_requests::look_addresses(session, whole).await?,
        nats: nat_requests::look(session, whole).await?,
        tables: route_requests::look(session, whole).await?,
        groups: endpoint_requests::groups(&security_groups, whole),
        endpoints: endpoint_requests::look(session, whole).await?,
        flow_logs: flow_logs::look(session, whole).await?,
    };
    parts.sort();
    Ok(parts)
}

//! Finds security groups.

use aws_sdk_ec2::types::SecurityGroup as WireGroup;
use sparki_aws::{Aws, AwsError, Region};
use sparki_core::{Config, Ctx, Found, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::remote::found as state_of;
use super::{SecurityGroup, SecurityGroupModel, answer};
use crate::ec2::{Session, filter};
use crate::operation::Pages;

const LIST: &str = "failed to list the security groups";

/// Security groups of a region, by VPC and name.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct SecurityGroupFilter {
    /// AWS region of the groups. The provider's region if it is not set.
    #[attr(optional)]
    pub region: Value<Region>,
    /// Id of the VPC. Every VPC of the region if it is not set.
    #[attr(optional, validate(pattern("^vpc-", "be the id of a VPC")))]
    pub vpc_id: Value<String>,
    /// Name of the groups. Every one if it is not set.
    #[attr(optional, validate(len(1..=255)))]
    pub name: Value<String>,
}

impl List for SecurityGroup {
    type Filter = SecurityGroupFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<SecurityGroupFilter>,
        found: &mut Found<'_, SecurityGroupModel>,
    ) -> Result<(), RemoteError> {
        let session = Session::begin(ctx, &filter.region).await?;
        let mut pages = Pages::new();
        // In the filters of EC2, some characters stand for others.
        let is_wanted = |name: &str| filter.name.known().is_none_or(|wanted| wanted == name);
        while let Some(page) = next(&mut pages, &session, &filter).await? {
            // The one that every VPC has cannot be managed.
            let is_told = |group: &&WireGroup| {
                group.group_name().is_some_and(|name| name != "default" && is_wanted(name))
            };
            for group in page.iter().filter(is_told) {
                let state = if found.wants_objects() {
                    state_of(&session, LIST, group).await?
                } else {
                    let blank = SecurityGroupModel::blank();
                    State::new(answer::model((group, &[]), &session.region, session.aws.tags(), &blank))
                };
                let name = group.group_name().unwrap_or_default();
                if found.offer(name, state).await.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// The next page of groups.
async fn next(
    pages: &mut Pages,
    session: &Session<'_>,
    wanted: &SecurityGroupFilter,
) -> Result<Option<Vec<WireGroup>>, RemoteError> {
    let filters = [("vpc-id", &wanted.vpc_id), ("group-name", &wanted.name)];
    let filters: Vec<_> =
        filters.iter().filter_map(|(name, value)| Some(filter(name, value.known()?))).collect();
    let filters = (!filters.is_empty()).then_some(filters);
    let send = |token| {
        let filters = filters.clone();
        async move {
            let request = session.client.describe_security_groups().set_filters(filters);
            let answer = request.set_next_token(token).send().await.map_err(AwsError::from)?;
            Ok::<_, AwsError>((answer.security_groups, answer.next_token))
        }
    };
    pages.next(session, LIST, send).await
}

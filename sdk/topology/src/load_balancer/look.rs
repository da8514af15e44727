//! What there is to see of a load balancer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_elasticloadbalancingv2::types::{
    Listener as WireListener, LoadBalancer as Wire, TargetGroup as WireGroup,
};
use sparki_aws::AwsError;

use super::{LoadBalancerModel, Session, group_requests, listener_requests, tags};

/// A load balancer as it is.
#[derive(Clone, Debug)]
pub(super) struct There {
    pub(super) wire: Wire,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) tags: HashMap<String, String>,
    pub(super) listeners: Vec<listener_requests::There>,
    pub(super) listener_tags: tags::TagsOf,
    pub(super) groups: Vec<Group>,
}

/// A target group that belongs to a load balancer.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) key: String,
    pub(super) wire: WireGroup,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) tags: HashMap<String, String>,
}

impl There {
    pub(super) fn arn(&self) -> &str {
        self.wire.load_balancer_arn().unwrap_or_default()
    }
}

impl Group {
    pub(super) fn arn(&self) -> &str {
        self.wire.target_group_arn().unwrap_or_default()
    }
}

/// Looks for a load balancer by its name; `None` if it does not exist.
pub(super) async fn find(session: &Session<'_>, name: &str) -> Result<Option<Wire>, AwsError> {
    match session.client.describe_load_balancers().names(name).send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.load_balancers.unwrap_or_default().into_iter().next()),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Looks at a load balancer and all that belongs to it. `known` says which target groups there may be that no listener
/// forwards to.
pub(super) async fn look(
    session: &Session<'_>,
    name: &str,
    known: &LoadBalancerModel,
) -> Result<Option<There>, AwsError> {
    let Some(wire) = find(session, name).await? else { return Ok(None) };
    let arn = wire.load_balancer_arn().unwrap_or_default().to_owned();
    let request = session.client.describe_load_balancer_attributes().load_balancer_arn(&arn);
    let attributes = request.send().await.map_err(AwsError::from)?.attributes.unwrap_or_default();
    let attributes = attributes.into_iter().filter_map(|it| Some((it.key?, it.value?))).collect();
    let (listeners, listener_tags) = listeners(session, &arn, known).await?;
    let groups = groups(session, (name, &arn), known).await?;
    let tags = tags::describe(session, std::slice::from_ref(&arn)).await?.remove(&arn).unwrap_or_default();
    Ok(Some(There { wire, attributes, tags, listeners, listener_tags, groups }))
}

async fn listeners(
    session: &Session<'_>,
    balancer: &str,
    known: &LoadBalancerModel,
) -> Result<(Vec<listener_requests::There>, tags::TagsOf), AwsError> {
    let (mut wires, mut marker): (Vec<WireListener>, _) = (Vec::new(), None);
    loop {
        let request = session.client.describe_listeners().load_balancer_arn(balancer).set_marker(marker);
        let answer = request.send().await.map_err(AwsError::from)?;
        wires.extend(answer.listeners.unwrap_or_default());
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            break;
        }
    }
    let arns: Vec<_> = wires.iter().filter_map(|wire| wire.listener_arn.clone()).collect();
    let tags = tags::describe(session, &arns).await?;
    let mut found = Vec::new();
    for wire in wires {
        let arn = wire.listener_arn().unwrap_or_default();
        let tagged = tags.get(arn).and_then(|tags| tags.get(tags::NAME)).cloned();
        let by_port = known
            .listeners
            .known()
            .into_iter()
            .flatten()
            .find(|(_, it)| it.port.known().map(|port| i32::from(*port)) == wire.port());
        let key = tagged.or_else(|| by_port.map(|(key, _)| key.clone()));
        let key = key.unwrap_or_else(|| format!("port-{}", wire.port().unwrap_or_default()));
        let certificates =
            if wire.certificates().is_empty() { Vec::new() } else { certificates(session, arn).await? };
        found.push(listener_requests::There { key, wire, certificates });
    }
    Ok((found, tags))
}

/// The certificates of a listener: the one for clients that name no host, and then its list of others, in which the first may be
/// once more.
async fn certificates(session: &Session<'_>, listener: &str) -> Result<Vec<String>, AwsError> {
    let (mut first, mut rest, mut marker) = (Vec::new(), Vec::new(), None);
    loop {
        let request = session.client.describe_listener_certificates().listener_arn(listener);
        let answer = request.set_marker(marker).send().await.map_err(AwsError::from)?;
        for certificate in answer.certificates.unwrap_or_default() {
            let list = if certificate.is_default == Some(true) { &mut first } else { &mut rest };
            list.extend(certificate.certificate_arn);
        }
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(first.into_iter().chain(rest).collect());
        }
    }
}

/// The target groups that were made for a load balancer: those that its listeners forward to, and those that are known.
pub(super) async fn groups(
    session: &Session<'_>,
    (name, balancer): (&str, &str),
    known: &LoadBalancerModel,
) -> Result<Vec<Group>, AwsError> {
    let client = &session.client;
    let (mut wires, mut marker) = (Vec::new(), None);
    loop {
        let request = client.describe_target_groups().load_balancer_arn(balancer).set_marker(marker);
        let answer = match request.send().await.map_err(AwsError::from) {
            Ok(answer) => answer,
            // Some endpoints say so of a load balancer that forwards to nothing.
            Err(error) if error.is_not_found() => break,
            Err(error) => return Err(error),
        };
        wires.extend(answer.target_groups.unwrap_or_default());
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            break;
        }
    }
    let named = known.target_groups.known().into_iter().flatten();
    let named = named.map(|(key, group)| group_requests::name(name, key, group)).map(Known::Name);
    let arns = known.target_group_arns.known().into_iter().flatten().map(|(_, arn)| Known::Arn(arn.clone()));
    for known in named.chain(arns).collect::<BTreeSet<_>>() {
        let is_found = |wire: &WireGroup| match &known {
            Known::Name(name) => wire.target_group_name() == Some(name),
            Known::Arn(arn) => wire.target_group_arn() == Some(arn),
        };
        if wires.iter().any(is_found) {
            continue;
        }
        let request = match &known {
            Known::Name(name) => client.describe_target_groups().names(name),
            Known::Arn(arn) => client.describe_target_groups().target_group_arns(arn),
        };
        match request.send().await.map_err(AwsError::from) {
            Ok(answer) => wires.extend(answer.target_groups.unwrap_or_default()),
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    let arns: Vec<_> = wires.iter().filter_map(|wire| wire.target_group_arn.clone()).collect();
    let mut tags = tags::describe(session, &arns).await?;
    let mut found = Vec::new();
    for wire in wires {
        let arn = wire.target_group_arn().unwrap_or_default();
        let tags = tags.remove(arn).unwrap_or_default();
        let Some(key) = tags.get(tags::NAME).cloned() else { continue };
        if tags.get(tags::PART_OF).is_none_or(|whole| whole != balancer) {
            continue;
        }
        let request = client.describe_target_group_attributes().target_group_arn(arn);
        let attributes = request.send().await.map_err(AwsError::from)?.attributes.unwrap_or_default();
        let attributes = attributes.into_iter().filter_map(|it| Some((it.key?, it.value?))).collect();
        found.push(Group { key, wire, attributes, tags });
    }
    Ok(found)
}

/// What leads to a target group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    Name(String),
    Arn(String),
}

//! Whether the connections of those who use the replica fit into what its engine takes.

use aws_sdk_ec2::types::InstanceType;
use sparki_aws::{AwsError, Consistency};
use sparki_core::{Diagnostic, Path, RemoteError, Value};
use sparki_derive::Model;

use super::RdsReplicaModel;
use crate::ec2;
use crate::rds::Session;

const CHECK: &str = "failed to find out how much memory the class has";

/// The parameter with the number of connections.
const MAX_CONNECTIONS: &str = "max_connections";
/// What PostgreSQL keeps for superusers of its connections unless a parameter says otherwise: its documentation of
/// `superuser_reserved_connections`.
const RESERVED: u64 = 3;

/// Who connects to a replica.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ConnectionPools {
    /// How many pods or other processes have a pool each, at the most.
    #[attr(required, validate(range(1..=1_000_000)))]
    pub pods: Value<u32>,
    /// How many connections a pool opens at the most.
    #[attr(required, validate(range(1..=100_000)))]
    pub pool_size: Value<u32>,
}

impl ConnectionPools {
    /// So many pods with pools of this size.
    #[must_use]
    pub fn of(pods: u32, pool_size: u32) -> Self {
        Self { pods: pods.into(), pool_size: pool_size.into() }
    }
}

/// How many connections the engine takes by itself: RDS's parameter groups have a formula with the memory of the class, and AWS's
/// guide "Quotas and constraints for Amazon RDS" has it for each engine. None for engines whose formula depends on more. RDS keeps some of the memory for itself, so it is a little
/// less than this.
fn by_memory(engine: &str, mebibytes: u64) -> Option<u64> {
    let bytes = mebibytes << 20;
    match engine {
        "postgres" => Some((bytes / 9_531_392).min(5_000)),
        "mysql" => Some((bytes / 12_582_880).min(16_000)),
        _ => None,
    }
}

/// How many connections a replica takes, and why.
#[derive(Debug, PartialEq)]
enum Most {
    /// The parameters say so.
    Set(u64),
    /// It follows from the memory of the class.
    ByClass,
    /// Somebody else's parameters say so, or a formula.
    NotKnown,
}

impl Most {
    /// `inherited` is the parameter group that the replica has if the plan does not know of one.
    fn of(planned: &RdsReplicaModel, inherited: Option<&str>) -> Self {
        let parameters = match &planned.parameters {
            Value::Unknown(_) => return Self::NotKnown,
            known => known.known(),
        };
        if let Some(text) = parameters.and_then(|parameters| parameters.get(MAX_CONNECTIONS)) {
            return text.parse().map_or(Self::NotKnown, Self::Set);
        }
        let group = planned.parameter_group_name.known().map(String::as_str).or(inherited);
        let is_foreign = parameters.is_none() && group.is_some_and(|name| !name.starts_with("default."));
        if is_foreign { Self::NotKnown } else { Self::ByClass }
    }
}

/// What of a database counts for its connections.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Machine<'a> {
    pub(super) engine: Option<&'a str>,
    pub(super) class: Option<&'a str>,
    /// The parameter group that there is already, or that a replica takes over from its source.
    pub(super) parameter_group: Option<&'a str>,
}

/// Whether a change is about the connections at all.
pub(super) fn is_concerned(prior: &RdsReplicaModel, planned: &RdsReplicaModel) -> bool {
    prior.connection_pools != planned.connection_pools
        || prior.instance_class != planned.instance_class
        || prior.parameters != planned.parameters
}

/// Compares the pools with what the replica takes.
pub(super) async fn check(
    session: &Session<'_>,
    planned: &RdsReplicaModel,
    Machine { engine, class, parameter_group }: Machine<'_>,
) -> Result<Option<Diagnostic>, RemoteError> {
    let Some(pools) = planned.connection_pools.known() else { return Ok(None) };
    let (Some(pods), Some(size), Some(engine)) = (pools.pods.known(), pools.pool_size.known(), engine) else {
        return Ok(None);
    };
    let (most, why) = match (Most::of(planned, parameter_group), class) {
        (Most::Set(most), _) => (most, format!("\"parameters\" set {MAX_CONNECTIONS:?} to {most}")),
        (Most::ByClass, Some(class)) => {
            let Some(mebibytes) = memory(session, class).await? else { return Ok(None) };
            let Some(most) = by_memory(engine, mebibytes) else { return Ok(None) };
            (most, format!("{engine} takes no more than {most} with the {} GiB of {class}", mebibytes / 1024))
        }
        (Most::NotKnown, _) | (_, None) => return Ok(None),
    };
    let reserved = if engine == "postgres" { RESERVED } else { 0 };
    Ok(refused((*pods, *size), most.saturating_sub(reserved), &why))
}

fn refused((pods, size): (u32, u32), most: u64, why: &str) -> Option<Diagnostic> {
    let wanted = u64::from(pods) * u64::from(size);
    (wanted > most).then(|| {
        Diagnostic::error(
            "Too many connections",
            format!(
                "{pods} pods with pools of {size} open up to {wanted} connections, and the replica has {most} for them: {why}. \
                 Have fewer or smaller pools, put a proxy before the replica, or choose a larger \"instance_class\"."
            ),
        )
        .at(Path::attribute("connection_pools"))
    })
}

/// The memory of a class in MiB; none where EC2 does not know it.
async fn memory(session: &Session<'_>, class: &str) -> Result<Option<u64>, RemoteError> {
    let Some(name) = class.strip_prefix("db.") else { return Ok(None) };
    let session: ec2::Session<'_> = session.with().await?;
    let send = || async {
        let request = session.client.describe_instance_types().instance_types(InstanceType::from(name));
        request.send().await.map_err(AwsError::from)
    };
    // It is only a check: where the question is not answered, there is nothing to compare with.
    let Ok(answer) = session.send(Consistency::Propagation, CHECK, send).await? else { return Ok(None) };
    let sizes = answer.instance_types().iter().filter_map(|it| it.memory_info()?.size_in_mib());
    Ok(sizes.filter_map(|it| u64::try_from(it).ok()).next())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_engine_takes_what_awss_guide_says() {
        // 64 GiB, of a db.r6i.2xlarge.
        assert_eq!(by_memory("postgres", 65_536), Some(5_000));
        assert_eq!(by_memory("postgres", 16_384), Some(1_802));
        assert_eq!(by_memory("mysql", 16_384), Some(1_365));
        assert_eq!(by_memory("oracle-ee", 16_384), None);
    }

    #[test]
    fn more_connections_than_there_are_is_an_error_at_the_pools() {
        assert!(refused((40, 5), 200, "so").is_none());
        let told = refused((41, 5), 200, "so").expect("they are too many");
        assert_eq!(told.path, Some(Path::attribute("connection_pools")));
        assert!(told.detail.contains("up to 205 connections, and the replica has 200"), "{}", told.detail);
    }

    #[test]
    fn what_the_parameters_say_counts() {
        let replica = RdsReplicaModel::new("reader", "shop");
        let with = |value: &str| {
            let set = BTreeMap::from([(MAX_CONNECTIONS.into(), value.into())]);
            Most::of(&replica.clone().parameters(set), Some("theirs"))
        };
        assert_eq!((with("300"), with("{DBInstanceClassMemory/1}")), (Most::Set(300), Most::NotKnown));
        assert_eq!(Most::of(&replica, None), Most::ByClass);
        assert_eq!(Most::of(&replica, Some("theirs")), Most::NotKnown);
        let own = replica.clone().parameters(BTreeMap::from([("work_mem".into(), "65536".into())]));
        assert_eq!(Most::of(&own, Some("theirs")), Most::ByClass);
        assert_eq!(
            Most::of(&replica.clone().parameter_group_name("default.postgres15"), None),
            Most::ByClass
        );
        assert_eq!(Most::of(&replica.parameter_group_name("theirs"), None), Most::NotKnown);
    }
}

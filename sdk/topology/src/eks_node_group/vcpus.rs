//! How many vCPUs machines have, and how many of them the account uses.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{Instance, InstanceType};
use sparki_aws::{AwsError, Class, Consistency};
use sparki_core::RemoteError;

use crate::ec2::{Session, filter};

const CHECK: &str = "failed to count the vCPUs of the account";

/// The families that share the quota of standard machines, by the letters before the generation: `t3`, `im4gn`. Others such
/// as `inf`, `dl`, `mac` and `x` have quotas of their own. As AWS's guide of EC2 says, "Amazon EC2 instance type quotas".
const STANDARD: [&str; 11] = ["a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"];

/// The smallest and the largest of some types, with their vCPUs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sizes {
    pub(super) smallest: (String, u64),
    pub(super) largest: (String, u64),
}

/// How large these types are; none if EC2 does not say it of all of them, or one is not of a standard family.
pub(super) async fn of_types(session: &Session<'_>, types: &[String]) -> Result<Option<Sizes>, RemoteError> {
    if !types.iter().all(|name| is_standard(name)) {
        return Ok(None);
    }
    let send = || async {
        let wanted = types.iter().map(|name| InstanceType::from(name.as_str())).collect();
        let request = session.client.describe_instance_types().set_instance_types(Some(wanted));
        request.send().await.map_err(AwsError::from)
    };
    let answer = match session.send(Consistency::Propagation, CHECK, send).await? {
        Ok(answer) => answer,
        // A type that does not exist is not a matter of quotas.
        Err(error) if matches!(error.class(), Class::NotFound | Class::Invalid) => return Ok(None),
        Err(error) => return Err(error.reading(CHECK)),
    };
    let known: BTreeMap<String, u64> = answer
        .instance_types
        .unwrap_or_default()
        .iter()
        .filter_map(|it| {
            let vcpus = u64::try_from(it.v_cpu_info()?.default_v_cpus()?).ok()?;
            Some((it.instance_type()?.as_str().to_owned(), vcpus))
        })
        .collect();
    let sized: Option<Vec<_>> = types.iter().map(|name| Some((name.clone(), *known.get(name)?))).collect();
    let Some(sized) = sized else { return Ok(None) };
    let smallest = sized.iter().min_by_key(|(_, vcpus)| *vcpus).cloned();
    let largest = sized.iter().max_by_key(|(_, vcpus)| *vcpus).cloned();
    Ok(smallest.zip(largest).map(|(smallest, largest)| Sizes { smallest, largest }))
}

/// How many vCPUs of standard on-demand machines run in the region.
pub(super) async fn in_use(session: &Session<'_>) -> Result<u64, RemoteError> {
    let send = || async {
        let request = session.client.describe_instances();
        let request = request.filters(filter("instance-state-name", "running"));
        request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await.map_err(AwsError::from)
    };
    let answer = session.send(Consistency::Propagation, CHECK, send).await?;
    let reservations = answer.map_err(|error| error.reading(CHECK))?;
    let machines = reservations.iter().flat_map(|reservation| reservation.instances());
    Ok(machines.filter(|machine| counts(machine)).map(vcpus).sum())
}

/// Machines that were bought otherwise say how.
fn counts(machine: &Instance) -> bool {
    machine.instance_lifecycle().is_none()
        && machine.instance_type().is_some_and(|name| is_standard(name.as_str()))
}

fn vcpus(machine: &Instance) -> u64 {
    let options = machine.cpu_options();
    let of = |number: Option<i32>| number.and_then(|number| u64::try_from(number).ok()).unwrap_or(1);
    of(options.and_then(|it| it.core_count())) * of(options.and_then(|it| it.threads_per_core()))
}

/// Whether machines of a type count among the standard ones.
pub(super) fn is_standard(name: &str) -> bool {
    let family = name.split(|letter: char| !letter.is_ascii_lowercase()).next().unwrap_or_default();
    STANDARD.contains(&family)
}

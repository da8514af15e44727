//! Whether the cluster may have another node group, and the account the machines of this one.

use sparki_core::{Diagnostic, RemoteError, RemoteErrorKind};

use super::vcpus::{self, Sizes};
use super::{CapacityType, EksNodeGroupModel};
use crate::eks::{Names, Session};
use crate::quota::{Certainty, Demand, Limit, NODE_GROUPS, STANDARD_VCPUS, told};

const CHECK: &str = "failed to count the node groups of the cluster";

/// What the account may not have.
pub(super) async fn check(
    session: &Session<'_>,
    prior: Option<&EksNodeGroupModel>,
    planned: &EksNodeGroupModel,
) -> Vec<Diagnostic> {
    told([
        Box::pin(check_groups(session, prior, planned)).await,
        Box::pin(check_vcpus(session, prior, planned)).await,
    ])
}

async fn check_groups(
    session: &Session<'_>,
    prior: Option<&EksNodeGroupModel>,
    planned: &EksNodeGroupModel,
) -> Result<Option<Diagnostic>, RemoteError> {
    let (None, Some(cluster)) = (prior, planned.cluster_name.known()) else { return Ok(None) };
    let Some(limit) = Limit::ask(session, &NODE_GROUPS).await? else { return Ok(None) };
    let (mut names, mut used) = (Names::new(), 0);
    loop {
        match names.node_groups(session, (CHECK, cluster), None).await {
            Ok(Some(page)) => used += u64::try_from(page.len()).unwrap_or(u64::MAX),
            Ok(None) => break,
            // A cluster that is made in the same run has none.
            Err(error) if error.kind() == RemoteErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let demand = Demand {
        need: "The node group is one more.".to_owned(),
        more: 1,
        used,
        place: Some(format!("The cluster {cluster:?}")),
        attribute: "cluster_name",
        certainty: Certainty::Now,
    };
    Ok(limit.shortage(&session.region, demand))
}

/// Machines that are needed at once are an error where the account may not have them; those that an autoscaler may come to
/// are a warning.
async fn check_vcpus(
    session: &Session<'_>,
    prior: Option<&EksNodeGroupModel>,
    planned: &EksNodeGroupModel,
) -> Result<Option<Diagnostic>, RemoteError> {
    let growth = growth(prior, planned);
    if growth.now.1 == 0 && growth.later == 0 {
        return Ok(None);
    }
    let Some(types) = planned.instance_types.known().filter(|_| is_on_demand(planned)) else {
        return Ok(None);
    };
    let Some(sizes) = vcpus::of_types(&session.with().await?, types).await? else { return Ok(None) };
    let Some(limit) = Limit::ask(session, &STANDARD_VCPUS).await? else { return Ok(None) };
    let used = vcpus::in_use(&session.with().await?).await?;
    let demands = demands(&growth, &sizes, used);
    Ok(demands.into_iter().find_map(|demand| limit.shortage(&session.region, demand)))
}

fn is_on_demand(planned: &EksNodeGroupModel) -> bool {
    match planned.capacity_type.known() {
        Some(CapacityType::OnDemand) => true,
        // Spot machines have a quota of their own, in which it counts what is asked for.
        Some(CapacityType::Spot) | None => false,
    }
}

/// How many machines come on top of those that there are.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Growth {
    /// At once, and the attribute that says so.
    pub(super) now: (&'static str, u64),
    /// At most.
    pub(super) later: u64,
}

/// What a plan asks for on top of what there is. What it leaves as it is was not asked for by it.
pub(super) fn growth(prior: Option<&EksNodeGroupModel>, planned: &EksNodeGroupModel) -> Growth {
    let number = |value: &sparki_core::Value<u32>| value.known().copied().map_or(0, u64::from);
    let (min, max) = (number(&planned.min), number(&planned.max));
    let Some(prior) = prior else {
        let initial = number(&planned.initial_size);
        let now = if initial > min { ("initial_size", initial) } else { ("min", min) };
        return Growth { now, later: max };
    };
    let there = number(&prior.desired_size).max(number(&prior.min));
    let grows = |attribute: u64, before: u64| if attribute > before { attribute } else { 0 };
    Growth {
        now: ("min", grows(min, number(&prior.min)).saturating_sub(there)),
        later: grows(max, number(&prior.max)).saturating_sub(there),
    }
}

/// What a growth asks of the account, the more certain first. AWS takes the types in order, as far as it has them, so the
/// smallest is what is needed at least, and the largest at most.
pub(super) fn demands(growth: &Growth, sizes: &Sizes, used: u64) -> [Demand; 2] {
    let demand = |attribute: &'static str, machines: u64, (name, vcpus): &(String, u64)| Demand {
        need: format!(
            "{machines} more machines of type {name} with {vcpus} vCPUs each need {} vCPUs.",
            machines.saturating_mul(*vcpus)
        ),
        more: machines.saturating_mul(*vcpus),
        used,
        place: None,
        attribute,
        certainty: Certainty::Now,
    };
    let later = demand("max", growth.later, &sizes.largest);
    [
        demand(growth.now.0, growth.now.1, &sizes.smallest),
        Demand { certainty: Certainty::Later, need: format!("Up to {}", later.need), ..later },
    ]
}

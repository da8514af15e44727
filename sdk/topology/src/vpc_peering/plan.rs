//! Rules of `sparki_vpc_peering`.

use std::collections::BTreeSet;

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, State, Value};

use super::connection::{ACTIVE, is_over};
use super::side::Side;
use super::steps::Routes;
use super::{VpcPeering, VpcPeeringModel};
use crate::ec2::{Cidr, NAME};
use crate::operation::{Further, Protected, inherit_tags};

impl Plan for VpcPeering {
    fn validate(config: &Config<VpcPeeringModel>) -> Diagnostics {
        check(config)
    }

    fn plan(draft: &mut Draft<'_, VpcPeeringModel>) -> Diagnostics {
        let count = usize::from(!draft.planned().name.is_null());
        inherit_tags(draft, Further { keys: &[NAME], count }, |it| (&it.tags, &mut it.tags_all));
        let prior = draft.prior().map(|prior| (**prior).clone());
        let has_ended = prior.as_ref().and_then(|prior| prior.status.known()).is_some_and(|it| is_over(it));
        if has_ended {
            draft.require_replace(Path::attribute("status"));
        }
        let planned = draft.planned_mut();
        planned.status = ACTIVE.to_owned().into();
        planned.deviations = Vec::new().into();
        planned.routes = match (planned_routes(planned), prior) {
            (Some(routes), _) => routes.into(),
            (None, Some(prior)) if has_same_routes(&prior, planned) => prior.routes,
            (None, _) => Value::unknown(),
        };
        check(draft.planned())
    }

    fn plan_destroy(prior: &State<VpcPeeringModel>) -> Diagnostics {
        Protected::check_plan(protection(prior))
    }
}

/// What the peering is while it must not be removed. One that has ended has nothing to protect.
pub(super) fn protection(peering: &VpcPeeringModel) -> Option<Protected> {
    let is_there = peering.status.known().is_none_or(|status| !is_over(status));
    Protected::on_request("VPC peering").by(&peering.deletion_protection).filter(|_| is_there)
}

/// What can be said without asking AWS.
fn check(peering: &VpcPeeringModel) -> Diagnostics {
    let (Some(requester), Some(accepter)) = (peering.requester.known(), peering.accepter.known()) else {
        return Diagnostics::new();
    };
    if let Some(vpc) = requester.vpc_id.known()
        && accepter.vpc_id.known() == Some(vpc)
    {
        return Diagnostic::error(
            "VPC peered with itself",
            format!("Both sides are {vpc}. Set \"vpc_id\" of one of them to another VPC."),
        )
        .at(Side::Accepter.path("vpc_id"))
        .into();
    }
    let cidrs = requester.cidrs.known().zip(accepter.cidrs.known());
    let told = cidrs.and_then(|(requester, accepter)| shared(requester, accepter));
    told.map(|told| {
        Diagnostic::error("Addresses on both sides", format!("{told}.")).at(Side::Accepter.path("cidrs"))
    })
    .into_iter()
    .collect()
}

/// What is wrong with ranges on two sides that have addresses in common; nothing if they have none.
pub(super) fn shared(requester: &BTreeSet<String>, accepter: &BTreeSet<String>) -> Option<String> {
    let cidrs = |texts: &BTreeSet<String>| -> Vec<Cidr> {
        texts.iter().filter_map(|text| text.parse().ok()).collect()
    };
    let accepter = cidrs(accepter);
    let pair = cidrs(requester).into_iter().find_map(|one| {
        let other = accepter.iter().find(|other| other.overlaps(one))?;
        Some((one, *other))
    });
    pair.map(|(one, other)| {
        format!(
            "The requester has {one} and the accepter {other}, which have addresses in common. AWS connects only VPCs whose \
             addresses differ: use another range for one of them"
        )
    })
}

/// The routes of a peering of which everything is decided here; nothing if some of it is AWS's.
fn planned_routes(planned: &VpcPeeringModel) -> Option<Routes> {
    let mut routes = Routes::new();
    for side in Side::BOTH {
        let member = side.member(planned)?;
        let tables = member.route_table_ids.known()?;
        let cidrs = &side.other().member(planned)?.cidrs;
        if tables.is_empty() {
            continue;
        }
        routes.extend(
            tables
                .iter()
                .map(|table| Some((table.clone(), cidrs.known()?.clone())))
                .collect::<Option<Routes>>()?,
        );
    }
    Some(routes)
}

/// Whether the routes that there are are those that there are to be.
fn has_same_routes(prior: &VpcPeeringModel, planned: &VpcPeeringModel) -> bool {
    prior.requester == planned.requester
        && prior.accepter == planned.accepter
        && prior.status.known().is_some_and(|status| status == ACTIVE)
        && prior.deviations.known().is_some_and(Vec::is_empty)
}

//! Rules of `sparki_vpc`.

use std::collections::BTreeMap;

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, State, Value};

use super::layout::{NoRoom, Slot, lay_out};
use super::wanted::nat_zones;
use super::{Access, Nat, Tier, TierSubnets, Vpc, VpcModel};
use crate::ec2::{Cidr, NAME};
use crate::operation::{Further, Protected, inherit_tags};

/// How many zones there are where the practitioner does not say.
const ZONES: u32 = 3;
/// The smallest subnet that AWS makes.
const SMALLEST: u32 = 28;

/// The tiers of a VPC by name.
type Tiers = BTreeMap<String, Tier>;

impl Plan for Vpc {
    fn validate(config: &Config<VpcModel>) -> Diagnostics {
        check_zones(config).into_iter().chain(check_flow_logs(config)).collect()
    }

    fn plan(draft: &mut Draft<'_, VpcModel>) -> Diagnostics {
        inherit_tags(draft, Further { keys: &[NAME], count: 4 }, |it| (&it.tags, &mut it.tags_all));
        let prior = draft
            .prior()
            .filter(|prior| !is_other_vpc(prior, draft.planned()))
            .map(|prior| (**prior).clone());
        plan_zones(draft.config(), prior.as_ref()).apply(draft.planned_mut());
        let planned = draft.planned_mut();
        planned.deviations = Vec::new().into();
        let mut told = check_nat(planned);
        match plan_subnets(prior.as_ref(), planned) {
            Ok(subnets) => planned.subnets = subnets,
            Err(diagnostic) => {
                planned.subnets = Value::unknown();
                told.push(diagnostic);
            }
        }
        plan_ids(prior.as_ref(), planned);
        told
    }

    /// A state has both the zones and their number, of which configuration may have one.
    fn tidy(config: &mut VpcModel) {
        config.availability_zone_count = Value::Null;
    }

    fn plan_destroy(prior: &State<VpcModel>) -> Diagnostics {
        Protected::check_plan(protection(prior))
    }
}

/// What the VPC is while it must not be removed.
pub(super) fn protection(vpc: &VpcModel) -> Option<Protected> {
    Protected::on_request("VPC").by(&vpc.deletion_protection)
}

/// The zones and their number say the same.
fn check_zones(config: &VpcModel) -> Option<Diagnostic> {
    let (zones, count) = config.availability_zones.known().zip(config.availability_zone_count.known())?;
    if u32::try_from(zones.len()) == Ok(*count) {
        return None;
    }
    Some(
        Diagnostic::error(
            "Zones and their number differ",
            format!(
                "\"availability_zones\" names {}, and \"availability_zone_count\" is {count}. Leave one of the two out.",
                zones.len()
            ),
        )
        .at(Path::attribute("availability_zone_count")),
    )
}

/// AWS writes to a log group only by a role.
fn check_flow_logs(config: &VpcModel) -> Option<Diagnostic> {
    let logs = config.flow_logs.known().filter(|logs| logs.role_arn.is_null())?;
    let destination = logs.destination_arn.known()?;
    (destination.split(':').nth(2) == Some("logs")).then(|| {
        Diagnostic::error(
            "Flow log without a role",
            "\"destination_arn\" is a log group, and AWS writes to it only by a role. Set \"role_arn\" to the ARN of one \
             that \"vpc-flow-logs.amazonaws.com\" may assume and that may write to the group.",
        )
        .at(Path::attribute("flow_logs").then("role_arn"))
    })
}

/// Whether the plan makes another VPC.
fn is_other_vpc(prior: &VpcModel, planned: &VpcModel) -> bool {
    prior.region != planned.region || prior.cidr != planned.cidr
}

/// The planned zones and their number.
struct Zones {
    names: Value<Vec<String>>,
    count: Value<u32>,
}

impl Zones {
    fn apply(self, planned: &mut VpcModel) {
        planned.availability_zones = self.names;
        planned.availability_zone_count = self.count;
    }
}

fn plan_zones(config: &Config<VpcModel>, prior: Option<&VpcModel>) -> Zones {
    if config.availability_zones.is_set() {
        let count =
            config.availability_zones.as_ref().map(|zones| u32::try_from(zones.len()).unwrap_or_default());
        return Zones { names: config.availability_zones.clone(), count };
    }
    let count = match &config.availability_zone_count {
        Value::Null => ZONES.into(),
        count => count.clone(),
    };
    let there = prior.and_then(|prior| prior.availability_zones.known());
    let wanted = count.known().and_then(|count| usize::try_from(*count).ok());
    let names = match (there, wanted) {
        (Some(there), Some(wanted)) => {
            there.get(..wanted).map(<[String]>::to_vec).map_or_else(Value::unknown, Value::Known)
        }
        (Some(_) | None, _) => Value::unknown(),
    };
    Zones { names, count }
}

/// NAT gateways need a public tier to stand in, and a private one to be of use.
fn check_nat(planned: &VpcModel) -> Diagnostics {
    let (Some(tiers), Some(nat)) = (planned.tiers.known(), planned.nat.known()) else {
        return Diagnostics::new();
    };
    let has =
        |access: Access| tiers.values().any(|tier| tier.access.known().is_none_or(|its| *its == access));
    let found = if *nat == Nat::None {
        return Diagnostics::new();
    } else if !has(Access::Public) {
        Diagnostic::error(
            "NAT gateway without a place",
            format!(
                "\"nat\" is \"{nat}\", and NAT gateways stand in public subnets. Add a tier whose \"access\" is \"public\", \
                 or set \"nat\" to \"none\"."
            ),
        )
    } else if !has(Access::Private) {
        Diagnostic::warning(
            "NAT gateway without use",
            format!(
                "\"nat\" is \"{nat}\", and no tier is private. NAT gateways cost by the hour; set \"nat\" to \"none\"."
            ),
        )
    } else {
        return Diagnostics::new();
    };
    found.at(Path::attribute("nat")).into()
}

/// The planned subnets: their addresses, and the ids of those that stay.
fn plan_subnets(
    prior: Option<&VpcModel>,
    planned: &VpcModel,
) -> Result<Value<BTreeMap<String, TierSubnets>>, Diagnostic> {
    let (Some(tiers), Some(count)) = (planned.tiers.known(), planned.availability_zone_count.known()) else {
        return Ok(Value::unknown());
    };
    let Some(vpc) = planned.cidr.known().and_then(|cidr| cidr.parse::<Cidr>().ok()) else {
        return Ok(Value::unknown());
    };
    let mut prefixes = BTreeMap::new();
    for (name, tier) in tiers {
        let Some(newbits) = tier.newbits.known() else { return Ok(Value::unknown()) };
        check_size(prior, vpc, (name, *newbits))?;
        prefixes.insert(name.clone(), vpc.prefix() + newbits);
    }
    let placed = prior.map(|prior| placed(prior, planned)).unwrap_or_default();
    let (kept, taken): (Vec<_>, Vec<_>) = placed.into_iter().partition(|(slot, _)| slot.is_some());
    let kept = kept.into_iter().filter_map(|(slot, cidr)| Some((slot?, cidr)));
    let kept: BTreeMap<Slot, Cidr> = kept.collect();
    let taken: Vec<Cidr> = taken.into_iter().map(|(_, cidr)| cidr).collect();
    let zones = usize::try_from(*count).unwrap_or_default();
    let layout =
        lay_out(vpc, (&prefixes, zones), &kept, &taken).map_err(|error| no_room(vpc, &error, &taken))?;
    let subnets = layout.into_iter().map(|(tier, cidrs)| {
        let cidrs: Vec<_> = cidrs.iter().map(Cidr::to_string).collect();
        let mut subnets =
            TierSubnets { ids: Value::unknown(), cidrs: cidrs.into(), route_table_ids: Value::unknown() };
        keep_ids(prior, planned, (&tier, &mut subnets));
        (tier, subnets)
    });
    Ok(subnets.collect::<BTreeMap<_, _>>().into())
}

/// AWS makes no subnets smaller than /28, and resizes none.
fn check_size(prior: Option<&VpcModel>, vpc: Cidr, (name, newbits): (&str, u32)) -> Result<(), Diagnostic> {
    let path = Path::attribute("tiers").key(name).then("newbits");
    let prefix = vpc.prefix() + newbits;
    if prefix > SMALLEST {
        let most = SMALLEST.saturating_sub(vpc.prefix());
        return Err(Diagnostic::error(
            "Subnets too small",
            format!(
                "\"newbits\" of the tier \"{name}\" is {newbits}, which makes subnets of /{prefix} in a VPC of /{}. AWS makes \
                 none smaller than /{SMALLEST}: use {most} or less, or a larger VPC.",
                vpc.prefix()
            ),
        )
        .at(path));
    }
    let tiers: Option<&Tiers> = prior.and_then(|prior| prior.tiers.known());
    let before = tiers.and_then(|tiers| tiers.get(name)?.newbits.known().copied());
    match before.filter(|before| *before != newbits) {
        Some(before) => Err(Diagnostic::error(
            "Subnets cannot be resized",
            format!(
                "The tier \"{name}\" has subnets of /{}, and \"newbits\" asks for /{prefix}. Set {before} again, and add a \
                 tier with another name and the new size. Once everything has moved there, take this one away.",
                vpc.prefix() + before
            ),
        )
        .at(path)),
        None => Ok(()),
    }
}

/// Where the subnets are that there are already, and the place that they have in the plan; none if they are to go.
fn placed(prior: &VpcModel, planned: &VpcModel) -> Vec<(Option<Slot>, Cidr)> {
    let before = prior.availability_zones.known().cloned().unwrap_or_default();
    let count = planned.availability_zone_count.known().and_then(|count| usize::try_from(*count).ok());
    let position = |index: usize| match planned.availability_zones.known() {
        Some(zones) => zones.iter().position(|zone| before.get(index) == Some(zone)),
        // Those that are not known yet come after those that there are.
        None => Some(index).filter(|index| count.is_some_and(|count| *index < count)),
    };
    let is_kept = |tier: &String| planned.tiers.known().is_some_and(|tiers| tiers.contains_key(tier));
    let tiers = prior.subnets.known().into_iter().flatten();
    let slots = tiers.flat_map(|(tier, subnets)| {
        let cidrs = subnets.cidrs.known().into_iter().flatten().enumerate();
        cidrs.filter_map(move |(index, cidr)| Some((tier, index, cidr.parse::<Cidr>().ok()?)))
    });
    let slot = |tier: &String, index| Some((tier.clone(), position(index)?)).filter(|_| is_kept(tier));
    slots.map(|(tier, index, cidr)| (slot(tier, index), cidr)).collect()
}

/// The ids of a tier stay if nothing about its subnets changes and none is missing.
fn keep_ids(prior: Option<&VpcModel>, planned: &VpcModel, (name, subnets): (&str, &mut TierSubnets)) {
    let Some(prior) = prior.filter(|prior| prior.availability_zones == planned.availability_zones) else {
        return;
    };
    let zones = prior.availability_zones.known().map_or(0, Vec::len);
    let Some(there) = prior.subnets.known().and_then(|subnets| subnets.get(name)) else { return };
    if there.ids.known().is_some_and(|ids| ids.len() == zones) && there.cidrs == subnets.cidrs {
        subnets.ids = there.ids.clone();
    }
    let access = |vpc: &VpcModel| vpc.tiers.known()?.get(name)?.access.known().copied();
    let tables = match access(planned) {
        Some(Access::Private) => zones,
        Some(Access::Public | Access::Isolated) => 1,
        None => return,
    };
    let is_complete = there.route_table_ids.known().is_some_and(|ids| ids.len() == tables);
    if is_complete && access(prior) == access(planned) {
        subnets.route_table_ids = there.route_table_ids.clone();
    }
}

fn no_room(vpc: Cidr, NoRoom { tier, prefix }: &NoRoom, taken: &[Cidr]) -> Diagnostic {
    let later = if taken.is_empty() {
        ""
    } else {
        " Subnets that are to go keep their addresses until then; if theirs would do, take them away in a run before."
    };
    Diagnostic::error(
        "No room for the subnets",
        format!(
            "The subnets of all tiers in all zones do not fit into {vpc}: there is no room left for one of /{prefix}, of \
             the tier \"{tier}\". Use more \"newbits\" for some tier, fewer zones, or a larger VPC.{later}"
        ),
    )
    .at(Path::attribute("tiers").key(tier.as_str()))
}

/// What follows from what is planned, and stays if that stays.
fn plan_ids(prior: Option<&VpcModel>, planned: &mut VpcModel) {
    let public = |vpc: &VpcModel| -> Option<Vec<String>> {
        let tiers = vpc.tiers.known()?.iter();
        let is_public = |tier: &Tier| tier.access.known() == Some(&Access::Public);
        Some(tiers.filter(|(_, tier)| is_public(tier)).map(|(name, _)| name.clone()).collect())
    };
    let now_public = public(planned);
    let is_gateway_wanted = now_public.as_ref().map(|tiers| !tiers.is_empty());
    planned.internet_gateway_id = match (is_gateway_wanted, prior.map(|prior| &prior.internet_gateway_id)) {
        (Some(false), _) => Value::Null,
        (Some(true), Some(Value::Known(id))) => id.clone().into(),
        (Some(true) | None, _) => Value::unknown(),
    };
    let zones = planned.availability_zones.known();
    let nats = match (planned.nat.known(), zones) {
        (Some(Nat::None), _) => Some(Vec::new()),
        (Some(nat @ (Nat::Single | Nat::PerZone)), Some(zones)) => Some(nat_zones(*nat, zones).to_vec()),
        (Some(Nat::Single | Nat::PerZone) | None, _) => None,
    };
    planned.nat_public_ips = match nats {
        Some(nats) if nats.is_empty() => Vec::new().into(),
        Some(nats) => {
            let stays = |prior: &&VpcModel| {
                let before = prior.nat.known().zip(prior.availability_zones.known());
                let before = before.map(|(nat, zones)| nat_zones(*nat, zones));
                let is_complete = prior.nat_public_ips.known().is_some_and(|ips| ips.len() == nats.len());
                before == Some(nats.as_slice()) && is_complete && public(prior) == now_public
            };
            prior.filter(stays).map_or_else(Value::unknown, |prior| prior.nat_public_ips.clone())
        }
        None => Value::unknown(),
    };
    planned.endpoint_ids = match planned.endpoints.known() {
        Some(endpoints) if endpoints.is_empty() => BTreeMap::new().into(),
        Some(endpoints) => {
            let stays = |prior: &&VpcModel| {
                let before = prior.endpoint_ids.known().is_some_and(|ids| ids.keys().eq(endpoints));
                let kept = |tiers: &Tiers| {
                    let after = planned.tiers.known();
                    tiers.keys().all(|tier| after.is_some_and(|after| after.contains_key(tier)))
                };
                before && prior.tiers.known().is_some_and(kept)
            };
            prior.filter(stays).map_or_else(Value::unknown, |prior| prior.endpoint_ids.clone())
        }
        None => Value::unknown(),
    };
    planned.flow_log_id = if planned.flow_logs.is_null() {
        Value::Null
    } else {
        let stays =
            |prior: &&VpcModel| prior.flow_logs == planned.flow_logs && prior.flow_log_id.known().is_some();
        prior.filter(stays).map_or_else(Value::unknown, |prior| prior.flow_log_id.clone())
    };
}

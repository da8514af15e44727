//! Rules of `sparki_eks_node_group`.

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, Refinement, State, Value};

use super::{EksNodeGroup, EksNodeGroupModel, template, template_plan};
use crate::eks::Version;
use crate::operation::{Further, Protected, check_machine_tags, inherit_tags, lacks_prefix};

/// The status of a group of which only the launch template is left.
pub(super) const GONE: &str = "GONE";

impl Plan for EksNodeGroup {
    fn validate(config: &Config<EksNodeGroupModel>) -> Diagnostics {
        let mut seen = std::collections::BTreeSet::new();
        let mut taints = config.taints.known().into_iter().flatten();
        let repeated = taints.find_map(|taint| {
            let identity = (taint.key.known()?, *taint.effect.known()?);
            (!seen.insert(identity)).then_some(identity)
        });
        let mut diagnostics = template_plan::check_disk(&config.disk);
        diagnostics.extend(repeated.map(|(key, effect)| {
            Diagnostic::error(
                "Taint given twice",
                format!("Two of \"taints\" have the key {key:?} and the effect {effect}. Keep one of them."),
            )
            .at(Path::attribute("taints"))
        }));
        diagnostics
    }

    fn tidy(config: &mut EksNodeGroupModel) {
        // It counts only while a group is made, and this one is.
        config.initial_size = Value::Null;
        // Written down it would have to be changed with every version.
        config.release_version = Value::Null;
    }

    fn plan(draft: &mut Draft<'_, EksNodeGroupModel>) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        settle_unavailable(draft);
        template_plan::settle(draft);
        let count = usize::from(template::is_wanted(draft.planned()));
        inherit_tags(draft, Further { keys: &[], count }, |it| (&it.tags, &mut it.tags_all));
        let machine_tags = draft.planned().machine_tags.clone();
        check_machine_tags(draft, &machine_tags);
        diagnostics.extend(check_sizes(draft.planned()));
        diagnostics.extend(check_release(draft.config(), draft.planned()));
        match draft.prior() {
            None => {
                diagnostics.extend(check_initial_size(draft.planned()));
                let planned = draft.planned_mut();
                if planned.initial_size.is_unknown() && planned.min.known().is_some() {
                    planned.initial_size = planned.min.clone();
                }
            }
            Some(prior) => {
                diagnostics.extend(check_version(prior, draft.planned()));
                if lacks_prefix(&draft.planned().name_prefix, &prior.name) {
                    draft.planned_mut().name = Value::unknown_but(Refinement::not_null());
                    draft.require_replace(Path::attribute("name_prefix"));
                    return diagnostics;
                }
                if prior.status == GONE.into() {
                    // What is left of it is removed, and it is made again.
                    draft.planned_mut().status = Value::unknown_but(Refinement::not_null());
                    draft.require_replace(Path::attribute("status"));
                    return diagnostics;
                }
                let settled = without_initial_size(prior, draft.planned());
                *draft.planned_mut() = settled;
            }
        }
        diagnostics
    }

    fn plan_destroy(prior: &State<EksNodeGroupModel>) -> Diagnostics {
        Protected::check_plan(protection(prior))
    }
}

/// What the group is while it must not be removed. One that AWS failed to make, or of which only the template is left, has
/// nothing to protect.
pub(super) fn protection(group: &EksNodeGroupModel) -> Option<Protected> {
    let is_there = group.status.known().is_none_or(|status| status != "CREATE_FAILED" && status != GONE);
    Protected::on_request("node group").by(&group.deletion_protection).filter(|_| is_there)
}

/// How many machines may be out of service: what is configured, one or the other, and else one machine.
fn settle_unavailable(draft: &mut Draft<'_, EksNodeGroupModel>) {
    let (machines, percentage) =
        (draft.config().max_unavailable.clone(), draft.config().max_unavailable_percentage.clone());
    let planned = draft.planned_mut();
    match (machines, percentage) {
        (Value::Null, Value::Null) => {
            planned.max_unavailable = 1.into();
            planned.max_unavailable_percentage = Value::Null;
        }
        (Value::Known(_), Value::Null | Value::Known(_)) => planned.max_unavailable_percentage = Value::Null,
        (Value::Null, Value::Known(_)) => planned.max_unavailable = Value::Null,
        // It is not known yet which of them it is.
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => {
            planned.max_unavailable = Value::unknown();
            planned.max_unavailable_percentage = Value::unknown();
        }
    }
}

/// An image is of one version of Kubernetes.
fn check_release(config: &EksNodeGroupModel, planned: &EksNodeGroupModel) -> Option<Diagnostic> {
    let (release, version) = (config.release_version.known()?, planned.version.known()?);
    (!release.starts_with(&format!("{version}."))).then(|| {
        Diagnostic::error(
            "Image of another version",
            format!(
                "\"release_version\" is {release}, and the nodes are to run {version}. Set a release that begins with \
                 \"{version}.\", or leave it out."
            ),
        )
        .at(Path::attribute("release_version"))
    })
}

/// The plan without a new number of machines to begin with: the group is made, so it means nothing any more. If that
/// was the only change, nothing changes at all.
fn without_initial_size(prior: &EksNodeGroupModel, planned: &EksNodeGroupModel) -> EksNodeGroupModel {
    let mut planned = planned.clone();
    if let (Value::Known(_), Value::Known(_)) = (&prior.initial_size, &planned.initial_size) {
        planned.initial_size = prior.initial_size.clone();
    }
    let unchanged = EksNodeGroupModel {
        status: prior.status.clone(),
        desired_size: prior.desired_size.clone(),
        ..planned.clone()
    };
    if unchanged == *prior {
        return unchanged;
    }
    // Whatever changes, the autoscaler may move the machines meanwhile.
    EksNodeGroupModel { status: Value::unknown(), desired_size: Value::unknown(), ..planned }
}

fn check_sizes(planned: &EksNodeGroupModel) -> Option<Diagnostic> {
    let (Value::Known(min), Value::Known(max)) = (&planned.min, &planned.max) else { return None };
    (min > max).then(|| {
        Diagnostic::error(
            "Invalid size",
            format!("\"min\" is {min} and \"max\" is {max}. Set \"max\" to {min} or more, or lower \"min\"."),
        )
        .at(Path::attribute("min"))
    })
}

fn check_initial_size(planned: &EksNodeGroupModel) -> Option<Diagnostic> {
    let initial = planned.initial_size.known()?;
    let (min, max) = (planned.min.known()?, planned.max.known()?);
    (initial < min || initial > max).then(|| {
        Diagnostic::error(
            "Invalid size",
            format!("\"initial_size\" is {initial}. Use {min} to {max}, or omit it to begin with \"min\"."),
        )
        .at(Path::attribute("initial_size"))
    })
}

fn check_version(prior: &EksNodeGroupModel, planned: &EksNodeGroupModel) -> Option<Diagnostic> {
    let is_other_group = prior.region != planned.region
        || prior.cluster_name != planned.cluster_name
        || prior.name != planned.name
        || prior.role_arn != planned.role_arn
        || prior.subnet_ids != planned.subnet_ids
        || prior.instance_types != planned.instance_types
        || prior.capacity_type != planned.capacity_type
        || prior.ami_type != planned.ami_type
        || template_plan::needs_other_group(prior, planned);
    let version = |model: &EksNodeGroupModel| model.version.known()?.parse::<Version>().ok();
    let (from, to) = (version(prior)?, version(planned)?);
    (to < from && !is_other_group).then(|| {
        Diagnostic::error(
            "Version out of reach",
            format!(
                "The nodes run {from}, and \"version\" asks for {to}. EKS cannot go back; set {from} or later, or make \
                 a new group under another name."
            ),
        )
        .at(Path::attribute("version"))
    })
}

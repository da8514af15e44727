//! Rules of `sparki_eks_node_group`.

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, Value};

use super::{EksNodeGroup, EksNodeGroupModel};
use crate::eks::Version;

impl Plan for EksNodeGroup {
    fn validate(config: &Config<EksNodeGroupModel>) -> Diagnostics {
        let mut seen = std::collections::BTreeSet::new();
        let mut taints = config.taints.known().into_iter().flatten();
        let repeated = taints.find_map(|taint| {
            let identity = (taint.key.known()?, *taint.effect.known()?);
            (!seen.insert(identity)).then_some(identity)
        });
        let Some((key, effect)) = repeated else { return Diagnostics::new() };
        Diagnostic::error(
            "Taint given twice",
            format!("Two of \"taints\" have the key {key:?} and the effect {effect}. Keep one of them."),
        )
        .at(Path::attribute("taints"))
        .into()
    }

    fn tidy(config: &mut EksNodeGroupModel) {
        // It counts only while a group is made, and this one is.
        config.initial_size = Value::Null;
    }

    fn plan(draft: &mut Draft<'_, EksNodeGroupModel>) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        diagnostics.extend(check_sizes(draft.planned()));
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
                let settled = without_initial_size(prior, draft.planned());
                *draft.planned_mut() = settled;
            }
        }
        diagnostics
    }
}

/// The plan without a new number of machines to begin with: the group is made, so it means nothing any more. If that
/// was the only change, nothing changes at all.
fn without_initial_size(prior: &EksNodeGroupModel, planned: &EksNodeGroupModel) -> EksNodeGroupModel {
    let mut planned = planned.clone();
    if let (Value::Known(_), Value::Known(_)) = (&prior.initial_size, &planned.initial_size) {
        planned.initial_size = prior.initial_size.clone();
    }
    let unchanged = EksNodeGroupModel {
        release_version: prior.release_version.clone(),
        status: prior.status.clone(),
        desired_size: prior.desired_size.clone(),
        ..planned.clone()
    };
    if unchanged == *prior { unchanged } else { planned }
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
        || prior.disk_gib != planned.disk_gib;
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

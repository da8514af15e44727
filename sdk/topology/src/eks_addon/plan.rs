//! Rules of `sparki_eks_addon`.

use std::cmp::Ordering;

use sparki_core::{Diagnostic, Diagnostics, Draft, Path, Plan, State, Value};

use super::{EksAddon, EksAddonModel};
use crate::eks::{Wanted, compare, newer};
use crate::operation::{Further, Protected, inherit_tags};

impl Plan for EksAddon {
    fn plan(draft: &mut Draft<'_, EksAddonModel>) -> Diagnostics {
        inherit_tags(draft, Further::NONE, |it| (&it.tags, &mut it.tags_all));
        let wanted = draft.planned().version.known().map(|text| Wanted::read(text));
        let Some(prior) = draft.prior().filter(|prior| is_same(prior, draft.planned())) else {
            if let Some(Wanted::Pinned(version)) = wanted {
                let version = version.to_owned();
                go_to(draft.planned_mut(), &version);
            }
            return Diagnostics::new();
        };
        let prior = (**prior).clone();
        let is_retargeted = prior.version != draft.planned().version
            || prior.cluster_version != draft.planned().cluster_version;
        match wanted {
            // It is known only when it is applied.
            None => leave_open(draft.planned_mut()),
            Some(Wanted::Pinned(version)) => {
                let version = version.to_owned();
                let planned = draft.planned_mut();
                if prior.installed_version.known() == Some(&version) {
                    planned.installed_version = prior.installed_version.clone();
                    planned.available_version = version.into();
                } else {
                    go_to(planned, &version);
                    return warn_of_downgrade(&prior, planned).into_iter().collect();
                }
            }
            Some(Wanted::Default | Wanted::Latest) if is_retargeted => leave_open(draft.planned_mut()),
            Some(Wanted::Default | Wanted::Latest) => stay_or_rise(&prior, draft.planned_mut()),
        }
        Diagnostics::new()
    }

    fn plan_destroy(prior: &State<EksAddonModel>) -> Diagnostics {
        Protected::check_plan(protection(prior))
    }
}

/// What the add-on is while it must not be removed. One that AWS failed to install has nothing to protect.
pub(super) fn protection(addon: &EksAddonModel) -> Option<Protected> {
    let is_there = addon.status.known().is_none_or(|status| status != "CREATE_FAILED");
    Protected::on_request("add-on").by(&addon.deletion_protection).filter(|_| is_there)
}

/// Whether the plan is about the same add-on, and not about a new one in its place.
fn is_same(prior: &EksAddonModel, planned: &EksAddonModel) -> bool {
    prior.region == planned.region && prior.cluster_name == planned.cluster_name && prior.name == planned.name
}

fn go_to(planned: &mut EksAddonModel, version: &str) {
    planned.installed_version = version.into();
    planned.available_version = version.into();
    planned.status = Value::unknown();
}

/// What the version stands for is found out when it is applied.
fn leave_open(planned: &mut EksAddonModel) {
    planned.installed_version = Value::unknown();
    planned.available_version = Value::unknown();
    planned.status = Value::unknown();
}

/// The version that was found to be meant when the add-on was read, unless that would lead back.
fn stay_or_rise(prior: &EksAddonModel, planned: &mut EksAddonModel) {
    planned.installed_version = prior.installed_version.clone();
    let (Some(installed), Some(available)) =
        (prior.installed_version.known(), prior.available_version.known())
    else {
        return;
    };
    planned.available_version = available.clone().into();
    if newer(installed, available) != installed {
        planned.installed_version = available.clone().into();
        planned.status = Value::unknown();
    }
}

fn warn_of_downgrade(prior: &EksAddonModel, planned: &EksAddonModel) -> Option<Diagnostic> {
    let (installed, target) = (prior.installed_version.known()?, planned.installed_version.known()?);
    (compare(target, installed) == Ordering::Less).then(|| {
        Diagnostic::warning(
            "Add-on goes back to an older version",
            format!(
                "{installed} is installed, and \"version\" asks for {target}. Set {installed} or later, \"default\" or \
                 \"latest\" if that is not what you want."
            ),
        )
        .at(Path::attribute("version"))
    })
}

//! Rules of `sparki_workspace`.

use std::net::IpAddr;

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Dynamic, Path, Plan, State, Value};

use super::{Workspace, WorkspaceModel};
use crate::slug::{check_made_from, made_from};

impl Plan for Workspace {
    fn validate(config: &Config<WorkspaceModel>) -> Diagnostics {
        check_made_from(&config.name, &config.slug, 255)
    }

    fn plan(draft: &mut Draft<'_, WorkspaceModel>) -> Diagnostics {
        let made = made_from(&draft.config().name, &draft.config().slug, 255);
        // An object keeps its slug when its name changes.
        if let Some(slug) = made.filter(|_| draft.planned().slug.is_unknown()) {
            draft.planned_mut().slug = Value::Known(slug);
        }
        Diagnostics::new()
    }

    fn plan_destroy(prior: &State<WorkspaceModel>) -> Diagnostics {
        if prior.deletion_protection.known() != Some(&true) {
            return Diagnostics::new();
        }
        Diagnostic::error(
            "Workspace is protected from removal",
            "\"deletion_protection\" is true. Set it to false, apply, and then remove the workspace.",
        )
        .at(Path::attribute("deletion_protection"))
        .into()
    }
}

/// Whether a text is a range of addresses in CIDR form, as the control plane reads it.
pub(super) fn is_cidr(value: &Dynamic) -> Result<(), String> {
    let Some(text) = value.as_str() else { return Ok(()) };
    let longest = |address: IpAddr| if address.is_ipv4() { 32 } else { 128 };
    let fits = text.split_once('/').is_some_and(|(address, length)| {
        let longest = address.parse().ok().map(longest);
        longest.is_some_and(|longest| length.parse::<u8>().is_ok_and(|length| length <= longest))
    });
    if fits { Ok(()) } else { Err("must be a range of addresses such as 203.0.113.0/24".into()) }
}

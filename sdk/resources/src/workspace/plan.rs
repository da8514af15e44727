//! Rules of `sparki_workspace`.

use sparki_core::{Diagnostic, Diagnostics, Path, Plan, State};

use super::{Workspace, WorkspaceModel};

impl Plan for Workspace {
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

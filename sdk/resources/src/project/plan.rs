//! Rules of `sparki_project`.

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, State, Value};

use super::{Detection, Project, ProjectModel};
use crate::slug::{check_made_from, made_from};

impl Plan for Project {
    fn validate(config: &Config<ProjectModel>) -> Diagnostics {
        check_made_from(&config.name, &config.slug, 255)
    }

    fn plan(draft: &mut Draft<'_, ProjectModel>) -> Diagnostics {
        let made = made_from(&draft.config().name, &draft.config().slug, 255);
        // An object keeps its slug when its name changes.
        if let Some(slug) = made.filter(|_| draft.planned().slug.is_unknown()) {
            draft.planned_mut().slug = Value::Known(slug);
        }
        Diagnostics::new()
    }

    fn tidy(config: &mut ProjectModel) {
        // Where they are detected, to write down what was found today would be to stop following the repository.
        if config.detection.known() != Some(&Detection::Off) {
            config.framework = Value::Null;
            config.language = Value::Null;
        }
    }

    fn plan_destroy(prior: &State<ProjectModel>) -> Diagnostics {
        if prior.deletion_protection.known() == Some(&true) {
            return Diagnostic::error(
                "Project is protected from removal",
                "\"deletion_protection\" is true. Set it to false, apply, and then remove the project.",
            )
            .at(Path::attribute("deletion_protection"))
            .into();
        }
        if prior.archive_on_destroy.known() == Some(&true) {
            return Diagnostic::warning(
                "Project will be archived",
                "\"archive_on_destroy\" is true: the project leaves the state and is archived on the control plane, not \
                 deleted.",
            )
            .into();
        }
        Diagnostics::new()
    }
}

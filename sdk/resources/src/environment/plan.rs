//! Rules of `sparki_environment`.

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, State, Value};

use super::{Environment, EnvironmentModel, Tier};
use crate::slug::{check_made_from, made_from};

impl Plan for Environment {
    fn validate(config: &Config<EnvironmentModel>) -> Diagnostics {
        let until = config.locked.known().and_then(|lock| lock.until.known());
        let mut found = check_made_from(&config.name, &config.slug, 50);
        if let Some(text) = until
            && text.parse::<jiff::Timestamp>().is_err()
        {
            let text =
                format!("\"until\" is {text:?}. Use a time such as \"2026-12-24T18:00:00Z\" (RFC 3339).");
            found.push(Diagnostic::error("Invalid time", text).at(Path::attribute("locked").then("until")));
        }
        found
    }

    fn plan(draft: &mut Draft<'_, EnvironmentModel>) -> Diagnostics {
        let made = made_from(&draft.config().name, &draft.config().slug, 50);
        // An object keeps its slug when its name changes.
        if let Some(slug) = made.filter(|_| draft.planned().slug.is_unknown()) {
            draft.planned_mut().slug = Value::Known(slug);
        }
        let follows_from_tier =
            draft.config().deletion_protection.is_null() && draft.planned().deletion_protection.is_unknown();
        if let Some(tier) = draft.planned().tier.known().copied().filter(|_| follows_from_tier) {
            draft.planned_mut().deletion_protection = Value::Known(tier == Tier::Production);
        }
        let Some(prior) = draft.prior() else { return Diagnostics::new() };
        let (Value::Known(id), Some(sources)) = (&prior.id, draft.planned().promotes_from.known()) else {
            return Diagnostics::new();
        };
        if !sources.contains(id) {
            return Diagnostics::new();
        }
        Diagnostic::error(
            "Environment promotes from itself",
            "\"promotes_from\" names the environment itself. Remove it; releases move from one environment to another.",
        )
        .at(Path::attribute("promotes_from"))
        .into()
    }

    fn tidy(config: &mut EnvironmentModel) {
        // What follows from the tier need not be said.
        let is_production = config.tier.known() == Some(&Tier::Production);
        if config.deletion_protection.known() == Some(&is_production) {
            config.deletion_protection = Value::Null;
        }
    }

    fn plan_destroy(prior: &State<EnvironmentModel>) -> Diagnostics {
        if prior.deletion_protection.known() != Some(&true) {
            return Diagnostics::new();
        }
        Diagnostic::error(
            "Environment is protected from removal",
            "\"deletion_protection\" is true, which is the default in production. Set it to false, apply, and then \
             remove the environment.",
        )
        .at(Path::attribute("deletion_protection"))
        .into()
    }
}

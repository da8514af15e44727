//! Rules of `sparki_secretsmanager_secret`.

use sparki_aws::Region;
use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, State, Value};

use super::{Generate, SecretsmanagerSecret, SecretsmanagerSecretModel, answer};
use crate::operation::{Further, Protected, inherit_tags};

impl Plan for SecretsmanagerSecret {
    fn validate(config: &Config<SecretsmanagerSecretModel>) -> Diagnostics {
        [check_replicas(config), config.generate.known().and_then(check_generate)]
            .into_iter()
            .flatten()
            .collect()
    }

    fn plan(draft: &mut Draft<'_, SecretsmanagerSecretModel>) -> Diagnostics {
        inherit_tags(draft, Further::NONE, |it| (&it.tags, &mut it.tags_all));
        let is_new = draft.prior().is_none();
        let has_value = draft.config().value_wo_version.is_set() || draft.config().generate.is_set();
        let planned = draft.planned_mut();
        if is_new && !has_value && planned.version_id.is_unknown() {
            planned.version_id = Value::Null;
        }
        if planned.arns.is_unknown() {
            *planned = answer::with_arns(planned.clone());
        }
        check_replicas(draft.planned()).into_iter().collect()
    }

    fn plan_destroy(prior: &State<SecretsmanagerSecretModel>) -> Diagnostics {
        Protected::check_plan(protection(prior))
    }
}

/// What the secret is while it must not be removed.
pub(super) fn protection(secret: &SecretsmanagerSecretModel) -> Option<Protected> {
    Protected::on_request("secret").by(&secret.deletion_protection)
}

/// A copy is in another region than the secret.
fn check_replicas(secret: &SecretsmanagerSecretModel) -> Option<Diagnostic> {
    let region = secret.region.known().map(Region::as_str)?;
    secret.replicas.known()?.contains_key(region).then(|| {
        Diagnostic::error(
            "Replica in the region of the secret",
            format!("The secret itself is in {region}. Leave {region} out of \"replicas\"."),
        )
        .at(Path::attribute("replicas").key(region))
    })
}

/// A value is made of something.
fn check_generate(generate: &Generate) -> Option<Diagnostic> {
    let kinds = [&generate.lowercase, &generate.uppercase, &generate.numbers, &generate.punctuation];
    kinds.iter().all(|kind| kind.known() == Some(&false)).then(|| {
        Diagnostic::error(
            "Value made of nothing",
            "\"lowercase\", \"uppercase\", \"numbers\" and \"punctuation\" are all false. Set one of them to true.",
        )
        .at(Path::attribute("generate"))
    })
}

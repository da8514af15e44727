//! Takes secrets under management.

use sparki_aws::{Aws, Region};
use sparki_core::{Ctx, Import, RemoteError, RemoteErrorKind, State, import_form_error};

use super::look::{Found, Session, is_replica, look};
use super::remote::READ;
use super::{SecretsmanagerSecret, SecretsmanagerSecretIdentity, SecretsmanagerSecretModel, answer};

impl Import for SecretsmanagerSecret {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("us-east-1/shop/database", "region and name of the secret"),
        ("shop/database", "name of a secret in the provider's region"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<SecretsmanagerSecretModel>, RemoteError> {
        // Names may have slashes, and may not begin like a region without being taken for one.
        let (region, name) = match id.split_once('/').map(|(region, name)| (region.parse::<Region>(), name)) {
            Some((Ok(region), name)) => (region, name),
            Some((Err(_), _)) | None => (ctx.remote().default_region().await?, id),
        };
        if name.is_empty() || name.contains(char::is_whitespace) {
            let error = import_form_error(id, Self::FORMS);
            return Err(
                RemoteError::new(RemoteErrorKind::Invalid, "invalid import id").with_detail(error.detail)
            );
        }
        let session = Session::begin_in(ctx, region).await?;
        let found = look(&session, READ, name).await?;
        let failed = |detail: String| {
            RemoteError::new(RemoteErrorKind::NotFound, "failed to find the secret").with_detail(detail)
        };
        match found {
            Some(found) if is_replica(&found.secret, &session) => {
                let primary = found.secret.primary_region().unwrap_or_default();
                Err(failed(format!(
                    "The secret {name:?} in {} is a copy. Use the one that it is a copy of: {primary}/{name}",
                    session.region
                )))
            }
            Some(found) => Ok(state(&session, &found)),
            None => Err(failed(format!(
                "There is no secret {name:?} in {}, it waits for its deletion, or the credentials do not see it.",
                session.region
            ))),
        }
    }

    fn import_id(identity: &SecretsmanagerSecretIdentity) -> String {
        identity.import_id()
    }
}

/// The state of a secret of which nothing was known before.
pub(super) fn state(session: &Session<'_>, found: &Found) -> State<SecretsmanagerSecretModel> {
    let reference = SecretsmanagerSecretModel::blank();
    State::new(answer::model(found, &session.region, session.aws.tags(), &reference))
}

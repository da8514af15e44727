//! How `sparki_access_token` talks to the control plane.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sparki_client::{Call, Client, Credential};
use sparki_core::{Config, Ctx, Ephemeral, Opened, RemoteError, RemoteErrorKind, Secret, Value};

use super::{AccessToken, AccessTokenModel};

const OPEN: &str = "get an access token";
/// How long the end of a run waits for a control plane that does not answer.
const CLOSE_LIMIT: Duration = Duration::from_secs(10);

/// What it takes to revoke a token. It holds the token itself, so it has no `Debug`.
#[derive(Serialize, Deserialize)]
pub struct Lease {
    token: String,
    /// In seconds since the Unix epoch.
    expires_at: i64,
}

impl Ephemeral for AccessToken {
    const TYPE_NAME: &'static str = "sparki_access_token";
    type Model = AccessTokenModel;
    type Remote = Client;
    type Lease = Lease;

    async fn open(
        ctx: &Ctx<Client>,
        _config: Config<AccessTokenModel>,
    ) -> Result<Opened<AccessTokenModel, Lease>, RemoteError> {
        let call = Call::new(OPEN).deadline(ctx.limit()).cancelled_by(ctx.stop());
        let issued = ctx.remote().access_token(&call).await?;
        let issued = issued.ok_or_else(|| no_tokens(&ctx.remote().settings().credential))?;
        let lease = Lease { token: issued.token.expose().clone(), expires_at: issued.expires_at };
        let model = AccessTokenModel {
            token: Value::Known(issued.token),
            expires_at: Timestamp::from_second(issued.expires_at).ok().map(|time| time.to_string()).into(),
        };
        // The end of a token is written in it, so there is nothing to renew.
        Ok(Opened { model, lease, renew_at: None })
    }

    async fn close(ctx: &Ctx<Client>, lease: Lease) -> Result<(), RemoteError> {
        // Not cancelled with the run: what was given is taken back also when the run is stopped, if Terraform asks.
        let call = Call::new("revoke the access token").deadline(ctx.limit().min(CLOSE_LIMIT));
        if let Err(error) = ctx.remote().revoke(&Secret::new(lease.token), &call).await {
            // What the run was for is done. Whoever was given the token can use it until it expires.
            let reason = RemoteError::from(error).into_diagnostics();
            let reason = reason.iter().map(|one| one.detail.as_str()).collect::<Vec<_>>().join(" ");
            ctx.warn("Access token not revoked", not_revoked(lease.expires_at, &reason));
        }
        Ok(())
    }
}

/// Says until when a token is valid that was not revoked.
pub(super) fn not_revoked(expires_at: i64, reason: &str) -> String {
    let end =
        Timestamp::from_second(expires_at).map_or_else(|_| "it expires".into(), |time| time.to_string());
    format!("The token of this run stays valid until {end}. {reason}")
}

/// Says what to configure, where the credential is none that is exchanged for tokens.
pub(super) fn no_tokens(credential: &Credential) -> RemoteError {
    let kind = match credential {
        Credential::ApiKey(_) => "an API key",
        Credential::Token(_) => "a token",
        _ => "credentials of another kind",
    };
    RemoteError::new(RemoteErrorKind::Invalid, format!("failed to {OPEN}")).with_detail(format!(
        "The provider is configured with {kind}, and only a service account gets access tokens. Set \"client_id\" and \
         \"client_secret\" of the provider, or the environment variables SPARKI_CLIENT_ID and SPARKI_CLIENT_SECRET, \
         instead."
    ))
}

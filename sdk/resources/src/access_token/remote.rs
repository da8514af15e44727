//! How `sparki_access_token` talks to the control plane.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sparki_client::{Call, Client, Credential};
use sparki_core::{Config, Ctx, Ephemeral, Opened, RemoteError, RemoteErrorKind, Secret, Value};

use super::{AccessToken, AccessTokenModel};

const OPEN: &str = "get an access token";

/// What it takes to revoke a token. It holds the token itself, so it has no `Debug`.
#[derive(Serialize, Deserialize)]
pub struct Lease {
    token: String,
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
        let lease = Lease { token: issued.token.expose().clone() };
        let model = AccessTokenModel {
            token: Value::Known(issued.token),
            expires_at: Timestamp::from_second(issued.expires_at).ok().map(|time| time.to_string()).into(),
        };
        // The end of a token is written in it, so there is nothing to renew.
        Ok(Opened { model, lease, renew_at: None })
    }

    async fn close(ctx: &Ctx<Client>, lease: Lease) -> Result<(), RemoteError> {
        // Not cancelled with the run: what was given must be taken back also when the run is stopped.
        let call = Call::new("revoke the access token").deadline(ctx.limit());
        if let Err(error) = ctx.remote().revoke(&Secret::new(lease.token), &call).await {
            // What the run was for is done. The token will expire, and nobody was told it.
            let reason = RemoteError::from(error).into_diagnostics();
            let reason = reason.iter().map(|one| one.detail.as_str()).collect::<Vec<_>>().join(" ");
            ctx.warn(
                "Access token not revoked",
                format!("The token of this run stays valid until it expires, 15 minutes after it was made. {reason}"),
            );
        }
        Ok(())
    }
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

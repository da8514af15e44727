//! Access tokens for others to use.

use serde_json::json;
use sparki_core::Secret;

use crate::answer::Answer;
use crate::call::Call;
use crate::client::Client;
use crate::error::ClientError;
use crate::request::Request;
use crate::transport::Access;

/// A token that proves to the control plane who its holder is, for a while.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// The token, to be sent as `Authorization: Bearer`.
    pub token: Secret<String>,
    /// When it expires, in seconds since the Unix epoch, by the clock of this machine.
    pub expires_at: i64,
}

impl Client {
    /// Gets an access token that nobody else has, the client's own requests included. `None` if the client's credential
    /// is not one that is exchanged for tokens.
    ///
    /// # Errors
    ///
    /// Fails as [`Client::send`] does.
    pub async fn access_token(&self, call: &Call) -> Result<Option<AccessToken>, ClientError> {
        let transport = self.transport();
        let Some(grant) = transport.authenticator.grant() else { return Ok(None) };
        // Taken before the request, so that the token lives at least as long as is said.
        let now = transport.timer().unix_seconds();
        let answer = transport.fetch_token(grant, call.clone()).await?;
        let life = i64::try_from(answer.life().as_secs()).unwrap_or(i64::MAX);
        Ok(Some(AccessToken { expires_at: now.saturating_add(life), token: answer.into_token() }))
    }

    /// Gives an access token back before it expires. One that is not valid any more is no error.
    ///
    /// It is tried once: the token expires by itself, and whoever gives it back is done otherwise.
    ///
    /// # Errors
    ///
    /// Fails as [`Client::send`] does.
    pub async fn revoke(&self, token: &Secret<String>, call: &Call) -> Result<(), ClientError> {
        // The token itself is the proof. Without a key, what may have arrived is not sent again.
        let request = Request::post("/auth/revoke").json(&json!({ "access_token": token.expose() }));
        let _: Answer = self.transport().execute(&request, call, Access::Anonymous).await?;
        Ok(())
    }
}

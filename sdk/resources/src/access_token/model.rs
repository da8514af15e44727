//! The definition of `sparki_access_token`.

use sparki_core::{Secret, Value};
use sparki_derive::Model;

/// A bearer token of the control plane, for the service account that the provider is configured with.
///
/// It is for what else needs to talk to the control plane during a run, such as another provider. It is got when the run
/// begins and stored nowhere. A plan and its apply have one each.
///
/// It is revoked at the end of a run that succeeds. Terraform does not close what is ephemeral when an apply fails or is
/// interrupted, so the token then stays valid until `expires_at`.
///
/// Only a service account gets tokens: configure the provider with `client_id` and `client_secret`. The control plane
/// makes tokens for 15 minutes and does not prolong them, so what takes longer than that needs credentials of its own.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct AccessTokenModel {
    /// The token (JWT), to be sent as `Authorization: Bearer`.
    #[attr(computed, sensitive)]
    pub token: Value<Secret<String>>,
    /// When the token expires (RFC 3339, UTC).
    #[attr(computed)]
    pub expires_at: Value<String>,
}

//! Who the caller is, and how a call is told apart.

use std::time::Duration;

use sparki_client::api::platforms::Platform;
use sparki_client::api::sessions::{Credential, LoginRequest, RevokeTokenRequest};
use tokio_util::sync::CancellationToken;

use crate::world::client;

#[tokio::test]
async fn the_caller_is_known() {
    let me = client().sessions().read_me().correlation_id("who-am-i").send().await.unwrap();
    assert_eq!(me.correlation_id.as_deref(), Some("who-am-i"));
    assert_eq!(me.value.credential, Credential::ApiKey);
    assert_eq!(me.value.email, "admin@localhost");
}

#[tokio::test]
async fn nobody_has_to_prove_anything_to_log_in() {
    let error =
        client().sessions().login(LoginRequest::new("nobody@example.com", "x")).send().await.unwrap_err();
    assert_eq!(error.code(), Some("token_invalid"));
    assert_eq!(error.action(), "log a user in");
    client().sessions().revoke_token(RevokeTokenRequest::access_token("none")).send().await.unwrap();
}

#[tokio::test]
async fn platforms_are_all_there() {
    let platforms = client().platforms().list().timeout(Duration::from_secs(30)).send().await.unwrap().value;
    assert!(platforms.data.iter().any(|known| known.platform == Platform::Custom));
}

#[tokio::test]
async fn a_call_can_be_cancelled() {
    let stop = CancellationToken::new();
    stop.cancel();
    let error = client().sessions().read_me().cancel(&stop).send().await.unwrap_err();
    assert!(error.is_cancelled());
}

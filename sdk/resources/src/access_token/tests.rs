//! Tests of what a practitioner is told.

use expect_test::expect;
use sparki_client::Credential;

use super::remote::{no_tokens, not_revoked};

#[test]
fn other_credentials_say_what_to_configure() {
    let told = no_tokens(&Credential::ApiKey("spk_1_hunter2".into())).into_diagnostics().to_string();
    expect![[r#"
        error: Failed to get an access token
          The provider is configured with an API key, and only a service account gets access tokens. Set "client_id" and "client_secret" of the provider, or the environment variables SPARKI_CLIENT_ID and SPARKI_CLIENT_SECRET, instead."#]].assert_eq(&told);
    let told = no_tokens(&Credential::Token("hunter2".into())).into_diagnostics().to_string();
    assert!(told.contains("configured with a token") && !told.contains("hunter2"), "{told}");
}

#[test]
fn a_token_that_stays_valid_says_until_when() {
    expect![
        "The token of this run stays valid until 2026-01-01T00:15:00Z. The control plane does not answer."
    ]
    .assert_eq(&not_revoked(1_767_226_500, "The control plane does not answer."));
}

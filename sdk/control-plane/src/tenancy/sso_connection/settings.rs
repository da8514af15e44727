//! What each protocol needs to know.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    document::{Fields, canonical, choice::choice, form::Form},
    object::Earlier,
};

/// Hexadecimal digits of a secret's hash that are kept and shown: enough to notice a change, no more.
const FINGERPRINT_LENGTH: usize = 12;

static URL: Form = Form::new("^https://[^ ]+$", "Use a URL that starts with https://.");
static CERTIFICATE: Form = Form::new(
    "^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\r\\n ]+-----END CERTIFICATE-----\\s*$",
    "Use a certificate in PEM, from BEGIN to END.",
);

choice! {
    /// How members log in.
    Protocol { Saml = "saml", Oidc = "oidc", Google = "google", Github = "github" }
}

/// What a protocol needs to know.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "SsoConnectionSettings")]
pub(super) enum Settings {
    /// Settings of saml.
    Saml {
        /// Entity id of the identity provider.
        entity_id: String,
        /// URL that members are sent to.
        sso_url: String,
        /// Certificate that answers are signed with, in PEM.
        certificate: String,
    },
    /// Settings of oidc.
    Oidc {
        /// URL of the issuer.
        issuer: String,
        /// Client id.
        client_id: String,
        /// Begin of the SHA-256 of the client secret.
        client_secret_fingerprint: Option<String>,
    },
    /// Settings of google and github.
    Client {
        /// Client id.
        client_id: String,
        /// Begin of the SHA-256 of the client secret.
        client_secret_fingerprint: Option<String>,
    },
}

impl Settings {
    pub(super) fn from_fields(
        fields: &mut Fields<'_>,
        protocol: Protocol,
        earlier: Option<&Earlier<'_>>,
    ) -> Self {
        match protocol {
            Protocol::Saml => Self::Saml {
                entity_id: fields.required_text("entity_id", 1024),
                sso_url: fields.required_text_in("sso_url", 2048, &URL),
                certificate: fields.required_text_in("certificate", 16_384, &CERTIFICATE),
            },
            Protocol::Oidc => Self::Oidc {
                issuer: fields.required_text_in("issuer", 255, &URL),
                client_id: fields.required_text("client_id", 255),
                client_secret_fingerprint: secret(fields, earlier),
            },
            Protocol::Google | Protocol::Github => Self::Client {
                client_id: fields.required_text("client_id", 255),
                client_secret_fingerprint: secret(fields, earlier),
            },
        }
    }
}

/// Takes the client secret and keeps its fingerprint; a patch that leaves it out keeps the one before.
fn secret(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Option<String> {
    fields.explain("client_secret", "Client secret. It is never shown; only its fingerprint is kept.");
    match fields.text("client_secret", 4096) {
        Some(secret) => {
            let mut text = canonical::hex(&Sha256::digest(secret.as_bytes()));
            text.truncate(FINGERPRINT_LENGTH);
            Some(text)
        }
        None => {
            let kept = earlier
                .and_then(|earlier| earlier.document.get("settings")?.get("client_secret_fingerprint"));
            let kept = kept.and_then(Value::as_str).map(str::to_owned);
            if kept.is_none() {
                fields.error("client_secret", "required", "\"client_secret\" is required.");
            }
            kept
        }
    }
}

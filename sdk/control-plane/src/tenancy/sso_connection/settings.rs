//! What each protocol needs to know.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    document::{Fields, choice::choice, form::Form},
    object::{Earlier, Subject, write_only::WriteOnly},
    vault::Material,
};

/// Where the fingerprint of the client secret is shown.
const FINGERPRINT: &[&str] = &["settings", "client_secret_fingerprint"];

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
        /// Text that changes with the client secret and says nothing about it.
        client_secret_fingerprint: Option<String>,
        #[serde(skip)]
        client_secret: Material,
    },
    /// Settings of google and github.
    Client {
        /// Client id.
        client_id: String,
        /// Text that changes with the client secret and says nothing about it.
        client_secret_fingerprint: Option<String>,
        #[serde(skip)]
        client_secret: Material,
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
                client_secret_fingerprint: None,
                client_secret: secret(fields, earlier),
            },
            Protocol::Google | Protocol::Github => Self::Client {
                client_id: fields.required_text("client_id", 255),
                client_secret_fingerprint: None,
                client_secret: secret(fields, earlier),
            },
        }
    }

    /// Fills in the fingerprint of the client secret.
    pub(super) fn settle(&mut self, subject: &Subject<'_>) {
        match self {
            Self::Saml { .. } => {}
            Self::Oidc { client_secret_fingerprint, client_secret, .. }
            | Self::Client { client_secret_fingerprint, client_secret, .. } => {
                *client_secret_fingerprint = client_secret.fingerprint(subject, FINGERPRINT);
            }
        }
    }
}

/// Takes the client secret. A patch that leaves it out keeps the one before.
fn secret(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Material {
    let client_secret = WriteOnly {
        path: &["settings", "client_secret"],
        about: "Client secret. It is never shown; only its fingerprint is kept.",
        fingerprint: FINGERPRINT,
        earlier,
    };
    client_secret.required(fields)
}

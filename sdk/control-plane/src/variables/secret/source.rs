//! Where the value of a secret comes from.

use aws_lc_rs::rand;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{document::Fields, settings};

/// A value that is kept somewhere else: exactly one of the three. It is fetched by whoever deploys.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SecretExternal")]
pub(super) struct External {
    /// A secret in AWS Secrets Manager.
    aws_secrets_manager: Option<SecretsManager>,
    /// A parameter in AWS Systems Manager.
    aws_ssm: Option<Parameter>,
    /// A secret in HashiCorp Vault.
    vault: Option<VaultSecret>,
}

/// A secret in AWS Secrets Manager.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SecretInSecretsManager")]
struct SecretsManager {
    /// Name or ARN of the secret.
    secret_id: String,
    /// Key of a JSON object in the secret; without one it is the whole secret.
    json_key: Option<String>,
    /// Region the secret is in; by default that of the deployment target.
    region: Option<String>,
}

/// A parameter in AWS Systems Manager.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SecretInParameterStore")]
struct Parameter {
    /// Name or ARN of the parameter.
    name: String,
    /// Region the parameter is in; by default that of the deployment target.
    region: Option<String>,
}

/// A secret in HashiCorp Vault.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SecretInVault")]
struct VaultSecret {
    /// Mount of the secrets engine.
    mount: String,
    /// Path below the mount.
    path: String,
    /// Field of the secret.
    field: String,
}

impl External {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        fields.require_one_of(&["aws_secrets_manager", "aws_ssm", "vault"]);
        Self {
            aws_secrets_manager: fields.object("aws_secrets_manager", |fields| SecretsManager {
                secret_id: fields.required_text("secret_id", 2048),
                json_key: fields.text("json_key", 255),
                region: fields.text("region", 50),
            }),
            aws_ssm: fields.object("aws_ssm", |fields| Parameter {
                name: fields.required_text("name", 2048),
                region: fields.text("region", 50),
            }),
            vault: fields.object("vault", |fields| VaultSecret {
                mount: fields.text_or("mount", 255, "secret"),
                path: fields.required_text("path", 1024),
                field: fields.required_text("field", 255),
            }),
        }
    }
}

/// A value that the server makes up.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SecretGenerate")]
pub(super) struct Generate {
    /// How many characters it has, each a letter or a digit: 6 bits of randomness, less a little.
    length: i64,
}

impl Generate {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self { length: fields.integer_or("length", 16..=256, 32) }
    }

    /// Makes a value up.
    pub(super) fn value(&self) -> settings::Secret {
        const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let length = usize::try_from(self.length).unwrap_or_default();
        let mut text = String::with_capacity(length);
        while text.len() < length {
            let mut bytes = [0_u8; 64];
            rand::fill(&mut bytes).expect("the system's source of randomness works");
            // Six bits choose; the two values beyond the alphabet are drawn again, so that all letters are as likely.
            let letters = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 63)));
            text.extend(letters.map(|letter| char::from(*letter)).take(length - text.len()));
        }
        settings::Secret::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_value_has_its_length_and_is_new_each_time() {
        let generate = Generate { length: 200 };
        let (one, other) = (generate.value(), generate.value());
        assert_eq!(one.expose().len(), 200);
        assert!(one.expose().bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_ne!(one, other);
    }
}

//! One key.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{DecodingKey, EncodingKey};
use tokio::task;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    database::Connection,
    http::problem::{Code, Problem},
    settings::Secret,
    vault::{Material, Place, Vault},
};

pub(super) const TABLE: &str = "signing_keys";

/// A key, ready to be used.
#[derive(Clone)]
pub(crate) struct SigningKey {
    pub(crate) id: String,
    pub(crate) private: EncodingKey,
    pub(crate) public: DecodingKey,
}

/// A key as it is kept.
#[derive(sqlx::FromRow)]
pub(super) struct Stored {
    pub(super) id: String,
    pub(super) modulus: String,
    pub(super) exponent: String,
    /// As it was kept before keys were sealed; a standby may still have it so.
    private_key_pem: Option<String>,
}

/// A key that was just made, and is kept nowhere yet.
pub(super) struct Fresh {
    pub(super) id: String,
    private_key_pem: Zeroizing<String>,
    modulus: String,
    exponent: String,
}

/// Where the private key of an id is sealed. It belongs to no workspace.
pub(super) fn place(id: &str) -> Place<'_> {
    Place { kind: "signing_key", workspace_id: "", scope: "", id, key: "private_key_pem" }
}

impl Fresh {
    /// Makes a new key; takes tens of milliseconds.
    pub(super) async fn generate() -> Option<Self> {
        task::spawn_blocking(generate_now).await.ok().flatten()
    }

    pub(super) async fn insert(
        &self,
        connection: &mut Connection,
        vault: &Vault,
        now: &str,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("INSERT INTO signing_keys (id, modulus, exponent, created_at) VALUES ($1, $2, $3, $4)")
            .bind(&self.id)
            .bind(&self.modulus)
            .bind(&self.exponent)
            .bind(now)
            .execute(&mut *connection)
            .await?;
        let private = Material::Fresh(Secret::new(self.private_key_pem.as_str()));
        private.store(connection, TABLE, &place(&self.id), vault).await
    }
}

impl Stored {
    pub(super) async fn find(connection: &mut Connection, id: &str) -> Result<Option<Self>, sqlx::Error> {
        sqlx::query_as("SELECT id, modulus, exponent, private_key_pem FROM signing_keys WHERE id = $1")
            .bind(id)
            .fetch_optional(connection)
            .await
    }

    pub(super) async fn ready(
        self,
        connection: &mut Connection,
        vault: &Vault,
    ) -> Result<SigningKey, Problem> {
        let sealed = vault.secret_of(connection, TABLE, &place(&self.id)).await?;
        let sealed = sealed.map_err(|error| {
            tracing::error!(component = "vault", key = self.id, error = %error, "a signing key does not open");
            broken()
        })?;
        let pem = sealed.or(self.private_key_pem.map(Zeroizing::new)).ok_or_else(broken)?;
        let private = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| broken())?;
        let public = DecodingKey::from_rsa_components(&self.modulus, &self.exponent).map_err(|_| broken())?;
        Ok(SigningKey { id: self.id, private, public })
    }
}

pub(super) fn broken() -> Problem {
    Problem::new(Code::Internal, "The server's signing key could not be used.")
}

fn generate_now() -> Option<Fresh> {
    let pair = KeyPair::generate(KeySize::Rsa2048).ok()?;
    let der: Pkcs8V1Der<'_> = pair.as_der().ok()?;
    let encoded = Zeroizing::new(STANDARD.encode(der.as_ref()));
    let mut private_key_pem = Zeroizing::new("-----BEGIN PRIVATE KEY-----\n".to_owned());
    for line in encoded.as_bytes().chunks(64) {
        private_key_pem.push_str(std::str::from_utf8(line).ok()?);
        private_key_pem.push('\n');
    }
    private_key_pem.push_str("-----END PRIVATE KEY-----\n");
    let public = pair.public_key();
    Some(Fresh {
        id: Uuid::now_v7().to_string(),
        private_key_pem,
        modulus: URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
        exponent: URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
    })
}

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

use crate::{
    database::Connection,
    http::problem::{Code, Problem},
};

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
    private_key_pem: String,
    pub(super) modulus: String,
    pub(super) exponent: String,
}

impl Stored {
    /// Makes a new key; takes tens of milliseconds.
    pub(super) async fn generate() -> Option<Self> {
        task::spawn_blocking(generate_now).await.ok().flatten()
    }

    pub(super) async fn insert(&self, connection: &mut Connection, now: &str) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO signing_keys (id, private_key_pem, modulus, exponent, created_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&self.id)
        .bind(&self.private_key_pem)
        .bind(&self.modulus)
        .bind(&self.exponent)
        .bind(now)
        .execute(connection)
        .await?;
        Ok(())
    }

    pub(super) fn ready(self) -> Result<SigningKey, Problem> {
        let private = EncodingKey::from_rsa_pem(self.private_key_pem.as_bytes()).map_err(|_| broken())?;
        let public = DecodingKey::from_rsa_components(&self.modulus, &self.exponent).map_err(|_| broken())?;
        Ok(SigningKey { id: self.id, private, public })
    }
}

pub(super) fn broken() -> Problem {
    Problem::new(Code::Internal, "The server's signing key could not be used.")
}

fn generate_now() -> Option<Stored> {
    let pair = KeyPair::generate(KeySize::Rsa2048).ok()?;
    let der: Pkcs8V1Der<'_> = pair.as_der().ok()?;
    let encoded = STANDARD.encode(der.as_ref());
    let mut private_key_pem = "-----BEGIN PRIVATE KEY-----\n".to_owned();
    for line in encoded.as_bytes().chunks(64) {
        private_key_pem.push_str(std::str::from_utf8(line).ok()?);
        private_key_pem.push('\n');
    }
    private_key_pem.push_str("-----END PRIVATE KEY-----\n");
    let public = pair.public_key();
    Some(Stored {
        id: Uuid::now_v7().to_string(),
        private_key_pem,
        modulus: URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
        exponent: URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
    })
}

//! The key access tokens are signed with: RSA, generated when first needed, kept in the database.

use std::sync::Arc;

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
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::{Any, Executor};
use tokio::{sync::OnceCell, task};
use uuid::Uuid;

use crate::{
    clock::{Clock, stamp},
    database::{Connection, Database},
    http::problem::{Code, Problem},
};

#[derive(Clone)]
pub(crate) struct SigningKey {
    pub(crate) id: String,
    pub(crate) private: EncodingKey,
    pub(crate) public: DecodingKey,
    modulus: String,
    exponent: String,
}

/// Generating takes tens of milliseconds and most servers in tests never sign, so the key comes on demand.
#[derive(Clone, Default)]
pub(crate) struct SigningKeys(Arc<OnceCell<SigningKey>>);

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    private_key_pem: String,
    modulus: String,
    exponent: String,
}

impl SigningKeys {
    pub(crate) async fn current(&self, database: &Database, clock: &Clock) -> Result<&SigningKey, Problem> {
        self.0.get_or_try_init(|| load_or_generate(database, clock)).await
    }
}

impl SigningKey {
    /// The public half as a JSON Web Key Set.
    pub(crate) fn jwks(&self) -> KeySet<'_> {
        let Self { id, modulus, exponent, .. } = self;
        KeySet {
            keys: vec![PublicKey {
                kty: "RSA",
                purpose: "sig",
                alg: "RS256",
                kid: id,
                n: modulus,
                e: exponent,
            }],
        }
    }
}

/// The keys that access tokens can be checked with, as a JSON Web Key Set.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct KeySet<'a> {
    /// The keys.
    keys: Vec<PublicKey<'a>>,
}

/// A public key.
#[derive(Debug, Serialize, JsonSchema)]
struct PublicKey<'a> {
    /// Type of the key.
    kty: &'static str,
    /// What the key is for.
    #[serde(rename = "use")]
    purpose: &'static str,
    /// Algorithm of the signatures.
    alg: &'static str,
    /// Id of the key, as in the header of tokens.
    kid: &'a str,
    /// Modulus.
    n: &'a str,
    /// Exponent.
    e: &'a str,
}

async fn load_or_generate(database: &Database, clock: &Clock) -> Result<SigningKey, Problem> {
    let broken = || Problem::new(Code::Internal, "The server's signing key could not be used.");
    // Looked for without a turn to write first: a region that takes no changes has none to give.
    let row = match stored(database.reader()).await? {
        Some(row) => row,
        None => {
            let mut transaction = database.write().await?;
            let row = match stored(&mut *transaction).await? {
                Some(row) => row,
                None => generate_into(&mut transaction, clock).await?.ok_or_else(broken)?,
            };
            transaction.commit().await?;
            row
        }
    };
    let private = EncodingKey::from_rsa_pem(row.private_key_pem.as_bytes()).map_err(|_| broken())?;
    let public = DecodingKey::from_rsa_components(&row.modulus, &row.exponent).map_err(|_| broken())?;
    Ok(SigningKey { id: row.id, private, public, modulus: row.modulus, exponent: row.exponent })
}

async fn stored(executor: impl Executor<'_, Database = Any>) -> Result<Option<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, private_key_pem, modulus, exponent FROM signing_keys ORDER BY created_at DESC LIMIT 1",
    )
    .fetch_optional(executor)
    .await
}

/// `None` if the library fails.
async fn generate_into(connection: &mut Connection, clock: &Clock) -> Result<Option<Row>, sqlx::Error> {
    let Some(row) = task::spawn_blocking(generate).await.ok().flatten() else { return Ok(None) };
    sqlx::query(
        "INSERT INTO signing_keys (id, private_key_pem, modulus, exponent, created_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&row.id)
    .bind(&row.private_key_pem)
    .bind(&row.modulus)
    .bind(&row.exponent)
    .bind(stamp(clock.now()))
    .execute(connection)
    .await?;
    Ok(Some(row))
}

fn generate() -> Option<Row> {
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
    Some(Row {
        id: Uuid::now_v7().to_string(),
        private_key_pem,
        modulus: URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
        exponent: URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
    })
}

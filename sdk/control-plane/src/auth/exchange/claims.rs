//! Reading the token that is shown.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::Jwk};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Seconds that clocks may differ.
const LEEWAY: i64 = 60;
/// What tokens may be signed with; nothing symmetric, because everybody has the keys of issuers.
const ALGORITHMS: [Algorithm; 2] = [Algorithm::RS256, Algorithm::ES256];

/// Why a token is not taken. What is said in the answer, and what is noted for administrators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Form,
    Algorithm,
    Signature,
    Expired,
    NotYet,
}

impl Fault {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Form => "it is not a signed JWT with an issuer, a subject and an expiry",
            Self::Algorithm => "it is signed with something other than RS256 or ES256",
            Self::Signature => "its signature is not that of the issuer",
            Self::Expired => "it has expired",
            Self::NotYet => "it is from the future",
        }
    }
}

/// What a token says of itself, not to be believed yet.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) issuer: String,
    pub(super) key_id: Option<String>,
    pub(super) algorithm: Algorithm,
}

#[derive(Deserialize)]
struct Issued {
    iss: String,
}

/// Finds out who is said to have signed a token.
pub(super) fn said(token: &str) -> Result<Said, Fault> {
    let header = decode_header(token).map_err(|_| Fault::Form)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Fault::Algorithm);
    }
    let issued: Issued =
        jsonwebtoken::dangerous::insecure_decode(token).map(|data| data.claims).map_err(|_| Fault::Form)?;
    Ok(Said { issuer: issued.iss, key_id: header.kid, algorithm: header.alg })
}

/// The claims of a token that was really signed with the key, and is in its time.
pub(super) fn proved(
    token: &str,
    said: &Said,
    key: &Jwk,
    now: Timestamp,
) -> Result<Map<String, Value>, Fault> {
    let key = DecodingKey::from_jwk(key).map_err(|_| Fault::Signature)?;
    let mut validation = Validation::new(said.algorithm);
    validation.set_issuer(&[&said.issuer]);
    validation.set_required_spec_claims(&["exp", "iss", "sub"]);
    // The audience is the trust's to decide, and the time the server's own clock's.
    validation.validate_aud = false;
    validation.validate_exp = false;
    let claims =
        decode::<Map<String, Value>>(token, &key, &validation).map(|data| data.claims).map_err(|error| {
            match error.kind() {
                jsonwebtoken::errors::ErrorKind::MissingRequiredClaim(_) => Fault::Form,
                _ => Fault::Signature,
            }
        })?;
    let second = |name: &str| claims.get(name).and_then(Value::as_f64);
    let now = now.as_second() as f64;
    let leeway = LEEWAY as f64;
    match second("exp") {
        None => return Err(Fault::Form),
        Some(expires) if expires <= now => return Err(Fault::Expired),
        Some(_) => {}
    }
    if ["nbf", "iat"].iter().filter_map(|name| second(name)).any(|from| from > now + leeway) {
        return Err(Fault::NotYet);
    }
    Ok(claims)
}

/// Whether a token is for an audience.
pub(super) fn is_for(claims: &Map<String, Value>, audience: &str) -> bool {
    match claims.get("aud") {
        Some(Value::String(own)) => own == audience,
        Some(Value::Array(own)) => own.iter().any(|own| own == audience),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => false,
    }
}

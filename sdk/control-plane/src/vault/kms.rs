//! Master keys that AWS KMS has wrapped: made there, and unwrapped there when a server starts.
//!
//! KMS binds a key to its purpose by an encryption context: it unwraps nothing else that it has wrapped for somebody
//! who may decrypt with the same key.

use std::{collections::HashMap, fmt, str::FromStr};

use aws_sdk_kms::{Client, primitives::Blob};
use base64::{Engine, engine::general_purpose::STANDARD};
use sparki_aws::{Aws, AwsError, Region, Settings};
use zeroize::Zeroizing;

use crate::vault::keyring::KEY_LENGTH;

/// How a line begins that holds a wrapped key.
pub(super) const PREFIX: &str = "kms:";
/// What KMS binds a wrapped key to, as name and value. They are in AWS's logs of what is asked of a key.
const CONTEXT: (&str, &str) = ("sparki:purpose", "control plane encryption key");

/// The ARN of a key of AWS KMS, or of an alias of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KmsKey {
    arn: String,
    region: Region,
}

/// The text is no ARN of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is not the ARN of a key or of an alias in AWS KMS, such as arn:aws:kms:us-east-1:111122223333:alias/sparki"
)]
pub struct NotAKmsKey;

impl FromStr for KmsKey {
    type Err = NotAKmsKey;

    fn from_str(text: &str) -> Result<Self, NotAKmsKey> {
        let parts: Vec<&str> = text.split(':').collect();
        let [arn, partition, service, region, account, resource] = parts[..] else { return Err(NotAKmsKey) };
        let named =
            ["key/", "alias/"].iter().any(|kind| resource.len() > kind.len() && resource.starts_with(kind));
        let is_printable = text.bytes().all(|byte| byte.is_ascii_graphic());
        if arn != "arn"
            || partition.is_empty()
            || service != "kms"
            || account.is_empty()
            || !named
            || !is_printable
        {
            return Err(NotAKmsKey);
        }
        Ok(Self { arn: text.to_owned(), region: region.parse().map_err(|_| NotAKmsKey)? })
    }
}

impl fmt::Display for KmsKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.arn)
    }
}

/// A master key as a line holds it: wrapped, and by which key.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WrappedKey {
    by: KmsKey,
    ciphertext: Vec<u8>,
}

impl WrappedKey {
    /// Reads what comes after [`PREFIX`]: the ARN of the key, a colon, and what KMS gave, in base64.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (arn, ciphertext) = text.rsplit_once(':')?;
        let ciphertext = STANDARD.decode(ciphertext).ok().filter(|bytes| !bytes.is_empty())?;
        Some(Self { by: arn.parse().ok()?, ciphertext })
    }
}

impl fmt::Display for WrappedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{PREFIX}{}:{}", self.by, STANDARD.encode(&self.ciphertext))
    }
}

/// Has KMS make a master key that only KMS can unwrap, and answers with the line for it. Nobody sees the key itself:
/// KMS does not say it before a server asks.
///
/// # Errors
///
/// Fails if KMS refuses or cannot be reached.
pub async fn generate(by: &KmsKey) -> Result<String, KmsError> {
    let length = i32::try_from(KEY_LENGTH).expect("a key has few bytes");
    let (name, value) = CONTEXT;
    let request = client(&connection(), by).await?.generate_data_key_without_plaintext();
    let request = request.key_id(&by.arn).number_of_bytes(length).encryption_context(name, value);
    let made = Box::pin(request.send()).await.map_err(|error| KmsError::refused("make", by, error.into()))?;
    let ciphertext = made.ciphertext_blob.map(Blob::into_inner).unwrap_or_default();
    // An alias may be moved to another key; the line names the key that will be asked.
    let by = made.key_id.as_deref().and_then(|arn| arn.parse().ok()).unwrap_or_else(|| by.clone());
    if ciphertext.is_empty() {
        return Err(KmsError::NoKey { arn: by.arn });
    }
    Ok(WrappedKey { by, ciphertext }.to_string())
}

/// Unwraps master keys.
#[derive(Debug)]
pub(super) struct Unwrapping(Aws);

impl Unwrapping {
    pub(super) fn new() -> Self {
        Self(connection())
    }

    pub(super) async fn unwrap(&self, key: &WrappedKey) -> Result<Zeroizing<Vec<u8>>, KmsError> {
        let request = client(&self.0, &key.by).await?.decrypt().key_id(&key.by.arn);
        let request = request.ciphertext_blob(Blob::new(key.ciphertext.clone())).set_encryption_context(
            Some(HashMap::from([CONTEXT].map(|(name, value)| (name.into(), value.into())))),
        );
        let given = Box::pin(request.send())
            .await
            .map_err(|error| KmsError::refused("unwrap", &key.by, error.into()))?;
        let plain = given.plaintext.map(|plain| Zeroizing::new(plain.into_inner()));
        plain.ok_or_else(|| KmsError::NoKey { arn: key.by.arn.clone() })
    }
}

/// Nothing is set: credentials, endpoints and profiles are those of AWS's own environment variables and files.
fn connection() -> Aws {
    Aws::new(Settings::default())
}

async fn client(aws: &Aws, key: &KmsKey) -> Result<Client, KmsError> {
    // What the SDK does is large, also as a type: it is kept out of the futures of whoever asks.
    let client = Box::pin(aws.client(&key.region)).await;
    client.map_err(|source| KmsError::Connect { arn: key.arn.clone(), source: source.into() })
}

/// Why AWS KMS made or unwrapped no key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KmsError {
    /// There is no way to talk to KMS.
    #[error("failed to connect to AWS KMS for the key {arn}")]
    Connect {
        /// The key.
        arn: String,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// KMS said no, or nothing.
    #[error("AWS KMS did not {doing} it with the key {arn}{}", code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default())]
    Refused {
        /// What was asked for.
        doing: &'static str,
        /// The key.
        arn: String,
        /// AWS's name for the reason.
        code: Option<String>,
        /// The reason.
        source: AwsError,
    },
    /// KMS agreed and gave nothing.
    #[error("AWS KMS answered without a key of {arn}")]
    NoKey {
        /// The key.
        arn: String,
    },
}

impl KmsError {
    fn refused(doing: &'static str, key: &KmsKey, source: AwsError) -> Self {
        Self::Refused { doing, arn: key.arn.clone(), code: source.code().map(str::to_owned), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:kms:us-east-1:111122223333:key/mrk-1";

    #[test]
    fn a_wrapped_key_is_read_as_it_is_written() {
        let line = format!("{PREFIX}{ARN}:AQID");
        let key = WrappedKey::parse(line.strip_prefix(PREFIX).unwrap()).unwrap();
        assert_eq!((key.by.region.as_str(), key.ciphertext.as_slice()), ("us-east-1", [1, 2, 3].as_slice()));
        assert_eq!(key.to_string(), line);
    }

    #[test]
    fn what_names_no_key_is_refused() {
        for text in [
            "",
            "AQID",
            "alias/sparki:AQID",
            &format!("{ARN}:"),
            &format!("{ARN}:!"),
            &format!("{ARN}/:AQID:"),
        ] {
            assert_eq!(WrappedKey::parse(text), None, "{text}");
        }
        for arn in [
            "arn:aws:kms:us-east-1:111122223333:alias/",
            "arn:aws:kms:nowhere:111122223333:key/1",
            "arn:aws:s3:us-east-1:111122223333:key/1",
            "arn:aws:kms:us-east-1:111122223333:key/1:2",
            "arn:aws:kms:us-east-1:111122223333:key/a b",
        ] {
            assert_eq!(arn.parse::<KmsKey>(), Err(NotAKmsKey), "{arn}");
        }
    }
}

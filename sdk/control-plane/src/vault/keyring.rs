//! Master keys: one seals, the others still open what they sealed.

use std::fmt;

use aws_lc_rs::{
    aead::{AES_256_GCM, RandomizedNonceKey},
    hmac, rand,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::{
    document::canonical,
    vault::{
        KmsError,
        key_list::{self, Entry, Written},
        kms::Unwrapping,
    },
};

/// Length of every key, in bytes: AES-256.
pub(super) const KEY_LENGTH: usize = 32;

/// Master keys by age, the newest last. There is at least one.
#[derive(Debug)]
pub(crate) struct Keyring(Vec<MasterKey>);

/// A key that wraps data keys.
pub(super) struct MasterKey {
    /// Says which key it is and nothing of the key.
    pub(super) id: String,
    pub(super) key: RandomizedNonceKey,
}

impl Keyring {
    /// Reads a list of keys, as [`key_list::parse`] has it; what AWS KMS has wrapped is unwrapped there.
    pub(super) async fn read(text: &str) -> Result<Self, KeyringError> {
        let unwrapping = Unwrapping::new();
        let mut keys: Vec<MasterKey> = Vec::new();
        for Entry { number, key } in key_list::parse(text)? {
            let bytes = match key {
                Written::Plain(bytes) => bytes,
                Written::Wrapped(wrapped) => unwrapping
                    .unwrap(&wrapped)
                    .await
                    .map_err(|source| KeyringError::Kms { number, source: Box::new(source) })?,
            };
            let key = MasterKey::new(&bytes).ok_or(KeyringError::Line { number })?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(KeyringError::Twice { number });
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(KeyringError::Empty) } else { Ok(Self(keys)) }
    }

    /// One key that nobody else knows.
    pub(super) fn random() -> Self {
        let key = MasterKey::new(random().as_ref()).expect("what is made up has the length of a key");
        Self(vec![key])
    }

    /// The key that seals.
    pub(super) fn newest(&self) -> &MasterKey {
        self.0.last().expect("a keyring has at least one key")
    }

    pub(super) fn find(&self, id: &str) -> Option<&MasterKey> {
        self.0.iter().find(|key| key.id == id)
    }
}

/// Makes up a master key and answers with the line for it: 32 bytes in base64.
pub fn generate() -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(random().as_ref()))
}

fn random() -> Zeroizing<[u8; KEY_LENGTH]> {
    let mut bytes = Zeroizing::new([0_u8; KEY_LENGTH]);
    rand::fill(bytes.as_mut()).expect("the system's source of randomness works");
    bytes
}

impl MasterKey {
    fn new(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != KEY_LENGTH {
            return None;
        }
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, bytes), b"sparki master key id");
        let id = canonical::hex(&tag.as_ref()[..8]);
        Some(Self { id, key: RandomizedNonceKey::new(&AES_256_GCM, bytes).ok()? })
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MasterKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why a text is no list of master keys.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// There is no key in it.
    #[error("there is no key in it; put what \"sparki-control-plane keys generate\" prints on a line")]
    Empty,
    /// A line is no key.
    #[error("line {number} is not 32 bytes in base64")]
    Line {
        /// Number of the line, from 1.
        number: usize,
    },
    /// A line begins as one with a wrapped key does, and is none.
    #[error(
        "line {number} is not \"kms:\", the ARN of a key of AWS KMS, a colon, and what that key has wrapped in base64"
    )]
    Wrapped {
        /// Number of the line, from 1.
        number: usize,
    },
    /// The key of a line could not be unwrapped.
    #[error("failed to unwrap the key of line {number}")]
    Kms {
        /// Number of the line, from 1.
        number: usize,
        /// Why not.
        source: Box<KmsError>,
    },
    /// A key is there twice.
    #[error("line {number} has a key that is there already")]
    Twice {
        /// Number of the line, from 1.
        number: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn id_of(line: &str) -> String {
        Keyring::read(line).await.unwrap().newest().id.clone()
    }

    #[tokio::test]
    async fn the_last_line_seals_and_every_line_opens() {
        let (old, new) = (generate(), generate());
        let keyring = Keyring::read(&format!("# 2025\n{}\n\n{}\n", *old, *new)).await.unwrap();
        assert_eq!(keyring.newest().id, id_of(&new).await);
        assert!(keyring.find(&id_of(&old).await).is_some());
        assert!(keyring.find("0000000000000000").is_none());
    }

    #[tokio::test]
    async fn what_is_no_key_is_named_by_its_line_and_not_shown() {
        let key = generate();
        for (text, expected) in [
            ("# nothing\n".to_owned(), KeyringError::Empty),
            (format!("{}\nhunter2", *key), KeyringError::Line { number: 2 }),
            (STANDARD.encode([0; 16]), KeyringError::Line { number: 1 }),
            (format!("{}\nkms:hunter2", *key), KeyringError::Wrapped { number: 2 }),
            (format!("{0}\n{0}", *key), KeyringError::Twice { number: 2 }),
        ] {
            assert_eq!(Keyring::read(&text).await.unwrap_err().to_string(), expected.to_string(), "{text}");
        }
        assert!(!format!("{:?}", Keyring::read(&key).await.unwrap()).contains(key.as_str()));
    }
}

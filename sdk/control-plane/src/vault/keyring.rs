//! Master keys: one seals, the others still open what they sealed.

use std::fmt;

use aws_lc_rs::{
    aead::{AES_256_GCM, RandomizedNonceKey},
    hmac, rand,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::document::canonical;

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
    /// Reads one key a line, each 32 bytes in base64, the newest last. Empty lines and those that begin with `#` are
    /// left out.
    pub(super) fn parse(text: &str) -> Result<Self, KeyringError> {
        let mut keys: Vec<MasterKey> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let (line, number) = (line.trim(), index + 1);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bytes = STANDARD.decode(line).map(Zeroizing::new);
            let bytes = bytes.map_err(|_| KeyringError::Line { number })?;
            let key = MasterKey::new(&bytes).ok_or(KeyringError::Line { number })?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(KeyringError::Twice { number });
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(KeyringError::Empty) } else { Ok(Self(keys)) }
    }

    /// Makes up a key and answers with the line for it.
    pub(super) fn generate() -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0_u8; KEY_LENGTH]);
        rand::fill(bytes.as_mut()).expect("the system's source of randomness works");
        Zeroizing::new(STANDARD.encode(bytes.as_ref()))
    }

    /// The key that seals.
    pub(super) fn newest(&self) -> &MasterKey {
        self.0.last().expect("a keyring has at least one key")
    }

    pub(super) fn find(&self, id: &str) -> Option<&MasterKey> {
        self.0.iter().find(|key| key.id == id)
    }
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// There is no key in it.
    #[error("there is no key in it; put 32 random bytes in base64 on a line: openssl rand -base64 32")]
    Empty,
    /// A line is no key.
    #[error("line {number} is not 32 bytes in base64")]
    Line {
        /// Number of the line, from 1.
        number: usize,
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

    #[test]
    fn the_last_line_seals_and_every_line_opens() {
        let (old, new) = (Keyring::generate(), Keyring::generate());
        let keyring = Keyring::parse(&format!("# 2025\n{}\n\n{}\n", *old, *new)).unwrap();
        let id_of = |line: &str| Keyring::parse(line).unwrap().newest().id.clone();
        assert_eq!(keyring.newest().id, id_of(&new));
        assert!(keyring.find(&id_of(&old)).is_some());
        assert!(keyring.find("0000000000000000").is_none());
    }

    #[test]
    fn what_is_no_key_is_named_by_its_line_and_not_shown() {
        let key = Keyring::generate();
        for (text, expected) in [
            ("# nothing\n".to_owned(), KeyringError::Empty),
            (format!("{}\nhunter2", *key), KeyringError::Line { number: 2 }),
            (STANDARD.encode([0; 16]), KeyringError::Line { number: 1 }),
            (format!("{0}\n{0}", *key), KeyringError::Twice { number: 2 }),
        ] {
            assert_eq!(Keyring::parse(&text).unwrap_err(), expected, "{text}");
        }
        assert!(!format!("{:?}", Keyring::parse(&key).unwrap()).contains(key.as_str()));
    }
}

//! Sealing and opening: AES-256-GCM with a data key for each value, wrapped by a master key.
//!
//! Nonces are random. A data key seals once, so its nonce cannot repeat; a master key wraps one data key for each
//! value that is sealed, of which NIST SP 800-38D allows 2^32.

use std::fmt;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    rand,
};
use zeroize::Zeroizing;

use crate::vault::{
    Place,
    keyring::{KEY_LENGTH, Keyring},
};

const TAG_LENGTH: usize = 16;
/// A wrapped data key: nonce, key, tag.
const WRAPPED_LENGTH: usize = NONCE_LEN + KEY_LENGTH + TAG_LENGTH;
/// What a data key is bound to. Its value is bound to a place; a data key is of no use anywhere else.
const DATA_KEY: &[u8] = b"sparki data key";

/// A sealed value, as it is stored: the wrapped data key, then the nonce, the text and its tag.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(super) bytes: Vec<u8>,
    /// Id of the master key.
    pub(super) by: String,
}

/// A sealed value did not open: it was altered, moved, or sealed by a key that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored secret cannot be opened: it was altered, or its key is not there")]
pub struct Unreadable;

impl Keyring {
    pub(super) fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Sealed {
        let mut data_key = Zeroizing::new([0_u8; KEY_LENGTH]);
        rand::fill(data_key.as_mut()).expect("the system's source of randomness works");
        let key = aes(data_key.as_ref());
        let mut bytes = encrypt(&self.newest().key, DATA_KEY, data_key.as_ref());
        bytes.extend(encrypt(&key, &place.bytes(), plain));
        Sealed { bytes, by: self.newest().id.clone() }
    }

    pub(super) fn open(&self, place: &Place<'_>, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        let (wrapped, text) = sealed.bytes.split_at_checked(WRAPPED_LENGTH).ok_or(Unreadable)?;
        let data_key = self.unwrap(wrapped, &sealed.by)?;
        decrypt(&aes(&data_key), &place.bytes(), text)
    }

    /// The same value under the newest master key. Neither its text nor its data key changes.
    pub(super) fn rewrap(&self, sealed: &Sealed) -> Result<Sealed, Unreadable> {
        let (wrapped, text) = sealed.bytes.split_at_checked(WRAPPED_LENGTH).ok_or(Unreadable)?;
        let data_key = self.unwrap(wrapped, &sealed.by)?;
        let mut bytes = encrypt(&self.newest().key, DATA_KEY, &data_key);
        bytes.extend_from_slice(text);
        Ok(Sealed { bytes, by: self.newest().id.clone() })
    }

    fn unwrap(&self, wrapped: &[u8], by: &str) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        let master = self.find(by).ok_or(Unreadable)?;
        decrypt(&master.key, DATA_KEY, wrapped)
    }
}

fn aes(key: &[u8]) -> RandomizedNonceKey {
    RandomizedNonceKey::new(&AES_256_GCM, key).expect("data keys have the length of AES-256 keys")
}

fn encrypt(key: &RandomizedNonceKey, bound_to: &[u8], plain: &[u8]) -> Vec<u8> {
    // Grown to its length at once: growing later would leave the plain text in memory that is given back.
    let mut text = Vec::with_capacity(plain.len() + TAG_LENGTH);
    text.extend_from_slice(plain);
    let nonce = key.seal_in_place_append_tag(Aad::from(bound_to), &mut text);
    let nonce = nonce.expect("secrets are shorter than AES-GCM's limit of 64 GiB");
    [nonce.as_ref().as_slice(), &text].concat()
}

fn decrypt(
    key: &RandomizedNonceKey,
    bound_to: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    let (nonce, text) = sealed.split_at_checked(NONCE_LEN).ok_or(Unreadable)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unreadable)?;
    let mut text = Zeroizing::new(text.to_vec());
    let length = key.open_in_place(nonce, Aad::from(bound_to), &mut text).map_err(|_| Unreadable)?.len();
    text.truncate(length);
    Ok(text)
}

impl fmt::Debug for Sealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sealed").field("by", &self.by).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::generate;

    const PLACE: Place<'static> =
        Place { kind: "secret", workspace_id: "w", scope: "environment e", id: "s", key: "TOKEN" };

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let keyring = Keyring::random();
        let sealed = keyring.seal(&PLACE, b"hunter2");
        assert_eq!(**keyring.open(&PLACE, &sealed).unwrap(), *b"hunter2");
        assert!(!sealed.bytes.windows(7).any(|window| window == b"hunter2"));
        for elsewhere in [
            Place { kind: "webhook", ..PLACE },
            Place { workspace_id: "x", ..PLACE },
            Place { scope: "environment f", ..PLACE },
            Place { id: "t", ..PLACE },
            Place { key: "OTHER", ..PLACE },
        ] {
            assert_eq!(keyring.open(&elsewhere, &sealed), Err(Unreadable), "{elsewhere:?}");
        }
    }

    #[test]
    fn no_byte_can_be_altered() {
        let keyring = Keyring::random();
        let sealed = keyring.seal(&PLACE, b"hunter2");
        for index in 0..sealed.bytes.len() {
            let mut altered = sealed.clone();
            altered.bytes[index] ^= 1;
            assert_eq!(keyring.open(&PLACE, &altered), Err(Unreadable), "byte {index}");
        }
        for length in 0..sealed.bytes.len() {
            let cut = Sealed { bytes: sealed.bytes[..length].to_vec(), by: sealed.by.clone() };
            assert_eq!(keyring.open(&PLACE, &cut), Err(Unreadable), "{length} bytes");
        }
        assert_eq!(Keyring::random().open(&PLACE, &sealed), Err(Unreadable), "another key");
    }

    #[test]
    fn the_same_value_is_never_sealed_the_same() {
        let keyring = Keyring::random();
        assert_ne!(keyring.seal(&PLACE, b"hunter2"), keyring.seal(&PLACE, b"hunter2"));
    }

    #[tokio::test]
    async fn what_is_rewrapped_opens_without_the_old_key() {
        let (old, new) = (generate(), generate());
        let sealed = Keyring::read(&old).await.unwrap().seal(&PLACE, b"hunter2");
        let both = Keyring::read(&format!("{}\n{}", *old, *new)).await.unwrap();
        assert_eq!(**both.open(&PLACE, &sealed).unwrap(), *b"hunter2");
        let rewrapped = both.rewrap(&sealed).unwrap();
        let alone = Keyring::read(&new).await.unwrap();
        assert_eq!(alone.open(&PLACE, &sealed), Err(Unreadable));
        assert_eq!(**alone.open(&PLACE, &rewrapped).unwrap(), *b"hunter2");
    }
}

//! The list of master keys as it is written: one a line, the newest last.

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::vault::{
    keyring::{KEY_LENGTH, KeyringError},
    kms::{PREFIX, WrappedKey},
};

/// A line with a key.
pub(super) struct Entry {
    /// Number of the line, from 1.
    pub(super) number: usize,
    pub(super) key: Written,
}

/// A key as it is written.
pub(super) enum Written {
    /// The key itself.
    Plain(Zeroizing<Vec<u8>>),
    /// What AWS KMS makes the key of.
    Wrapped(WrappedKey),
}

/// Reads the lines that hold keys: 32 bytes in base64, or `kms:`, the ARN of a key of AWS KMS, and what that key has
/// wrapped. Empty lines and those that begin with `#` are left out.
pub(super) fn parse(text: &str) -> Result<Vec<Entry>, KeyringError> {
    let lines = text.lines().map(str::trim).enumerate().map(|(index, line)| (index + 1, line));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let entries = lines.map(|(number, line)| {
        let key = match line.strip_prefix(PREFIX) {
            Some(wrapped) => {
                WrappedKey::parse(wrapped).map(Written::Wrapped).ok_or(KeyringError::Wrapped { number })
            }
            None => plain(line).map(Written::Plain).ok_or(KeyringError::Line { number }),
        };
        Ok(Entry { number, key: key? })
    });
    entries.collect()
}

fn plain(line: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = STANDARD.decode(line).map(Zeroizing::new).ok()?;
    (bytes.len() == KEY_LENGTH).then_some(bytes)
}

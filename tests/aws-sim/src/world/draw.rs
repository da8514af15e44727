//! Numbers that look random and are not: the same for the same words, whatever else happens meanwhile.

use sha2::{Digest, Sha256};

/// 32 bytes that depend on the seed and the words and nothing else.
pub(crate) fn draw(seed: u64, words: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    for word in words {
        hash.update(word.len().to_be_bytes());
        hash.update(word);
    }
    hash.finalize().into()
}

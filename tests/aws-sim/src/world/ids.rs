//! Identifiers that AWS would assign.

use uuid::Builder;

use crate::world::draw;

/// A source of identifiers: the same seed gives the same ones in the same order.
#[derive(Debug)]
pub(crate) struct Ids {
    seed: u64,
    count: u64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, count: 0 }
    }

    /// A number that no other object has.
    pub(crate) fn serial(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    pub(crate) fn uuid(&mut self) -> String {
        let bytes = self.bytes();
        let bytes = bytes.first_chunk().expect("32 bytes begin with 16");
        Builder::from_random_bytes(*bytes).into_uuid().to_string()
    }

    /// Hexadecimal digits, at most 64.
    pub(crate) fn digits(&mut self, length: usize) -> String {
        let digits: String = self.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        digits[..length].to_owned()
    }

    fn bytes(&mut self) -> [u8; 32] {
        let serial = self.serial().to_string();
        draw(self.seed, &["id", &serial])
    }
}

//! Ranges of IPv4 addresses.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use sparki_core::Dynamic;

/// A range of IPv4 addresses that begins where its prefix does: `10.0.0.0/16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cidr {
    first: u32,
    prefix: u32,
}

/// The text is no range, or its address lies within the range instead of at its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotACidr;

impl Cidr {
    /// How many bits of an address all addresses of the range share.
    pub(crate) fn prefix(self) -> u32 {
        self.prefix
    }

    /// Whether the two have an address in common.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        let shared = self.prefix.min(other.prefix);
        mask(shared) & self.first == mask(shared) & other.first
    }

    /// Its parts with this prefix, in order; none if the prefix is shorter than its own.
    pub(crate) fn parts(self, prefix: u32) -> impl Iterator<Item = Self> {
        let count = if (self.prefix..=32).contains(&prefix) { 1_u64 << (prefix - self.prefix) } else { 0 };
        let step = 1_u64.checked_shl(32 - prefix.min(32)).unwrap_or(0);
        (0..count).map(move |index| {
            let offset = u32::try_from(index * step).expect("a part lies within 32 bits");
            Self { first: self.first + offset, prefix }
        })
    }
}

fn mask(prefix: u32) -> u32 {
    u32::MAX.checked_shl(32 - prefix).unwrap_or(0)
}

impl FromStr for Cidr {
    type Err = NotACidr;

    fn from_str(text: &str) -> Result<Self, NotACidr> {
        let (address, text) = text.split_once('/').ok_or(NotACidr)?;
        let address: Ipv4Addr = address.parse().map_err(|_| NotACidr)?;
        let prefix: u32 = text.parse().map_err(|_| NotACidr)?;
        let first = u32::from(address);
        // AWS answers it without a sign and leading zeros.
        let is_plain = prefix.to_string() == text;
        if is_plain && prefix <= 32 && first & !mask(prefix) == 0 {
            Ok(Self { first, prefix })
        } else {
            Err(NotACidr)
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.first), self.prefix)
    }
}

/// Refuses what is no range of IPv4 addresses.
pub(crate) fn is_cidr(text: &Dynamic) -> Result<(), String> {
    match text.as_str().map(str::parse::<Cidr>) {
        Some(Err(NotACidr)) => Err(
            "must be a range of IPv4 addresses that begins with its first address, such as \"10.0.0.0/16\""
                .into(),
        ),
        Some(Ok(_)) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cidr(text: &str) -> Cidr {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_begins_with_its_first_address() {
        for text in ["10.0.0.0/16", "0.0.0.0/0", "10.1.2.3/32"] {
            assert_eq!(cidr(text).to_string(), text);
        }
        for text in [
            "10.0.0.1/16",
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0/16",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "10.0.0.0/016",
        ] {
            assert_eq!(text.parse::<Cidr>(), Err(NotACidr), "{text}");
        }
    }

    #[test]
    fn ranges_overlap_where_one_is_in_the_other() {
        assert!(cidr("10.0.0.0/16").overlaps(cidr("10.0.128.0/20")));
        assert!(cidr("10.0.128.0/20").overlaps(cidr("10.0.0.0/16")));
        assert!(!cidr("10.0.0.0/16").overlaps(cidr("10.1.0.0/16")));
        assert!(cidr("0.0.0.0/0").overlaps(cidr("10.1.0.0/16")));
    }

    #[test]
    fn parts_follow_each_other() {
        let parts: Vec<_> = cidr("10.0.0.0/22").parts(24).map(|part| part.to_string()).collect();
        assert_eq!(parts, ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]);
        assert_eq!(cidr("10.0.0.0/22").parts(21).count(), 0);
        assert_eq!(cidr("10.0.0.0/22").parts(22).count(), 1);
    }

    proptest! {
        #[test]
        fn parts_share_nothing_and_fill_the_whole(prefix in 16_u32..=24, bits in 0_u32..=4) {
            let whole = Cidr { first: u32::from(Ipv4Addr::new(10, 0, 0, 0)), prefix };
            let parts: Vec<_> = whole.parts(prefix + bits).collect();
            prop_assert_eq!(parts.len(), 1 << bits);
            prop_assert!(parts.iter().all(|part| whole.overlaps(*part)));
            prop_assert!(parts.windows(2).all(|two| !two[0].overlaps(two[1])));
        }

        #[test]
        fn whatever_is_read_is_written_the_same(text in "[0-9./]{0,20}") {
            if let Ok(cidr) = text.parse::<Cidr>() {
                prop_assert_eq!(cidr.to_string().parse(), Ok(cidr));
            }
        }
    }
}

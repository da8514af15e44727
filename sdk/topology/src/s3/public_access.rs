//! What keeps a bucket from the public, whatever its policy says.

use aws_sdk_s3::types::PublicAccessBlockConfiguration as Wire;
use sparki_core::Value;
use sparki_derive::Model;

/// What keeps a bucket from the public, whatever policies and access control lists say.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct PublicAccessBlock {
    /// Whether new public access control lists are refused.
    #[attr(optional, default = true)]
    pub block_public_acls: Value<bool>,
    /// Whether public access control lists count for nothing.
    #[attr(optional, default = true)]
    pub ignore_public_acls: Value<bool>,
    /// Whether new public policies are refused.
    #[attr(optional, default = true)]
    pub block_public_policy: Value<bool>,
    /// Whether only AWS and the account itself may use a bucket with a public policy.
    #[attr(optional, default = true)]
    pub restrict_public_buckets: Value<bool>,
}

impl PublicAccessBlock {
    /// With everything on.
    pub(crate) fn full() -> Self {
        Self::of_all(&true.into())
    }

    /// With everything off, which is what a bucket without this setting has.
    pub(super) fn none() -> Self {
        Self::of_all(&false.into())
    }

    fn of_all(on: &Value<bool>) -> Self {
        Self {
            block_public_acls: on.clone(),
            ignore_public_acls: on.clone(),
            block_public_policy: on.clone(),
            restrict_public_buckets: on.clone(),
        }
    }

    pub(super) fn wire(&self) -> Wire {
        let is_on = |value: &Value<bool>| value.known().copied().unwrap_or(true);
        Wire::builder()
            .block_public_acls(is_on(&self.block_public_acls))
            .ignore_public_acls(is_on(&self.ignore_public_acls))
            .block_public_policy(is_on(&self.block_public_policy))
            .restrict_public_buckets(is_on(&self.restrict_public_buckets))
            .build()
    }

    pub(super) fn of(wire: &Wire) -> Self {
        let value = |value: Option<bool>| Value::Known(value.unwrap_or(false));
        Self {
            block_public_acls: value(wire.block_public_acls()),
            ignore_public_acls: value(wire.ignore_public_acls()),
            block_public_policy: value(wire.block_public_policy()),
            restrict_public_buckets: value(wire.restrict_public_buckets()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_comes_back_as_it_was_sent() {
        let part = PublicAccessBlock { block_public_policy: false.into(), ..PublicAccessBlock::full() };
        for setting in [PublicAccessBlock::full(), PublicAccessBlock::none(), part] {
            assert_eq!(PublicAccessBlock::of(&setting.wire()), setting);
        }
    }
}

//! The aliases that a key was given. A state does not show one that a region lacks.

use std::collections::BTreeSet;

use sparki_aws::Aws;
use sparki_core::{Ctx, PrivateKey};

use super::KmsKeyModel;
use super::group::Member;

const ALIASES: PrivateKey<BTreeSet<String>> = PrivateKey::new("aliases");

/// Every alias that a key may have been given: those that are remembered, and those that `keys` say.
pub(super) fn aliases<const N: usize>(ctx: &Ctx<Aws>, keys: [&KmsKeyModel; N]) -> BTreeSet<String> {
    let mut given = ctx.private().load(ALIASES).unwrap_or_default();
    given.extend(keys.iter().filter_map(|key| key.alias.known().cloned()));
    given
}

/// Remembers the aliases beside the state.
pub(super) fn remember(ctx: &Ctx<Aws>, given: &BTreeSet<String>) {
    ctx.private().store(ALIASES, (!given.is_empty()).then(|| given.clone()));
}

/// The aliases of the key of one region that it was given. Others are somebody else's.
pub(super) fn to<'a>(member: &'a Member, given: &'a BTreeSet<String>) -> impl Iterator<Item = &'a String> {
    member.aliases.intersection(given)
}

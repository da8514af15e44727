//! Release blocks: releases that may not be deployed any more, here or anywhere.

mod model;
mod rules;
mod store;

pub(crate) use model::{RELEASE_BLOCK, ReleaseBlock};
pub(crate) use store::{Bad, block, reason};

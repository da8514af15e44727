//! What the types of Elastic Kubernetes Service share.

mod account;
mod addon_catalog;
mod addon_version;
mod import_id;
mod issue;
mod names;
mod preflight;
mod release;
mod session;
mod tag_rules;
mod unanswered;
mod unfinished;
mod version;

pub(crate) use account::account_of;
pub(crate) use addon_catalog::Catalog;
pub(crate) use addon_version::{Wanted, compare, newer};
pub(crate) use import_id::ImportId;
pub(crate) use issue::told;
pub(crate) use names::Names;
pub(crate) use preflight::judged;
pub(crate) use release::Releases;
pub(crate) use session::{Part, Session, Subject};
pub(crate) use tag_rules::key_is_free;
pub(crate) use unanswered::Unanswered;
pub(crate) use unfinished::{incomplete, unfinished};
pub(crate) use version::Version;

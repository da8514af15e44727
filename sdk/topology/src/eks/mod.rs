//! What the types of Elastic Kubernetes Service share.

mod addon_catalog;
mod addon_version;
mod issue;
mod names;
mod release;
mod session;
mod version;
mod zones;

pub(crate) use addon_catalog::Catalog;
pub(crate) use addon_version::{Wanted, compare, newer};
pub(crate) use issue::told;
pub(crate) use names::Names;
pub(crate) use release::Releases;
pub(crate) use session::{Finished, Part, Session, Subject};
pub(crate) use version::Version;
pub(crate) use zones::WITHOUT_CONTROL_PLANE;

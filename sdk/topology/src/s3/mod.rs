//! What the types of Simple Storage Service share: how a bucket is made, set up, looked at, emptied and removed.

mod account;
mod cors;
mod empty;
mod held;
mod lifecycle;
mod look;
mod make;
mod names;
mod place;
mod policy;
mod public_access;
mod remove;
mod replication;
mod settings;
mod setup;
mod tags;

use aws_sdk_s3::Client;

pub use crate::operation::PolicyText;
pub use cors::{CorsMethod, CorsRule};
pub use lifecycle::{LifecycleRule, NoncurrentTransition, StorageClass, Transition};
pub use public_access::PublicAccessBlock;
pub use replication::Replication;
pub use settings::{Logging, ObjectOwnership};

pub(crate) use account::account_id;
pub(crate) use held::check_held;
pub(crate) use look::{Bucket, look, region_of};
pub(crate) use make::{KIND, Maker, Mark, PART_OF, is_part_of, make};
pub(crate) use names::Names;
pub(crate) use place::{arn, regional_domain_name};
pub(crate) use policy::{composed, split};
pub(crate) use remove::{Contents, check_empty, remove};
pub(crate) use settings::{Encryption, Settings};
pub(crate) use setup::{check_name, set_up};
pub(crate) use tags::{retag, tags};

/// What one operation on a bucket needs.
pub(crate) type Session<'a> = crate::operation::Session<'a, Client>;

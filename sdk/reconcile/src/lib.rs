//! Carries out plans without Terraform. Knows no resource type.
//!
//! [`Engine`] is what stands between a definition and its remote object: it validates, plans, applies, refreshes and
//! finds, by the same rules and through the same code as the Terraform provider.

mod engine;
mod intents;
mod object;

pub use engine::{Change, Engine, Failure};
pub use intents::MemoryIntents;
pub use object::{Object, StoredError};
pub use sparki_plan::Action;

//! Pure planning: from configuration and prior state to what apply will do.
//!
//! Nothing here does I/O or reads a clock, and nothing here knows a resource type: equal inputs give equal plans.
//!
//! | question | see |
//! |---|---|
//! | is this configuration acceptable? | [`validate`] |
//! | what will apply do to one object? | [`plan_instance`] |
//! | what does a function make of these arguments? | [`call`] |
//! | what is meant where nothing is said? | [`with_defaults`] |
//! | what is the state after the remote has answered? | [`settle`], [`settle_refresh`] |
//! | what configuration declares an object that exists? | [`generate`] |
//! | would Terraform accept this plan and this result? | [`check`] |
//! | is this schema one that Terraform can use? | [`schema_problems`] |
//! | how does a plan look on a terminal? | [`render`] |

mod blocks;
mod call;
pub mod check;
mod correlate;
mod empty;
mod generate;
mod instance;
mod merge;
mod pairing;
mod render;
mod replace;
mod schema_check;
mod settle;
mod validate;

pub use blocks::{with_blocks, without_computed_blocks};
pub use call::call;
pub use generate::generate;
pub use instance::{Action, Besides, InstancePlan, plan_instance, plan_knowing};
pub use merge::with_defaults;
pub use render::render;
pub use schema_check::schema_problems;
pub use settle::{settle, settle_refresh};
pub use validate::{Host, validate, validate_on};

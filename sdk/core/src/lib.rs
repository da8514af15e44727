//! The vocabulary of Sparki's provisioner: values, schemas, models, phases, resources and diagnostics.
//!
//! Nothing here does I/O, reads a clock or needs an async runtime. Everything else in the workspace stands on it:
//!
//! | to | see |
//! |---|---|
//! | say what a resource looks like | [`Model`], [`Value`], [`Field`], [`Schema`] |
//! | say what a resource does | [`Resource`], [`Plan`], [`Reconcile`], [`Import`] |
//! | list what a provider offers | [`Registry`] |
//! | work on values without their Rust type | [`Dynamic`], [`Type`], [`Path`] |
//! | tell a practitioner something | [`Diagnostic`], [`RemoteError`] |

mod ctx;
mod diagnostic;
mod erased;
mod field;
mod id;
mod json;
mod model;
mod number;
mod path;
mod private;
mod registry;
mod remote_error;
mod resource;
mod schema;
mod secret;
mod text;
mod timeouts;
mod types;
mod validator;
mod value;

pub use ctx::{Call, Ctx, Intents, Remotes};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use erased::{BoxFuture, Erased, ErasedDraft, ErasedResource, Outcome, internal_error};
pub use field::{DecodeError, Field, FromText, Value};
pub use id::Id;
pub use json::{JsonError, UnknownMembers};
pub use model::{Config, Model, Planned, State, storable};
pub use number::{NotANumber, Number};
pub use path::{Path, Step};
pub use private::Private;
pub use registry::{ErasedDataSource, Registry};
pub use remote_error::{RemoteError, RemoteErrorKind};
pub use resource::{Applied, Change, Draft, Import, Plan, Reconcile, Resource, import_form_error};
pub use schema::{Attribute, Equivalence, Kind, Mode, Nesting, ObjectSchema, Replace, Rule, Schema, Unset};
pub use secret::Secret;
pub use text::{DurationText, JsonText, NotADuration, parse_duration};
pub use timeouts::{DefaultTimeouts, Operation, Timeouts};
pub use types::{NotAType, Type};
pub use validator::{Validator, excerpt};
pub use value::{Bound, Dynamic, Elements, Refinement};

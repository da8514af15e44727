//! The vocabulary of Sparki's provisioner: values, schemas, models, phases, resources and diagnostics.
//!
//! Nothing here does I/O, reads a clock or needs an async runtime. Everything else in the workspace stands on it:
//!
//! | to | see |
//! |---|---|
//! | say what a resource looks like | [`Model`], [`Value`], [`Field`], [`Schema`] |
//! | say what a resource does | [`Resource`], [`Plan`], [`Reconcile`], [`Import`] |
//! | say what else it is able to do | [`Upgrade`], [`Moved`], [`List`], [`Identity`], [`Preflight`] |
//! | offer something that is no resource | [`DataSource`], [`Function`], [`Ephemeral`], [`Action`] |
//! | list what a provider offers | [`Registry`] |
//! | work on values without their Rust type | [`Dynamic`], [`Type`], [`Path`] |
//! | tell a practitioner something | [`Diagnostic`], [`RemoteError`] |

mod action;
mod any;
mod ctx;
mod data_source;
mod diagnostic;
mod ephemeral;
mod erased;
mod field;
mod function;
mod history;
mod id;
mod identity;
mod inherited;
mod json;
mod list;
mod lookup;
mod model;
mod moved;
mod number;
mod path;
mod preflight;
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

pub use action::{Action, ErasedAction, Progress};
pub use any::Any;
pub use ctx::{Call, Ctx, Intents, Remotes};
pub use data_source::{DataSource, ErasedDataSource};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use ephemeral::{Ephemeral, ErasedEphemeral, Lent, Opened, Renewed};
pub use erased::{BoxFuture, Erased, ErasedDraft, ErasedResource, Outcome, internal_error};
pub use field::{DecodeError, Field, FromText, Value};
pub use function::{ErasedFunction, Function, FunctionError, Parameter, Signature, Variadic};
pub use history::{History, Upgrade, UpgradeError, Versions};
pub use id::Id;
pub use identity::{Identity, NoIdentity};
pub use inherited::Inherited;
pub use json::{JsonError, UnknownMembers};
pub use list::{Found, List, Listed, Objects, Sink, Wanted};
pub use model::{Config, Model, Planned, State, storable};
pub use moved::{MoveError, Moved, Origin, Source};
pub use number::{NotANumber, Number};
pub use path::{Path, Step};
pub use preflight::{Preflight, Proposal};
pub use private::{Private, PrivateKey};
pub use registry::Registry;
pub use remote_error::{RemoteError, RemoteErrorKind};
pub use resource::{Applied, Change, Deferral, Draft, Import, Plan, Reconcile, Resource, import_form_error};
pub use schema::{Attribute, Equivalence, Kind, Mode, Nesting, ObjectSchema, Replace, Rule, Schema, Unset};
pub use secret::Secret;
pub use text::{DurationText, JsonText, NotADuration, parse_duration};
pub use timeouts::{DefaultTimeouts, Operation, Timeouts};
pub use types::{NotAType, Type};
pub use validator::{Validator, excerpt};
pub use value::{Bound, Dynamic, Elements, Refinement};

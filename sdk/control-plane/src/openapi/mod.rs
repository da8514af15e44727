//! The description of this API, and the routes that follow from it.
//!
//! A route is an [`Operation`]: what it takes, what it answers, and the function that does it. The router and the
//! OpenAPI document are both made from one list of them ([`crate::app::operations`]), so that neither has what the
//! other lacks.
//!
//! # A new kind of object
//!
//! derives `JsonSchema` for its model and the structs in it, gives each field a doc comment, and stands in
//! [`crate::kinds`]. Its five routes come with it. The schema of its answers is that of the model; the schemas of its
//! requests are what its reader asks of [`Fields`](crate::document::Fields), with the doc comments of the model. What
//! deleting it takes beyond the common parameters is its `DELETE_CHOICES`.
//!
//! # A new route that is none of the five
//!
//! is one more operation, beside the function that does it:
//!
//! ```text
//! Operation::new(
//!     Heading {
//!         place: Place::Guarded,
//!         method: Verb::Post,
//!         path: "/builds/{id}:cancel".into(),
//!         id: "cancelBuild".into(),
//!         tag: "builds",
//!         summary: "Cancels a build".into(),
//!         about: "What has run stays; what has not is not started.".into(),
//!     },
//!     cancel,
//! )
//! .reads(Request::json(|fields| { read_cancel(fields); }))
//! .answers(Reply::json::<Build>(StatusCode::OK, "The build.").with(Header::Revision))
//! .refuses(&[Code::NotFound, Code::InvalidState])
//! ```
//!
//! What is done to an object is a verb after its id; to the router it is a segment of its own ([`crate::http::verb`]).
//!
//! Come by themselves: parameters in the path, credentials, limits, what a body that cannot be read is answered with,
//! and what every route is answered with when the server fails. Every property of an answer's struct is taken to be
//! always there (null if it is an `Option`); a struct that leaves one out says `skip_serializing_if`.

mod document;
mod header;
mod operation;
mod page;
pub(crate) mod parameter;
mod reply;
mod request;
mod router;
mod schema_text;
pub(crate) mod served;
mod yaml;

pub(crate) use header::Header;
pub(crate) use operation::{Heading, Operation, Place, Verb};
pub(crate) use parameter::Parameter;
pub(crate) use reply::{Reply, SchemaOf};
pub(crate) use request::Request;
pub(crate) use router::router;
pub use served::{json, yaml};

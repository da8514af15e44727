//! What workspaces, projects, pipelines, environments and deployment targets have in common: they are created,
//! read, listed, changed and deleted by one set of rules. What sets a kind apart is its [`Shape`] and [`Object`].

pub(crate) mod batch;
pub(crate) mod call;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod id;
pub(crate) mod kind;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod rewrite;
pub(crate) mod routes;
pub(crate) mod schema;
pub(crate) mod standing;
pub(crate) mod store;
pub(crate) mod update;
pub(crate) mod write;
pub(crate) mod write_only;

pub(crate) use call::Call;
pub(crate) use kind::{Archival, Earlier, Object, Parent, ParentId, Shape, Subject};

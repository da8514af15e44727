//! What every crate and every registered type must keep.

mod documents;
mod edges;
mod generating;
mod identities;
mod offers;
mod outline;
mod planning;
mod purity;
mod registry;
mod scenarios;
mod schemas;
mod source_files;
mod states;

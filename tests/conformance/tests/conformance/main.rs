//! What every crate and every registered type must keep.

mod edges;
mod outline;
mod planning;
mod purity;
mod registry;
mod schemas;
mod source_files;

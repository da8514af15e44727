//! The wire between Terraform and a provider, and nothing else.
//!
//! Generated from `proto/`, which is written from the facts of the protocol. Bytes are [`Bytes`],
//! so values are cut out of a received message without a copy. Maps are ordered, so that the same answer always
//! has the same bytes.
//!
//! A service implements the calls it has. All others answer `UNIMPLEMENTED`, which is what Terraform and OpenTofu
//! expect of a provider older than they are.

/// Messages, server and client of protocol 6.11.
#[expect(
    missing_docs,
    clippy::allow_attributes,
    reason = "generated; fields whose name says it all carry no comment"
)]
pub mod v6 {
    tonic::include_proto!("tfplugin6");
}

/// Messages, servers and clients of go-plugin, Terraform's plugin host.
#[expect(
    missing_docs,
    clippy::allow_attributes,
    reason = "generated; fields whose name says it all carry no comment"
)]
pub mod plugin {
    tonic::include_proto!("plugin");
}

pub use prost::bytes::Bytes;
pub use tonic::codegen::BoxStream;

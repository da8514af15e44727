//! What the server serves. The server knows the vocabulary of resources and no resource type.

use std::sync::Arc;

use sparki_core::{BoxFuture, Diagnostics, Dynamic, Registry, Remotes, Schema};

/// A provider's configuration and what it offers.
pub trait Product: Send + Sync + 'static {
    /// The provider's own configuration.
    fn schema(&self) -> &Schema;

    /// Resource types and data sources.
    fn registry(&self) -> &Registry;

    /// Checks the provider's configuration, which may hold unknown values.
    fn validate(&self, config: &Dynamic) -> Diagnostics;

    /// Connects to the remotes. Values may be unknown while planning: a remote that cannot be connected to for that
    /// reason is left out with the reason, which is reported by the resources that need it.
    fn configure(&self, config: Dynamic, host_version: String) -> BoxFuture<'_, (Arc<Remotes>, Diagnostics)>;
}

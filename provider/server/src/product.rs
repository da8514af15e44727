//! What the server serves. The server knows the vocabulary of resources and no resource type.

use std::sync::Arc;

use sparki_core::{BoxFuture, Diagnostics, Dynamic, Registry, Remotes, Schema};

/// What a provider is called, and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Its name in configuration, such as `sparki`: what follows `terraform-provider-` in the executable's name.
    pub name: &'static str,
    /// Its name in prose, such as "Sparki".
    pub title: &'static str,
    /// Its full address: `registry.terraform.io/sparki-io/sparki`.
    pub address: &'static str,
    /// Its version, without a "v" in front.
    pub version: &'static str,
    /// Starts of the names of its own modules, which may log all they like.
    pub log_targets: &'static [&'static str],
}

impl About {
    /// The address as configuration has it, without the registry: `sparki-io/sparki`.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.address.split_once('/').map_or(self.address, |(_, source)| source)
    }
}

/// A provider's configuration and what it offers.
pub trait Product: Send + Sync + 'static {
    /// What it is called.
    fn about(&self) -> &'static About;

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

//! The provider as the server sees it.

use std::sync::{Arc, OnceLock};

use sparki_core::{BoxFuture, Diagnostics, Dynamic, Model, Path, Registry, Remotes, Schema};
use tfplugin_server::{About, Product};

use crate::ProviderModel;
use crate::configure::{self, configure};

static ABOUT: About = About {
    name: "sparki",
    title: "Sparki",
    address: "registry.terraform.io/sparki-io/sparki",
    version: env!("CARGO_PKG_VERSION"),
    log_targets: &["sparki", "terraform_provider_sparki"],
};

/// The Sparki provider.
pub struct Sparki {
    schema: OnceLock<Schema>,
    registry: Registry,
}

impl Sparki {
    /// The provider with everything it offers.
    #[must_use]
    pub fn new() -> Self {
        Self {
            schema: OnceLock::new(),
            registry: sparki_resources::registry().merge(sparki_topology::registry()),
        }
    }
}

impl Default for Sparki {
    fn default() -> Self {
        Self::new()
    }
}

impl Product for Sparki {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| Schema {
            version: 0,
            description: ProviderModel::DESCRIPTION,
            deprecation: None,
            object: ProviderModel::schema(),
        })
    }

    fn registry(&self) -> &Registry {
        &self.registry
    }

    fn validate(&self, config: &Dynamic) -> Diagnostics {
        match ProviderModel::decode(config, &Path::root()) {
            Ok(config) => configure::validate(&config),
            Err(error) => configure::malformed(&error).into(),
        }
    }

    fn configure(&self, config: Dynamic, host_version: String) -> BoxFuture<'_, (Arc<Remotes>, Diagnostics)> {
        let (remotes, found) = match ProviderModel::decode(&config, &Path::root()) {
            Ok(config) => configure(&config, &host_version),
            Err(error) => (Remotes::new(), configure::malformed(&error).into()),
        };
        Box::pin(std::future::ready((Arc::new(remotes), found)))
    }
}

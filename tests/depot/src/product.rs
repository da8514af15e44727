//! The provider block, and what is offered.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use sparki_core::{
    BoxFuture, Diagnostic, Diagnostics, Dynamic, Erased, Model, Path, Registry, Remotes, Schema, Secret,
    Value,
};
use sparki_derive::Model;
use tfplugin_server::{About, Product};

use crate::boxes::Boxes;
use crate::functions::{Echo, Label, Postage};
use crate::key::Key;
use crate::oddity::Oddity;
use crate::parcel::Parcel;
use crate::remote::Hall;
use crate::route::Route;
use crate::ship::Ship;

static ABOUT: About = About {
    name: "depot",
    title: "the depot",
    address: "registry.terraform.io/sparki-io/depot",
    version: env!("CARGO_PKG_VERSION"),
    log_targets: &["depot"],
};

/// Ships parcels.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct DepotModel {
    /// The hall in which the parcels are.
    #[attr(required)]
    pub hall: Value<String>,
    /// Opens the hall.
    #[attr(optional, sensitive)]
    pub token: Value<Secret<String>>,
}

/// The product. Its halls are what its connections are configured with.
pub struct Depot {
    schema: Schema,
    registry: Registry,
    halls: Mutex<BTreeMap<String, Arc<Hall>>>,
}

impl Depot {
    /// A depot without halls.
    #[must_use]
    pub fn new() -> Self {
        let schema = Schema {
            version: 0,
            description: DepotModel::DESCRIPTION,
            deprecation: None,
            object: DepotModel::schema(),
        };
        let registry = Registry::new()
            .resource(Erased::<Parcel>::importable().movable().listable().preflighted())
            .resource(Erased::<Boxes>::importable().upgradable())
            .resource(Erased::<Oddity>::new())
            .resource(Erased::<Route>::new())
            .ephemeral::<Key>()
            .action::<Ship>()
            .function::<Label>()
            .function::<Postage>()
            .function::<Echo>();
        Self { schema, registry, halls: Mutex::default() }
    }

    /// The hall of that name, empty at first unless halls are kept in a directory.
    pub fn hall(&self, name: &str) -> Arc<Hall> {
        let mut halls = self.halls.lock().unwrap();
        Arc::clone(halls.entry(name.to_owned()).or_insert_with(|| Arc::new(Hall::named(name))))
    }
}

impl Default for Depot {
    fn default() -> Self {
        Self::new()
    }
}

impl Product for Depot {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn registry(&self) -> &Registry {
        &self.registry
    }

    fn validate(&self, _: &Dynamic) -> Diagnostics {
        Diagnostics::new()
    }

    fn configure(&self, config: Dynamic, _: String) -> BoxFuture<'_, (Arc<Remotes>, Diagnostics)> {
        let config = DepotModel::decode(&config, &Path::root()).unwrap();
        let remotes = match &config.hall {
            Value::Known(name) if name == "closed" => {
                Remotes::new().without::<Hall>(Diagnostic::error("Hall is closed", "Name another \"hall\"."))
            }
            Value::Known(name) => {
                assert_ne!(name, "burning", "the hall is on fire");
                Remotes::new().with(self.hall(name))
            }
            Value::Unknown(_) => Remotes::new().pending::<Hall>(Diagnostic::error(
                "Hall not known yet",
                "Apply what \"hall\" depends on first.",
            )),
            Value::Null => Remotes::new(),
        };
        Box::pin(std::future::ready((Arc::new(remotes), Diagnostics::new())))
    }
}

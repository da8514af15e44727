//! The real process that gets rubbish.

use std::path::Path;

use depot::{Depot, PARCEL};
use sparki_core::Dynamic;
use tfplugin_server::Product;
use tfplugin_server::convert::dynamic_value;
use tfplugin6::v6::validate_resource_config;

use acceptance::Plugin;

/// How much more memory the process may have after rubbish than before. What a message of the largest size needs while
/// it comes in is given back.
const SLACK: u64 = 64 << 20;

/// A provider process, and the memory that it needs for one good call.
pub(super) struct Target {
    pub(super) plugin: Plugin,
    at_first: Option<u64>,
}

impl Target {
    pub(super) async fn start() -> Self {
        let plugin = Plugin::start(Path::new(env!("CARGO_BIN_EXE_terraform-provider-depot"))).await;
        answers_well(&plugin, "the start").await;
        Self { at_first: plugin.resident_bytes(), plugin }
    }

    /// The process answers on another connection, and has not grown.
    pub(super) async fn is_well_after(&self, what: &str) {
        answers_well(&self.plugin, what).await;
        if let (Some(before), Some(now)) = (self.at_first, self.plugin.resident_bytes()) {
            assert!(now <= before + SLACK, "{} MiB after {what}, {} MiB before", now >> 20, before >> 20);
        }
    }
}

async fn answers_well(plugin: &Plugin, after: &str) {
    let ty = Depot::new().registry().resources()[PARCEL].schema().object.ty();
    let config = dynamic_value::encode(&Dynamic::object([("name", "books".into())]), &ty).unwrap();
    let request = validate_resource_config::Request {
        type_name: PARCEL.into(),
        config: Some(config),
        ..Default::default()
    };
    let answer = plugin.connect().await.validate_resource_config(request).await;
    let answer = answer.unwrap_or_else(|refused| panic!("no answer after {after}: {refused}"));
    assert_eq!(answer.into_inner().diagnostics, [], "after {after}");
}

//! GetProviderSchema: what the provider offers.
//!
//! Terraform asks once per run and not in every process, so nothing may depend on having been asked.

use std::collections::BTreeMap;

use sparki_core::{Registry, Schema};
use tfplugin6::v6::get_provider_schema::{Request, Response};
use tfplugin6::v6::{self, ActionSchema, ServerCapabilities};
use tokio_util::sync::CancellationToken;

use super::get_functions;
use crate::convert::schema;
use crate::service::Service;

pub(crate) async fn answer(service: &Service, _request: Request, _stop: CancellationToken) -> Response {
    let product = service.product();
    let registry = product.registry();
    let actions = registry.actions().iter().map(|(name, action)| {
        ((*name).to_owned(), ActionSchema { schema: Some(schema::encode(action.schema())) })
    });
    Response {
        provider: Some(schema::encode(product.schema())),
        resource_schemas: encode(registry.resources().iter().map(|(name, it)| (*name, it.schema()))),
        data_source_schemas: encode(registry.data_sources().iter().map(|(name, it)| (*name, it.schema()))),
        ephemeral_resource_schemas: encode(
            registry.ephemerals().iter().map(|(name, it)| (*name, it.schema())),
        ),
        list_resource_schemas: encode(
            registry.listable().filter_map(|(name, it)| Some((name, it.filter_schema()?))),
        ),
        action_schemas: actions.collect(),
        functions: get_functions::encode(registry),
        server_capabilities: Some(capabilities(registry)),
        ..Response::default()
    }
}

/// What the server can do beyond the first version of the protocol. What depends on the types follows from them.
pub(crate) fn capabilities(registry: &Registry) -> ServerCapabilities {
    ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: registry.resources().values().any(|resource| !resource.origins().is_empty()),
        generate_resource_config: true,
    }
}

fn encode<'a>(schemas: impl Iterator<Item = (&'static str, &'a Schema)>) -> BTreeMap<String, v6::Schema> {
    schemas.map(|(name, it)| (name.to_owned(), schema::encode(it))).collect()
}

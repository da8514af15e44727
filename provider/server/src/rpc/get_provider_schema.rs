//! GetProviderSchema: what the provider offers.
//!
//! Terraform asks once per run and not in every process, so nothing may depend on having been asked.

use tfplugin6::v6::ServerCapabilities;
use tfplugin6::v6::get_provider_schema::{Request, Response};
use tokio_util::sync::CancellationToken;

use crate::convert::schema;
use crate::service::Service;

pub(crate) async fn answer(service: &Service, _request: Request, _stop: CancellationToken) -> Response {
    let product = service.product();
    let registry = product.registry();
    let resources = registry.resources().iter();
    let data_sources = registry.data_sources().iter();
    Response {
        provider: Some(schema::encode(product.schema())),
        resource_schemas: resources
            .map(|(name, ty)| ((*name).to_owned(), schema::encode(ty.schema())))
            .collect(),
        data_source_schemas: data_sources
            .map(|(name, ty)| ((*name).to_owned(), schema::encode(ty.schema())))
            .collect(),
        server_capabilities: Some(ServerCapabilities {
            plan_destroy: true,
            get_provider_schema_optional: true,
            ..ServerCapabilities::default()
        }),
        ..Response::default()
    }
}

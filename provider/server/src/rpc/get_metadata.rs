//! GetMetadata: the names of everything that the provider offers.

use tfplugin6::v6::get_metadata::{
    ActionMetadata, DataSourceMetadata, EphemeralMetadata, FunctionMetadata, ListResourceMetadata, Request,
    ResourceMetadata, Response,
};
use tokio_util::sync::CancellationToken;

use super::get_provider_schema::capabilities;
use crate::service::Service;

pub(crate) async fn answer(service: &Service, _request: Request, _stop: CancellationToken) -> Response {
    let registry = service.product().registry();
    let name = |name: &&'static str| (*name).to_owned();
    Response {
        server_capabilities: Some(capabilities(registry)),
        resources: registry.resources().keys().map(|it| ResourceMetadata { type_name: name(it) }).collect(),
        data_sources: registry
            .data_sources()
            .keys()
            .map(|it| DataSourceMetadata { type_name: name(it) })
            .collect(),
        functions: registry.functions().keys().map(|it| FunctionMetadata { name: name(it) }).collect(),
        ephemeral_resources: registry
            .ephemerals()
            .keys()
            .map(|it| EphemeralMetadata { type_name: name(it) })
            .collect(),
        list_resources: registry
            .listable()
            .map(|(it, _)| ListResourceMetadata { type_name: name(&it) })
            .collect(),
        actions: registry.actions().keys().map(|it| ActionMetadata { type_name: name(it) }).collect(),
        ..Response::default()
    }
}

//! ImportResourceState: finds the remote object that is to be taken under management.

use sparki_core::{Diagnostic, Dynamic, import_form_error};
use tfplugin6::v6::import_resource_state::{ImportedResource, Request, Response};
use tokio_util::sync::CancellationToken;

use crate::convert::diagnostic;
use crate::finish::Finisher;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, stop: CancellationToken) -> Response {
    import(service, request, stop).await.unwrap_or_else(Response::failed)
}

async fn import(
    service: &Service,
    request: Request,
    stop: CancellationToken,
) -> Result<Response, Diagnostic> {
    let resource = service.resource(&request.type_name)?;
    let schema = &resource.schema().object;
    if request.id.trim().is_empty() && !resource.import_forms().is_empty() {
        return Err(import_form_error(&request.id, resource.import_forms()));
    }
    let call = service.call(&[], stop);
    let outcome = resource.import(call.clone(), request.id).await;
    let mut diagnostics = outcome.diagnostics;
    let mut finisher = Finisher::default();
    let imported_resources = match outcome.state {
        Some(state) if !diagnostics.has_errors() => vec![ImportedResource {
            type_name: request.type_name,
            state: Some(finisher.state(Some(sparki_plan::settle(schema, &Dynamic::Null, state)), schema)),
            private: call.private.to_bytes().into(),
            ..ImportedResource::default()
        }],
        Some(_) | None => Vec::new(),
    };
    diagnostics.extend(finisher.diagnostics());
    Ok(Response {
        imported_resources,
        diagnostics: diagnostic::encode_all(diagnostics),
        ..Response::default()
    })
}

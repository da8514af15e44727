//! ImportResourceState: finds the remote object that is to be taken under management.

use sparki_core::{Deferral, Diagnostic, Diagnostics, Dynamic, ErasedResource, import_form_error};
use tfplugin6::v6::import_resource_state::{ImportedResource, Request, Response};
use tokio_util::sync::CancellationToken;

use super::{deferral, identity};
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
    let wanted = identity::known(&*resource, request.identity.as_ref())?;
    let refused = refusal(&*resource, &request.id, &wanted);
    if refused.has_errors() {
        return Ok(Response { diagnostics: diagnostic::encode_all(refused), ..Response::default() });
    }
    let call = service.call(&[], stop);
    let is_pending = resource.pending(&call.remotes).is_some();
    if is_pending && deferral::is_allowed(request.client_capabilities.as_ref()) {
        // There is no state to tell of, and Terraform asks again.
        let deferred = Some(deferral::encode(Deferral::ProviderUnknown));
        return Ok(Response { deferred, ..Response::default() });
    }
    let outcome = if wanted.is_null() {
        resource.import(call.clone(), request.id).await
    } else {
        resource.import_identity(call.clone(), wanted.clone()).await
    };
    let mut diagnostics = outcome.diagnostics;
    let mut finisher = Finisher::default();
    let imported_resources = match outcome.state {
        Some(state) if !diagnostics.has_errors() => {
            let mut state = sparki_plan::settle(schema, &Dynamic::Null, state);
            if !request.client_capabilities.unwrap_or_default().computed_blocks_allowed {
                state = sparki_plan::without_computed_blocks(schema, &Dynamic::Null, state);
            }
            let found = identity::of_object(&*resource, &state, &wanted, &mut diagnostics);
            vec![ImportedResource {
                type_name: request.type_name,
                state: Some(finisher.state(Some(state), schema)),
                private: call.private.to_bytes().into(),
                identity: identity::encode(&*resource, found, &mut finisher),
            }]
        }
        Some(_) | None => Vec::new(),
    };
    diagnostics.extend(finisher.diagnostics());
    Ok(Response {
        imported_resources,
        diagnostics: diagnostic::encode_all(diagnostics),
        ..Response::default()
    })
}

/// Why the object cannot even be looked for.
fn refusal(resource: &dyn ErasedResource, id: &str, wanted: &Dynamic) -> Diagnostics {
    match resource.identity_schema() {
        Some(schema) if !wanted.is_null() => identity::missing(schema, wanted),
        Some(_) | None if id.trim().is_empty() && !resource.import_forms().is_empty() => {
            import_form_error(id, resource.import_forms()).into()
        }
        Some(_) | None => Diagnostics::new(),
    }
}

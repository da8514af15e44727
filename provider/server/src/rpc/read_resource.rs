//! ReadResource: what the remote object looks like now.

use sparki_core::{Deferral, Diagnostic};
use tfplugin6::v6::read_resource::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::{deferral, identity, value};
use crate::convert::diagnostic;
use crate::finish::Finisher;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, stop: CancellationToken) -> Response {
    read(service, request, stop).await.unwrap_or_else(Response::failed)
}

async fn read(service: &Service, request: Request, stop: CancellationToken) -> Result<Response, Diagnostic> {
    let resource = service.resource(&request.type_name)?;
    let schema = &resource.schema().object;
    let prior = value::object(request.current_state.as_ref(), schema, "state")?;
    let known = identity::known(&*resource, request.current_identity.as_ref())?;
    let call = service.call(&request.private, stop);
    let is_pending = resource.pending(&call.remotes).is_some();
    if is_pending && deferral::is_allowed(request.client_capabilities.as_ref()) {
        return Ok(Response {
            new_state: request.current_state,
            private: request.private,
            new_identity: request.current_identity,
            deferred: Some(deferral::encode(Deferral::ProviderUnknown)),
            ..Response::default()
        });
    }
    let outcome = resource.read(call.clone(), prior.clone()).await;
    let host = request.client_capabilities.unwrap_or_default();
    let state = outcome.state.map(|state| {
        let state = sparki_plan::settle_refresh(schema, &prior, state);
        if host.computed_blocks_allowed {
            return state;
        }
        sparki_plan::without_computed_blocks(schema, &prior, state)
    });
    let mut finisher = Finisher::default();
    let mut diagnostics = outcome.diagnostics;
    let identity = match &state {
        Some(state) => identity::of_object(&*resource, state, &known, &mut diagnostics),
        None => known,
    };
    let new_state = Some(finisher.state(state, schema));
    let new_identity = identity::encode(&*resource, identity, &mut finisher);
    diagnostics.extend(finisher.diagnostics());
    Ok(Response {
        new_state,
        new_identity,
        diagnostics: diagnostic::encode_all(diagnostics),
        private: call.private.to_bytes().into(),
        ..Response::default()
    })
}

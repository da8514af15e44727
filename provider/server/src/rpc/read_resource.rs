//! ReadResource: what the remote object looks like now.

use sparki_core::Diagnostic;
use tfplugin6::v6::read_resource::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::value;
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
    let call = service.call(&request.private, stop);
    let outcome = resource.read(call.clone(), prior.clone()).await;
    let state = outcome.state.map(|state| sparki_plan::settle(schema, &prior, state));
    let mut finisher = Finisher::default();
    let new_state = Some(finisher.state(state, schema));
    let mut diagnostics = outcome.diagnostics;
    diagnostics.extend(finisher.diagnostics());
    Ok(Response {
        new_state,
        diagnostics: diagnostic::encode_all(diagnostics),
        private: call.private.to_bytes().into(),
        ..Response::default()
    })
}

//! ReadDataSource: looks something up.

use sparki_core::{Deferral, Diagnostic, Dynamic};
use tfplugin6::v6::read_data_source::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::{deferral, value};
use crate::convert::diagnostic;
use crate::finish::Finisher;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, stop: CancellationToken) -> Response {
    read(service, request, stop).await.unwrap_or_else(Response::failed)
}

async fn read(service: &Service, request: Request, stop: CancellationToken) -> Result<Response, Diagnostic> {
    let data_source = service.data_source(&request.type_name)?;
    let schema = &data_source.schema().object;
    let config = value::object(request.config.as_ref(), schema, "configuration")?;
    let call = service.call(&[], stop);
    let is_pending = data_source.pending(&call.remotes).is_some();
    if is_pending && deferral::is_allowed(request.client_capabilities.as_ref()) {
        let state = Some(Finisher::default().plan(Dynamic::unknown(), schema));
        let deferred = Some(deferral::encode(Deferral::ProviderUnknown));
        return Ok(Response { state, deferred, ..Response::default() });
    }
    let outcome = data_source.read(call, sparki_plan::with_defaults(schema, &config)).await;
    let mut diagnostics = outcome.diagnostics;
    if outcome.state.is_none() && !diagnostics.has_errors() {
        diagnostics.push(Diagnostic::error(
            "Object not found",
            format!(
                "There is no such object for data source {}. Check what it is looked up by.",
                request.type_name
            ),
        ));
    }
    let mut finisher = Finisher::default();
    let state = Some(finisher.state(outcome.state, schema));
    diagnostics.extend(finisher.diagnostics());
    Ok(Response { state, diagnostics: diagnostic::encode_all(diagnostics), ..Response::default() })
}

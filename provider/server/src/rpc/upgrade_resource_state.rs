//! UpgradeResourceState: brings stored state to the present schema. Terraform asks for every object on every run.

use sparki_core::Diagnostic;
use tfplugin6::v6::upgrade_resource_state::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::stored;
use crate::convert::diagnostic;
use crate::finish::Finisher;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, _stop: CancellationToken) -> Response {
    upgrade(service, &request).unwrap_or_else(Response::failed)
}

fn upgrade(service: &Service, request: &Request) -> Result<Response, Diagnostic> {
    let resource = service.resource(&request.type_name)?;
    let document = stored::document(request.raw_state.as_ref(), "state")?;
    let state = resource.upgrade(request.version, &document).map_err(|error| error.diagnostic("state"))?;
    let mut finisher = Finisher::default();
    // Finishing also drops a value that was stored before its attribute became write-only.
    let upgraded_state = Some(finisher.state(Some(state), &resource.schema().object));
    Ok(Response { upgraded_state, diagnostics: diagnostic::encode_all(finisher.diagnostics()) })
}

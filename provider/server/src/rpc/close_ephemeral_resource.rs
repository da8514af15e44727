//! CloseEphemeralResource: ends what was opened. Terraform does not ask for it after every failure; see [`crate::leases`].

use sparki_core::Diagnostic;
use tfplugin6::v6::close_ephemeral_resource::{Request, Response};
use tokio_util::sync::CancellationToken;

use crate::convert::diagnostic;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, stop: CancellationToken) -> Response {
    close(service, request, stop).await.unwrap_or_else(Response::failed)
}

async fn close(service: &Service, request: Request, stop: CancellationToken) -> Result<Response, Diagnostic> {
    let ephemeral = service.ephemeral(&request.type_name)?;
    let lease = request.private.unwrap_or_default().to_vec();
    service.leases().ended(&lease);
    let found = ephemeral.close(service.call(&[], stop), lease).await;
    Ok(Response { diagnostics: diagnostic::encode_all(found) })
}

//! RenewEphemeralResource: keeps alive what was opened, at the time that was asked for.

use sparki_core::Diagnostic;
use tfplugin6::v6::renew_ephemeral_resource::{Request, Response};
use tokio_util::sync::CancellationToken;

use crate::convert::diagnostic;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, stop: CancellationToken) -> Response {
    renew(service, request, stop).await.unwrap_or_else(Response::failed)
}

async fn renew(service: &Service, request: Request, stop: CancellationToken) -> Result<Response, Diagnostic> {
    let ephemeral = service.ephemeral(&request.type_name)?;
    let lease = request.private.unwrap_or_default().to_vec();
    let lent = ephemeral.renew(service.call(&[], stop), lease.clone()).await;
    if lent.lease != lease {
        service.leases().ended(&lease);
        // Where the connection is over, it was closed by the lease that it had.
        let _ = service.leases().opened(&request.type_name, &lent.lease);
    }
    Ok(Response {
        renew_at: lent.renew_at.map(Into::into),
        private: Some(lent.lease.into()),
        diagnostics: diagnostic::encode_all(lent.diagnostics),
    })
}

//! UpgradeResourceIdentity: brings a stored identity to its present definition.

use sparki_core::Diagnostic;
use tfplugin6::v6::upgrade_resource_identity::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::{identity, stored};
use crate::convert::diagnostic;
use crate::finish::Finisher;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, _stop: CancellationToken) -> Response {
    upgrade(service, &request).unwrap_or_else(Response::failed)
}

fn upgrade(service: &Service, request: &Request) -> Result<Response, Diagnostic> {
    let resource = service.resource(&request.type_name)?;
    if resource.identity_schema().is_none() {
        let text = format!("Objects of type {} have no identity in this version.", request.type_name);
        return Err(Diagnostic::error("Identity cannot be read", text));
    }
    let document = stored::document(request.raw_identity.as_ref(), "identity")?;
    let upgraded = resource
        .upgrade_identity(request.version, &document)
        // An identity has no attribute in the configuration to point at.
        .map_err(|error| Diagnostic { path: None, ..error.diagnostic("identity") })?;
    let mut finisher = Finisher::default();
    let upgraded_identity = identity::encode(&*resource, upgraded, &mut finisher);
    Ok(Response { upgraded_identity, diagnostics: diagnostic::encode_all(finisher.diagnostics()) })
}

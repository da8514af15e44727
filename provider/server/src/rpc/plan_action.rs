//! PlanAction: says before apply what speaks against an action.

use sparki_core::{Deferral, Diagnostic};
use tfplugin6::v6::plan_action::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::{deferral, value};
use crate::convert::diagnostic;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, _stop: CancellationToken) -> Response {
    plan(service, &request).unwrap_or_else(Response::failed)
}

fn plan(service: &Service, request: &Request) -> Result<Response, Diagnostic> {
    let action = service.action(&request.action_type)?;
    let schema = &action.schema().object;
    let config = value::object(request.config.as_ref(), schema, "configuration")?;
    let mut found = action.plan(&sparki_plan::with_defaults(schema, &config));
    found.extend(service.refusal_of(|remotes| action.refusal(remotes)));
    let is_pending = service.is_pending(|remotes| action.pending(remotes));
    let can_wait = is_pending && deferral::is_allowed(request.client_capabilities.as_ref());
    let deferred = can_wait.then(|| deferral::encode(Deferral::ProviderUnknown));
    Ok(Response { diagnostics: diagnostic::encode_all(found), deferred })
}

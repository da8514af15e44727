//! PlanAction: says before apply what speaks against an action.

use sparki_core::Diagnostic;
use tfplugin6::v6::plan_action::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::value;
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
    Ok(Response { diagnostics: diagnostic::encode_all(found), ..Response::default() })
}

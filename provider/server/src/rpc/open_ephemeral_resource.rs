//! OpenEphemeralResource: opens something for the run. Called while planning and again at apply.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sparki_core::{Deferral, Diagnostic, Dynamic, internal_error};
use sparki_plan::check::plan_violations;
use tfplugin6::v6::open_ephemeral_resource::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::{deferral, value};
use crate::convert::diagnostic;
use crate::finish::Finisher;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, stop: CancellationToken) -> Response {
    open(service, request, stop).await.unwrap_or_else(Response::failed)
}

async fn open(service: &Service, request: Request, stop: CancellationToken) -> Result<Response, Diagnostic> {
    let ephemeral = service.ephemeral(&request.type_name)?;
    let schema = &ephemeral.schema().object;
    let config = value::object(request.config.as_ref(), schema, "configuration")?;
    let call = service.call(&[], stop);
    let is_pending = ephemeral.pending(&call.remotes).is_some();
    if is_pending && deferral::is_allowed(request.client_capabilities.as_ref()) {
        let mut finisher = Finisher::default();
        let result = Some(finisher.plan(Dynamic::unknown(), schema));
        let deferred = Some(deferral::encode(Deferral::ProviderUnknown));
        return Ok(Response { result, deferred, ..Response::default() });
    }
    let (opening, closing) = (call.clone(), call);
    let lent = ephemeral.open(opening, sparki_plan::with_defaults(schema, &config)).await;
    let mut diagnostics = lent.diagnostics;
    let was_opened = !diagnostics.has_errors();
    let mut finisher = Finisher::default();
    // What was configured is what is told, whatever the remote made of it; the rest is the remote's.
    let settle = AssertUnwindSafe(|| sparki_plan::settle(schema, &config, lent.values.clone()));
    let values = match catch_unwind(settle) {
        Ok(settled) if was_opened => settled,
        Ok(_) => Dynamic::Null,
        Err(panic) => {
            diagnostics.push(internal_error(panic.as_ref()));
            Dynamic::Null
        }
    };
    if cfg!(debug_assertions) && was_opened {
        let found = plan_violations(schema, &Dynamic::Null, &config, &values).into_iter();
        diagnostics.extend(found.map(|violation| {
            let text = format!("{violation}. This is a bug in the provider.");
            Diagnostic::error("Provider opened something else", text).at(violation.path.addressable())
        }));
    }
    let result = Some(finisher.state(Some(values), schema));
    diagnostics.extend(finisher.diagnostics());
    // Terraform forgets what was opened with an error, or has hung up meanwhile, and nobody would close it.
    let is_kept = || !diagnostics.has_errors() && service.leases().opened(&request.type_name, &lent.lease);
    if was_opened && !is_kept() {
        diagnostics.extend(ephemeral.close(closing, lent.lease.clone()).await);
    }
    Ok(Response {
        result,
        renew_at: lent.renew_at.map(Into::into),
        private: Some(lent.lease.into()),
        diagnostics: diagnostic::encode_all(diagnostics),
        ..Response::default()
    })
}

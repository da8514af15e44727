//! ApplyResourceChange: makes, changes or removes a remote object. Whatever happens, what exists afterwards is in the
//! answer.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sparki_core::{Call, Diagnostic, Dynamic, ErasedResource, Outcome, internal_error};
use sparki_plan::check::result_violations;
use tfplugin6::v6::apply_resource_change::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::{identity, value};
use crate::convert::diagnostic;
use crate::finish::Finisher;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, stop: CancellationToken) -> Response {
    apply(service, request, stop).await.unwrap_or_else(Response::failed)
}

async fn apply(service: &Service, request: Request, stop: CancellationToken) -> Result<Response, Diagnostic> {
    let resource = service.resource(&request.type_name)?;
    let schema = &resource.schema().object;
    let prior = value::object(request.prior_state.as_ref(), schema, "state")?;
    let planned = value::object(request.planned_state.as_ref(), schema, "plan")?;
    let config = value::object(request.config.as_ref(), schema, "configuration")?;
    let known = identity::known(&*resource, request.planned_identity.as_ref())?;
    let call = service.call(&request.planned_private, stop);
    let outcome = carry_out(&*resource, call.clone(), config, prior.clone(), planned.clone()).await;
    let mut diagnostics = outcome.diagnostics;
    let state = outcome.state.map(|state| {
        // What a failed removal leaves behind, or a failed change left as it was, is measured against nothing.
        if planned.is_null() || (diagnostics.has_errors() && state == prior) {
            return state;
        }
        // Comparing values runs code of the resource, and whatever that does, the object exists.
        let settled = catch_unwind(AssertUnwindSafe(|| sparki_plan::settle(schema, &planned, state.clone())));
        let state = settled.unwrap_or_else(|panic| {
            diagnostics.push(internal_error(panic.as_ref()));
            state
        });
        // A host that does not know computed blocks was told in the plan that there are none.
        if planned.is_null() { state } else { sparki_plan::without_computed_blocks(schema, &planned, state) }
    });
    let failed = diagnostics.has_errors();
    if let (Some(state), false, true) = (&state, failed, cfg!(debug_assertions)) {
        let violations = catch_unwind(AssertUnwindSafe(|| result_violations(schema, &planned, state)));
        diagnostics.extend(violations.unwrap_or_default().into_iter().map(|violation| {
            let text = format!("{violation}. This is a bug in the provider.");
            Diagnostic::error("Provider returned an inconsistent result", text)
                .at(violation.path.addressable())
        }));
    }
    let identity = match &state {
        Some(state) => identity::of_object(&*resource, state, &known, &mut diagnostics),
        None => Dynamic::Null,
    };
    let mut finisher = Finisher::default();
    let new_identity = identity::encode(&*resource, identity.without_unknowns(), &mut finisher);
    let new_state =
        Some(if failed { finisher.partial_state(state, schema) } else { finisher.state(state, schema) });
    diagnostics.extend(finisher.diagnostics());
    Ok(Response {
        new_state,
        new_identity,
        private: call.private.to_bytes().into(),
        diagnostics: diagnostic::encode_all(diagnostics),
        ..Response::default()
    })
}

async fn carry_out(
    resource: &dyn ErasedResource,
    call: Call,
    config: Dynamic,
    prior: Dynamic,
    planned: Dynamic,
) -> Outcome {
    match (prior.is_null(), planned.is_null()) {
        (true, true) => Outcome::default(),
        (true, false) => resource.create(call, config, planned).await,
        (false, true) => resource.delete(call, prior).await,
        (false, false) => resource.update(call, config, prior, planned).await,
    }
}

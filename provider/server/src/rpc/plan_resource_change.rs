//! PlanResourceChange: what apply will do. Called while planning, again at apply with everything known, and once more
//! without prior state for a replacement; the same question must always have the same answer.

use sparki_core::{Diagnostic, Diagnostics, Dynamic, ObjectSchema, Private};
use sparki_plan::check::plan_violations;
use sparki_plan::{Action, Besides};
use tfplugin6::v6::plan_resource_change::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::{deferral, identity, value};
use crate::convert::{diagnostic, dynamic_value, path};
use crate::finish::Finisher;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, stop: CancellationToken) -> Response {
    plan(service, &request, stop).await.unwrap_or_else(Response::failed)
}

async fn plan(service: &Service, request: &Request, stop: CancellationToken) -> Result<Response, Diagnostic> {
    let resource = service.resource(&request.type_name)?;
    let schema = &resource.schema().object;
    let prior = value::object(request.prior_state.as_ref(), schema, "state")?;
    // Of the proposal only this counts: the rest is planned anew.
    let config = if dynamic_value::is_null(request.proposed_new_state.as_ref()) {
        Dynamic::Null
    } else {
        value::object(request.config.as_ref(), schema, "configuration")?
    };
    // A new object inherits nothing from the one it replaces, whose private data Terraform hands on. What an earlier plan
    // of the same change remembered is there from Terraform 1.16 on.
    let private = match (request.planned_private.is_empty(), prior.is_null()) {
        (false, _) => Private::from_bytes(&request.planned_private),
        (true, true) => Private::default(),
        (true, false) => Private::from_bytes(&request.prior_private),
    };
    let remotes = service.remotes();
    let besides = Besides { private: &private, inherited: remotes.inherited() };
    let plan = sparki_plan::plan_knowing(&*resource, &config, &prior, besides);
    let host = request.client_capabilities.unwrap_or_default();
    let planned = if host.computed_blocks_allowed {
        plan.planned
    } else {
        sparki_plan::without_computed_blocks(schema, &config, plan.planned)
    };
    let mut diagnostics = plan.diagnostics;
    diagnostics.extend(service.refusal(&*resource));
    if cfg!(debug_assertions) && !diagnostics.has_errors() {
        diagnostics.extend(violations(schema, &prior, &config, &planned));
    }
    // A replacement is checked when the new object is planned.
    if matches!(plan.action, Action::Create | Action::Update) && !diagnostics.has_errors() {
        let call = service.call(&request.prior_private, stop);
        diagnostics.extend(resource.preflight(call, prior.clone(), planned.clone()).await);
    }
    let mut finisher = Finisher::default();
    let about = identity::Planned {
        prior: &prior,
        object: &planned,
        known: identity::known(&*resource, request.prior_identity.as_ref())?,
        is_replaced: prior.is_null() || plan.action == Action::Replace,
    };
    let identity = identity::of_plan(&*resource, about, &mut diagnostics);
    let planned_identity = identity::encode(&*resource, identity, &mut finisher);
    let planned_state = Some(finisher.plan(planned, schema));
    diagnostics.extend(finisher.diagnostics());
    Ok(Response {
        planned_state,
        requires_replace: plan.requires_replace.iter().map(path::encode).collect(),
        planned_private: private.to_bytes().into(),
        planned_identity,
        deferred: plan
            .deferral
            .filter(|_| deferral::is_allowed(request.client_capabilities.as_ref()))
            .map(deferral::encode),
        diagnostics: diagnostic::encode_all(diagnostics),
        ..Response::default()
    })
}

/// What Terraform would object to, found before it does and with the exact path.
fn violations(schema: &ObjectSchema, prior: &Dynamic, config: &Dynamic, planned: &Dynamic) -> Diagnostics {
    let found = plan_violations(schema, prior, config, planned).into_iter();
    found
        .map(|violation| {
            Diagnostic::error(
                "Provider planned an invalid value",
                format!("{violation}. This is a bug in the provider."),
            )
            .at(violation.path.addressable())
        })
        .collect()
}

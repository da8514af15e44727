//! PlanResourceChange: what apply will do. Called while planning, again at apply with everything known, and once more
//! without prior state for a replacement; the same question must always have the same answer.

use sparki_core::{Diagnostic, Diagnostics, Dynamic, ObjectSchema};
use sparki_plan::check::plan_violations;
use tfplugin6::v6::plan_resource_change::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::value;
use crate::convert::{diagnostic, path};
use crate::finish::Finisher;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, _stop: CancellationToken) -> Response {
    plan(service, &request).unwrap_or_else(Response::failed)
}

fn plan(service: &Service, request: &Request) -> Result<Response, Diagnostic> {
    let resource = service.resource(&request.type_name)?;
    let schema = &resource.schema().object;
    let prior = value::object(request.prior_state.as_ref(), schema, "state")?;
    let config = if is_destroy(request, schema)? {
        Dynamic::Null
    } else {
        value::object(request.config.as_ref(), schema, "configuration")?
    };
    let plan = sparki_plan::plan_instance(&*resource, &config, &prior);
    let mut diagnostics = plan.diagnostics;
    diagnostics.extend(service.refusal(&*resource));
    if cfg!(debug_assertions) && !diagnostics.has_errors() {
        diagnostics.extend(violations(schema, &prior, &config, &plan.planned));
    }
    let mut finisher = Finisher::default();
    let planned_state = Some(finisher.plan(plan.planned, schema));
    diagnostics.extend(finisher.diagnostics());
    Ok(Response {
        planned_state,
        requires_replace: plan.requires_replace.iter().map(path::encode).collect(),
        planned_private: request.prior_private.clone(),
        diagnostics: diagnostic::encode_all(diagnostics),
        ..Response::default()
    })
}

/// Whether the object is to be removed: Terraform proposes null.
fn is_destroy(request: &Request, schema: &ObjectSchema) -> Result<bool, Diagnostic> {
    Ok(value::object(request.proposed_new_state.as_ref(), schema, "proposed state")?.is_null())
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

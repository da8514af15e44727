//! GenerateResourceConfig: writes the configuration of an object that was imported or found.

use sparki_core::{Diagnostic, Diagnostics, Dynamic, ErasedResource, Inherited, Private};
use sparki_plan::{Action, Besides};
use tfplugin6::v6::generate_resource_config::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::value;
use crate::convert::diagnostic;
use crate::finish::Finisher;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, _stop: CancellationToken) -> Response {
    generate(service, &request).unwrap_or_else(Response::failed)
}

fn generate(service: &Service, request: &Request) -> Result<Response, Diagnostic> {
    let resource = service.resource(&request.type_name)?;
    let schema = &resource.schema().object;
    let state = value::object(request.state.as_ref(), schema, "state")?;
    let config = sparki_plan::generate(&*resource, &state);
    let mut found = Diagnostics::new();
    if cfg!(debug_assertions) {
        found.extend(disagreement(&*resource, &config, &state, service.remotes().inherited()));
    }
    let mut finisher = Finisher::default();
    let config = Some(finisher.plan(config, schema));
    found.extend(finisher.diagnostics());
    Ok(Response { config, diagnostics: diagnostic::encode_all(found) })
}

/// What would happen with the generated configuration, where that is anything.
fn disagreement(
    resource: &dyn ErasedResource,
    config: &Dynamic,
    state: &Dynamic,
    inherited: &Inherited,
) -> Option<Diagnostic> {
    if config.is_null() {
        return None;
    }
    let mut found = sparki_plan::validate(&resource.schema().object, config);
    if !found.has_errors() {
        found.extend(resource.validate(config));
    }
    let besides = Besides { private: &Private::default(), inherited };
    let plan = sparki_plan::plan_knowing(resource, config, state, besides);
    let problem = match (found.has_errors(), plan.action) {
        (true, _) => format!("it is refused: {found}"),
        (false, Action::NoOp) => return None,
        (false, _) => {
            let differs =
                resource.schema().object.attributes.iter().find(|attribute| {
                    plan.planned.attribute(attribute.name) != state.attribute(attribute.name)
                });
            format!("it changes {:?}", differs.map_or("something", |attribute| attribute.name))
        }
    };
    let text = format!(
        "The generated configuration is not what it should be: {problem}. This is a bug in the provider."
    );
    Some(Diagnostic::warning("Generated configuration differs", text))
}

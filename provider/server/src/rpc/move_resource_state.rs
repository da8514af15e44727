//! MoveResourceState: takes over an object that was of another type. OpenTofu asks whether or not any type can.

use sparki_core::{Diagnostic, ErasedResource};
use tfplugin6::v6::move_resource_state::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::{identity, stored};
use crate::convert::diagnostic;
use crate::finish::Finisher;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, _stop: CancellationToken) -> Response {
    take_over(service, request).unwrap_or_else(Response::failed)
}

fn take_over(service: &Service, request: Request) -> Result<Response, Diagnostic> {
    let resource = service.resource(&request.target_type_name)?;
    let document = stored::document(request.source_state.as_ref(), "state")?;
    let (provider, source) = (&request.source_provider_address, &request.source_type_name);
    let origin = resource.origins().into_iter().find(|origin| origin.is(provider, source));
    let origin = origin.ok_or_else(|| refusal(&*resource, source, provider))?;
    if !origin.versions.contains(&request.source_schema_version) {
        return Err(Diagnostic::error(
            "Object cannot be moved",
            format!(
                "The state of the {source} was written for schema {}, and this version reads schemas {} to {}. Apply \
                 once with a version of {provider} that writes one of these, then move it.",
                request.source_schema_version,
                origin.versions.start(),
                origin.versions.end(),
            ),
        ));
    }
    let state = resource.take_over(provider, source, &document).and_then(Result::ok).ok_or_else(|| {
        let text = format!(
            "The state of the {source} is not what this version expects of {provider}. Remove the moved block, and \
             import the object as a {}.",
            request.target_type_name
        );
        Diagnostic::error("Object cannot be moved", text)
    })?;
    let schema = &resource.schema().object;
    let mut finisher = Finisher::default();
    let mut found = sparki_core::Diagnostics::new();
    let state = sparki_plan::settle(schema, &sparki_core::Dynamic::Null, state);
    let identity = match resource.identity(&state) {
        Ok(identity) => identity,
        Err(error) => {
            found.push(error);
            sparki_core::Dynamic::Null
        }
    };
    let target_state = Some(finisher.state(Some(state), schema));
    let target_identity = identity::encode(&*resource, identity, &mut finisher);
    found.extend(finisher.diagnostics());
    // Private data means something only to the provider that wrote it.
    let is_ours = provider.ends_with(service.product().about().source());
    Ok(Response {
        target_state,
        target_identity,
        target_private: if is_ours { request.source_private } else { Default::default() },
        diagnostics: diagnostic::encode_all(found),
    })
}

fn refusal(resource: &dyn ErasedResource, source: &str, provider: &str) -> Diagnostic {
    let target = resource.type_name();
    let origins: Vec<_> =
        resource.origins().iter().map(|it| format!("{} of {}", it.type_name, it.provider)).collect();
    let what_can = match origins.as_slice() {
        [] => format!("No other type can become a {target}."),
        origins => format!("What can become a {target}: {}.", origins.join(", ")),
    };
    let text = format!(
        "A {source} of {provider} cannot become a {target}. {what_can} Remove the moved block, and import the object."
    );
    Diagnostic::error("Object cannot be moved", text)
}

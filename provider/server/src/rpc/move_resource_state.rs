//! MoveResourceState: takes over an object that was of another type. OpenTofu asks whether or not any type can.

use std::collections::BTreeSet;

use sparki_core::{Diagnostic, ErasedResource, MoveError, Origin};
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
    let origins: Vec<_> =
        resource.origins().into_iter().filter(|origin| origin.is(provider, source)).collect();
    let version = request.source_schema_version;
    let Some(origin) = origins.iter().find(|origin| origin.versions.contains(&version)) else {
        return Err(refusal(&*resource, &origins, &request));
    };
    let moved = resource.take_over(origin, &document);
    let state = match moved {
        Some(Ok(state)) => state,
        Some(Err(error)) => return Err(mismatch(&request, &error)),
        None => return Err(refusal(&*resource, &[], &request)),
    };
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
    let is_ours = provider.rsplit_once('/').is_some()
        && provider.split('/').rev().take(2).eq(service.product().about().source().split('/').rev());
    Ok(Response {
        target_state,
        target_identity,
        target_private: if is_ours { request.source_private } else { Default::default() },
        diagnostics: diagnostic::encode_all(found),
    })
}

/// A state that does not fit. What does not fit is named; its value is not.
fn mismatch(request: &Request, error: &MoveError) -> Diagnostic {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    Diagnostic::error(
        "Object cannot be moved",
        format!(
            "The state of the {} is not what this version expects of {}: {text}. Remove the moved block, and import the \
             object as a {}.",
            request.source_type_name, request.source_provider_address, request.target_type_name
        ),
    )
}

/// Why an object of that type and version cannot be taken over. `origins` are the versions that could.
fn refusal(resource: &dyn ErasedResource, origins: &[Origin], request: &Request) -> Diagnostic {
    let (source, provider, target) =
        (&request.source_type_name, &request.source_provider_address, resource.type_name());
    let range = |origin: &Origin| format!("{} to {}", origin.versions.start(), origin.versions.end());
    let text = if origins.is_empty() {
        let others = resource.origins();
        let others: BTreeSet<_> =
            others.iter().map(|it| format!("{} of {}", it.type_name, it.provider)).collect();
        let what_can = if others.is_empty() {
            format!("No other type can become a {target}.")
        } else {
            let others = others.into_iter().collect::<Vec<_>>().join(", ");
            format!("What can become a {target}: {others}.")
        };
        format!(
            "A {source} of {provider} cannot become a {target}. {what_can} Remove the moved block, and import the object."
        )
    } else {
        format!(
            "The state of the {source} was written for schema {}, and this version reads schemas {}. Apply once with a \
             version of {provider} that writes one of these, then move it.",
            request.source_schema_version,
            origins.iter().map(range).collect::<Vec<_>>().join(", "),
        )
    };
    Diagnostic::error("Object cannot be moved", text)
}

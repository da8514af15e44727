//! ListResource: finds objects, and tells each as soon as it is known.

use std::ops::ControlFlow;

use sparki_core::{
    BoxFuture, Diagnostic, Diagnostics, Dynamic, ErasedResource, Listed, Objects, Sink, Wanted,
};
use tfplugin6::v6::list_resource::{Event, Request};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{identity, value};
use crate::contain::Panicked;
use crate::convert::diagnostic;
use crate::finish::Finisher;
use crate::service::Service;

pub(crate) async fn stream(
    service: &Service,
    request: Request,
    events: mpsc::Sender<Event>,
    stop: CancellationToken,
) {
    let listed = list(service, &request, &events, stop).await;
    let found = listed.unwrap_or_else(Into::into);
    if !found.is_empty() {
        // If the host has hung up, nobody is left to be told.
        let _ = events.send(told(found)).await;
    }
}

/// The event that says that the provider failed.
pub(crate) fn failed(panicked: Panicked) -> Event {
    told(panicked.diagnostic().into())
}

fn told(found: Diagnostics) -> Event {
    Event { diagnostic: diagnostic::encode_all(found), ..Event::default() }
}

async fn list(
    service: &Service,
    request: &Request,
    events: &mpsc::Sender<Event>,
    stop: CancellationToken,
) -> Result<Diagnostics, Diagnostic> {
    let (resource, schema) = service.listable(&request.type_name)?;
    let filter = value::object(request.config.as_ref(), &schema.object, "configuration")?;
    let filter = sparki_plan::with_defaults(&schema.object, &filter);
    let objects = if request.include_resource_object { Objects::Whole } else { Objects::IdentityOnly };
    let limit = u64::try_from(request.limit).ok().filter(|limit| *limit > 0);
    let sink = Events { resource: &*resource, events, stop: stop.clone() };
    Ok(resource.list(service.call(&[], stop), filter, Wanted { limit, objects }, &sink).await)
}

/// Passes on what is found.
struct Events<'a> {
    resource: &'a dyn ErasedResource,
    events: &'a mpsc::Sender<Event>,
    stop: CancellationToken,
}

impl Events<'_> {
    fn event(&self, listed: Listed) -> Event {
        let schema = &self.resource.schema().object;
        let mut finisher = Finisher::default();
        let identity = identity::encode(self.resource, listed.identity, &mut finisher);
        let resource_object = listed
            .object
            .map(|object| finisher.state(Some(sparki_plan::settle(schema, &Dynamic::Null, object)), schema));
        let mut found = listed.diagnostics;
        if identity.is_none() && !found.has_errors() {
            let text =
                "The object that was found has no identity. This is a bug in the provider; please report it.";
            found.push(Diagnostic::error("Identity incomplete", text));
        }
        found.extend(finisher.diagnostics());
        Event {
            identity,
            display_name: listed.display_name,
            resource_object,
            diagnostic: diagnostic::encode_all(found),
        }
    }
}

impl Sink<Listed> for Events<'_> {
    fn send(&self, listed: Listed) -> BoxFuture<'_, ControlFlow<()>> {
        Box::pin(async move {
            let sent = self.events.send(self.event(listed)).await;
            if sent.is_err() || self.stop.is_cancelled() {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })
    }
}

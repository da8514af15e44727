//! InvokeAction: does something, and tells how it goes on.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use sparki_core::{BoxFuture, Diagnostic, Diagnostics, Progress, Sink};
use tfplugin6::v6::invoke_action::event::{Completed, Type};
use tfplugin6::v6::invoke_action::{Event, Request, event};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::value;
use crate::contain::Panicked;
use crate::convert::diagnostic;
use crate::service::Service;

pub(crate) async fn stream(
    service: &Service,
    request: Request,
    events: mpsc::Sender<Event>,
    stop: CancellationToken,
) {
    let messages = Arc::new(Messages(Mutex::new(Some(events.clone()))));
    let found = invoke(service, &request, Arc::clone(&messages), stop).await.unwrap_or_else(Into::into);
    // Whoever still tells something is not heard: the end is the last event.
    messages.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    // If the host has hung up, nobody is left to be told.
    let _ = events.send(completed(found)).await;
}

/// The event that says that the provider failed.
pub(crate) fn failed(panicked: Panicked) -> Event {
    completed(panicked.diagnostic().into())
}

fn completed(found: Diagnostics) -> Event {
    Event { r#type: Some(Type::Completed(Completed { diagnostics: diagnostic::encode_all(found) })) }
}

async fn invoke(
    service: &Service,
    request: &Request,
    messages: Arc<Messages>,
    stop: CancellationToken,
) -> Result<Diagnostics, Diagnostic> {
    let action = service.action(&request.action_type)?;
    let schema = &action.schema().object;
    let config = value::object(request.config.as_ref(), schema, "configuration")?;
    let config = sparki_plan::with_defaults(schema, &config);
    Ok(action.invoke(service.call(&[], stop), config, Progress::new(messages)).await)
}

/// Passes on what the action tells.
struct Messages(Mutex<Option<mpsc::Sender<Event>>>);

impl Sink<String> for Messages {
    fn send(&self, message: String) -> BoxFuture<'_, ControlFlow<()>> {
        Box::pin(async move {
            let told = Event { r#type: Some(Type::Progress(event::Progress { message })) };
            let listener = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
            match listener {
                Some(listener) if listener.send(told).await.is_ok() => ControlFlow::Continue(()),
                Some(_) | None => ControlFlow::Break(()),
            }
        })
    }
}

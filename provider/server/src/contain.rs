//! Runs what a call does on a task of its own.
//!
//! The request of a call may be dropped at any moment: Terraform hangs up, a connection breaks. A half-done apply
//! must go on all the same, or a remote object exists that no state knows. And a panic must reach the practitioner as a
//! diagnostic, not as a connection that breaks.

use std::any::Any;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use sparki_core::{BoxFuture, Diagnostic};
use tfplugin6::BoxStream;
use tokio::sync::mpsc;
use tokio::task::JoinError;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span, field};

use crate::handshake::PROTOCOL_VERSION;
use crate::lifecycle::Process;
use crate::panic_report::CONTAINED;
use crate::stop::Stop;

/// How many events of a stream may wait for the host to read them.
const STREAM_BUFFER: usize = 16;

/// What is still to be done for a connection once it has ended.
type Farewell = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>;

/// Runs the operations of one connection. Clones share the connection's stop switch.
#[derive(Clone)]
pub struct Operations {
    process: Process,
    stop: Arc<Stop>,
    farewell: Arc<Mutex<Option<Farewell>>>,
}

/// What a call is about, for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// The provider itself.
    Provider,
    /// A resource type.
    Resource(&'a str),
    /// A data source.
    DataSource(&'a str),
    /// An ephemeral resource type.
    EphemeralResource(&'a str),
    /// A resource type to list.
    ListResource(&'a str),
    /// An action type.
    Action(&'a str),
    /// A function.
    Function(&'a str),
}

/// An operation panicked, which is a bug in the provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the provider failed in {rpc}: {message}")]
pub struct Panicked {
    rpc: &'static str,
    message: String,
}

impl Operations {
    /// The operations of one more connection of this process.
    #[must_use]
    pub fn new(process: &Process) -> Self {
        let stop = Arc::new(Stop::new(process.stop.clone()));
        Self { process: process.clone(), stop, farewell: Arc::default() }
    }

    /// Says what is to be done once the connection has ended, in the second that is left then.
    pub fn at_end(&self, farewell: impl FnOnce() -> BoxFuture<'static, ()> + Send + 'static) {
        *self.farewell.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(farewell));
    }

    /// Does what is to be done at the end. The second time there is nothing left.
    pub(crate) async fn end(&self) {
        let farewell = self.farewell.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(farewell) = farewell {
            farewell().await;
        }
    }

    /// Tells every running operation of this connection to end soon, and returns at once. Later ones are unaffected.
    pub fn stop(&self) {
        self.stop.stop();
    }

    /// Runs `work` to its end, even if the caller goes away. The token is cancelled when it should end soon.
    ///
    /// # Errors
    /// [`Panicked`] if it panicked.
    pub async fn run<T, W, F>(&self, rpc: &'static str, subject: Subject<'_>, work: W) -> Result<T, Panicked>
    where
        T: Send + 'static,
        W: FnOnce(CancellationToken) -> F + Send + 'static,
        F: Future<Output = T> + Send,
    {
        let stop = self.stop.token();
        let operation =
            observe(async move { work(stop).await }).instrument(span(self.process.address, rpc, subject));
        self.process
            .operations
            .spawn(CONTAINED.scope((), operation))
            .await
            .map_err(|error| Panicked::new(rpc, error))
    }

    /// Runs `work` and streams what it sends; if it panics, `last` makes the final event.
    ///
    /// Sending fails once the host has hung up, which is the moment to end.
    pub fn stream<T, W, F>(
        &self,
        rpc: &'static str,
        subject: Subject<'_>,
        last: fn(Panicked) -> T,
        work: W,
    ) -> BoxStream<T>
    where
        T: Send + 'static,
        W: FnOnce(mpsc::Sender<T>, CancellationToken) -> F + Send + 'static,
        F: Future<Output = ()> + Send,
    {
        let (events, received) = mpsc::channel(STREAM_BUFFER);
        let stop = self.stop.token();
        let sender = events.clone();
        let operation = observe(async move { work(sender, stop).await }).instrument(span(
            self.process.address,
            rpc,
            subject,
        ));
        let operation = self.process.operations.spawn(CONTAINED.scope((), operation));
        self.process.operations.spawn(async move {
            if let Err(error) = operation.await {
                // If the host has hung up, nobody is left to be told.
                let _ = events.send(last(Panicked::new(rpc, error))).await;
            }
        });
        Box::pin(ReceiverStream::new(received).map(Ok))
    }
}

async fn observe<T>(work: impl Future<Output = T>) -> T {
    let started = Instant::now();
    tracing::trace!("received request");
    let answer = work.await;
    let elapsed = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::trace!(tf_req_duration_ms = elapsed, "served request");
    answer
}

fn span(address: &str, rpc: &'static str, subject: Subject<'_>) -> Span {
    let span = tracing::error_span!(
        "rpc",
        tf_req_id = %uuid::Uuid::new_v4(),
        tf_rpc = rpc,
        tf_provider_addr = address,
        tf_proto_version = PROTOCOL_VERSION,
        tf_resource_type = field::Empty,
        tf_data_source_type = field::Empty,
        tf_ephemeral_resource_type = field::Empty,
        tf_list_resource_type = field::Empty,
        tf_action_type = field::Empty,
        tf_function = field::Empty,
    );
    match subject {
        Subject::Provider => {}
        Subject::Resource(name) => _ = span.record("tf_resource_type", name),
        Subject::DataSource(name) => _ = span.record("tf_data_source_type", name),
        Subject::EphemeralResource(name) => _ = span.record("tf_ephemeral_resource_type", name),
        Subject::ListResource(name) => _ = span.record("tf_list_resource_type", name),
        Subject::Action(name) => _ = span.record("tf_action_type", name),
        Subject::Function(name) => _ = span.record("tf_function", name),
    }
    span
}

impl Panicked {
    fn new(rpc: &'static str, error: JoinError) -> Self {
        let message = match error.try_into_panic() {
            Ok(payload) => payload_text(payload.as_ref()).to_owned(),
            Err(_) => "the process is ending".to_owned(),
        };
        Self { rpc, message }
    }

    /// What the practitioner is told.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(
            "Bug in the provider",
            format!(
                "The provider failed in {} with: {}. Other operations went on. Please report this to the developers \
                 of the provider, together with the output of TF_LOG=trace.",
                self.rpc, self.message
            ),
        )
    }
}

fn payload_text(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operations() -> Operations {
        Operations::new(&Process::new("example.com/a/b"))
    }

    #[tokio::test]
    async fn a_panic_becomes_an_error_and_the_next_operation_runs() {
        let operations = operations();
        let work = |_| async { panic!("boom {}", 1) };
        let failed: Result<(), _> = operations.run("ReadResource", Subject::Resource("a"), work).await;
        assert_eq!(failed.unwrap_err().to_string(), "the provider failed in ReadResource: boom 1");
        assert_eq!(operations.run("ReadResource", Subject::Provider, |_| async { 7 }).await, Ok(7));
    }

    #[tokio::test]
    async fn a_panic_before_the_first_await_is_contained_too() {
        let work = |_| -> std::future::Ready<()> { panic!("early") };
        assert!(operations().run("ReadResource", Subject::Provider, work).await.is_err());
    }

    #[tokio::test]
    async fn work_goes_on_when_the_request_is_dropped() {
        let operations = operations();
        let (resume, resumed) = tokio::sync::oneshot::channel::<()>();
        let (done, finished) = tokio::sync::oneshot::channel();
        let work = |_| async move {
            resumed.await.unwrap();
            done.send("done").unwrap();
        };
        let request = operations.run("ApplyResourceChange", Subject::Provider, work);
        tokio::select! {
            biased;
            _ = request => panic!("nothing resumed it"),
            () = std::future::ready(()) => {}
        }
        resume.send(()).unwrap();
        assert_eq!(finished.await, Ok("done"));
    }

    #[tokio::test]
    async fn a_stop_reaches_the_operation() {
        let operations = operations();
        let work = |stop: CancellationToken| async move { stop.cancelled().await };
        let running = operations.run("ApplyResourceChange", Subject::Provider, work);
        let stopping = async { operations.stop() };
        let (ended, ()) = tokio::join!(running, stopping);
        assert_eq!(ended, Ok(()));
    }

    #[tokio::test]
    async fn a_stream_that_panics_ends_with_an_event() {
        let events = operations().stream(
            "InvokeAction",
            Subject::Action("a"),
            |panicked| panicked.to_string(),
            |events, _| async move {
                events.send("first".to_owned()).await.unwrap();
                panic!("boom");
            },
        );
        let events: Vec<String> = events.map(Result::unwrap).collect().await;
        assert_eq!(events, ["first", "the provider failed in InvokeAction: boom"]);
    }
}

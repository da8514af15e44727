//! Serves connections, each with a provider of its own.
//!
//! Terraform configures a provider once per connection. A process in debug mode has one connection for each
//! configuration of the provider, so what belongs to a configuration must not be shared.

use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tfplugin6::v6::provider_server::{Provider, ProviderServer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::service::Routes;

use crate::contain::Operations;
use crate::host_services::HostServices;
use crate::lifecycle::Process;
use crate::listener::Listener;

/// The largest message either way: what providers on HashiCorp's framework take.
const MESSAGE_LIMIT: usize = 256 << 20;

/// How long a peer may take for the TLS handshake.
const TLS_TIMEOUT: Duration = Duration::from_secs(10);

/// How long connections may take to close at the end, of the two seconds that the host waits.
const DRAIN: Duration = Duration::from_millis(200);

/// How long what is still to be done for connections may take at the end, of the two seconds that the host waits.
const FAREWELL: Duration = Duration::from_millis(1200);

/// How long to wait after a connection could not be taken, for instance because no file handles are left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until the process ends. `connect` makes the provider for one connection.
///
/// A peer that fails the TLS handshake is dropped, without an effect on others. Without `tls` everyone who can reach
/// the listener is served.
pub async fn serve<S, F>(listener: &Listener, tls: Option<TlsAcceptor>, process: &Process, connect: F)
where
    S: Provider,
    F: Fn(Operations) -> S + Send + Sync + 'static,
{
    let connect = Arc::new(connect);
    let host_services = HostServices::new(process).await;
    let (connections, farewells) = (TaskTracker::new(), TaskTracker::new());
    loop {
        let accepted = tokio::select! {
            biased;
            () = process.end.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok(stream) => stream,
            Err(error) => {
                tracing::warn!(%error, "failed to take a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let (tls, end) = (tls.clone(), process.end.clone());
        let operations = Operations::new(process);
        let closed = CancellationToken::new();
        let connection = closed.clone().drop_guard();
        farewells.spawn({
            let (operations, end) = (operations.clone(), process.end.clone());
            async move {
                tokio::select! {
                    () = closed.cancelled() => {}
                    () = end.cancelled() => {}
                }
                operations.end().await;
            }
        });
        let (connect, host_services) = (Arc::clone(&connect), host_services.clone());
        // Called once the peer has proved who it is.
        let routes = move || {
            let provider = ProviderServer::new(connect(operations))
                .max_decoding_message_size(MESSAGE_LIMIT)
                .max_encoding_message_size(MESSAGE_LIMIT);
            host_services.add_to(Routes::new(provider)).prepare()
        };
        connections.spawn(async move {
            let _connection = connection;
            let Some(tls) = tls else { return speak(stream, routes(), end).await };
            match tokio::time::timeout(TLS_TIMEOUT, tls.accept(stream)).await {
                Ok(Ok(stream)) => speak(stream, routes(), end).await,
                Ok(Err(error)) => tracing::warn!(%error, "refused a connection"),
                Err(_) => tracing::warn!("refused a connection: no TLS handshake in time"),
            }
        });
    }
    connections.close();
    // Streams that the host still holds open are not worth waiting for.
    let _ = tokio::time::timeout(DRAIN, connections.wait()).await;
    farewells.close();
    // The host kills what takes longer.
    let _ = tokio::time::timeout(FAREWELL, farewells.wait()).await;
}

async fn speak<IO>(stream: IO, routes: Routes, end: CancellationToken)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = auto::Builder::new(TokioExecutor::new()).http2_only();
    // Terraform decides how much it asks for at once.
    builder.http2().max_concurrent_streams(None);
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes));
    tokio::pin!(connection);
    let closed = tokio::select! {
        closed = connection.as_mut() => closed,
        () = end.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // At the end of the process hosts hang up without ceremony.
    if let Err(error) = closed
        && !end.is_cancelled()
    {
        tracing::debug!(error, "a connection broke");
    }
}

//! One connection, from its first byte to its last.

use std::{
    net::IpAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{Router, body::HttpBody, response::Response};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tower::Service;

use crate::{
    app::App,
    http::exchange::{HungUp, exchange},
    listen::{Certificate, pace::paced},
};

/// How long a client may take to agree on encryption, and then to send its headers.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(10);
/// Most headers of a request; more is 431.
const MOST_HEADERS: usize = 100;
/// Most bytes of all headers of a request; more is 431.
const LARGEST_HEADERS: usize = 64 * 1024;
/// Most requests at a time on one connection of HTTP/2.
const MOST_STREAMS: u32 = 100;
/// How often a silent client of HTTP/2 is asked whether it is there, and how long it may take to say so.
const ARE_YOU_THERE: Duration = Duration::from_secs(30);

/// Talks with a client until it leaves or the server stops.
pub(super) async fn converse(
    stream: TcpStream,
    exchanges: Exchanges,
    certificate: Option<Certificate>,
    stop: CancellationToken,
) {
    // Answers are small and whole; waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let Some(certificate) = certificate else { return speak(stream, exchanges, stop).await };
    let accepted = tokio::select! {
        accepted = timeout(HEADERS_TIMEOUT, certificate.acceptor().accept(stream)) => accepted,
        () = stop.cancelled() => return,
    };
    match accepted {
        Ok(Ok(stream)) => speak(stream, exchanges, stop).await,
        Ok(Err(error)) => {
            tracing::debug!(component = "server", error = %error, "a connection could not be encrypted")
        }
        Err(_) => tracing::debug!(component = "server", "a client was too slow to agree on encryption"),
    }
}

async fn speak(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    exchanges: Exchanges,
    stop: CancellationToken,
) {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIMEOUT)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LARGEST_HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(LARGEST_HEADERS).expect("it is less than 4 GiB"))
        .max_concurrent_streams(MOST_STREAMS)
        .keep_alive_interval(ARE_YOU_THERE)
        .keep_alive_timeout(ARE_YOU_THERE);
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(exchanges));
    tokio::pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(component = "server", error = %error, "a connection ended early");
    }
}

/// Answers the requests of one connection; an error hangs up.
#[derive(Clone)]
pub(super) struct Exchanges {
    pub(super) app: App,
    pub(super) router: Router,
    pub(super) peer: IpAddr,
}

impl<B> Service<axum::http::Request<B>> for Exchanges
where
    B: HttpBody<Data = axum::body::Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response;
    type Error = HungUp;
    type Future = Pin<Box<dyn Future<Output = Result<Response, HungUp>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), HungUp>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: axum::http::Request<B>) -> Self::Future {
        let Self { app, router, peer } = self.clone();
        let pace = app.settings.body_pace;
        Box::pin(exchange(app, router, peer, request.map(|body| paced(axum::body::Body::new(body), pace))))
    }
}

//! Starting, listening, stopping.

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{Router, body::Body, response::Response};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::{ServiceExt, service_fn};

use crate::{
    admin,
    calls::{HungUp, exchange},
    protocol::{Library, ModelsError},
    settings::Settings,
    sim::Sim,
};

/// A stand-in that answers requests.
#[derive(Debug)]
pub struct Running {
    url: String,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Why a stand-in does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The service models are not there.
    #[error("failed to read the service models")]
    Models(#[from] ModelsError),
    /// The address cannot be listened on.
    #[error("failed to listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The ready file cannot be written.
    #[error("failed to write {}", path.display())]
    ReadyFile {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Starts a stand-in. It answers until it is stopped or dropped.
///
/// # Errors
///
/// If the models are not there, or the address cannot be listened on.
pub async fn start(settings: Settings) -> Result<Running, StartError> {
    let library = Library::read(&settings.models)?;
    let unheard = |source| StartError::Listen { address: settings.listen, source };
    let listener = TcpListener::bind(settings.listen).await.map_err(unheard)?;
    let url = format!("http://{}", listener.local_addr().map_err(unheard)?);
    if let Some(path) = &settings.ready_file {
        announce(path, &url).map_err(|source| StartError::ReadyFile { path: path.clone(), source })?;
    }
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    tasks.spawn(accept(listener, Arc::new(Sim::new(&settings, library)), stop.clone(), tasks.clone()));
    tasks.close();
    Ok(Running { url, stop, tasks })
}

impl Running {
    /// Its base URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops it, once it has answered what it was asked.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.wait().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Whoever waits for the file must not read half of it.
fn announce(path: &Path, url: &str) -> io::Result<()> {
    let half = path.with_extension("half");
    fs::write(&half, url)?;
    fs::rename(half, path)
}

async fn accept(listener: TcpListener, sim: Arc<Sim>, stop: CancellationToken, tasks: TaskTracker) {
    let admin = admin::router(Arc::clone(&sim));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
        };
        // A connection that is gone before it was taken is nobody's loss.
        if let Ok((stream, _)) = accepted {
            tasks.spawn(converse(stream, Arc::clone(&sim), admin.clone(), stop.clone()));
        }
    }
}

async fn converse(stream: TcpStream, sim: Arc<Sim>, admin: Router, stop: CancellationToken) {
    // Answers are small and whole; waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |request: axum::http::Request<_>| {
        let (sim, admin) = (Arc::clone(&sim), admin.clone());
        async move { answer(sim, admin, request.map(Body::new)).await }
    });
    let builder = auto::Builder::new(TokioExecutor::new());
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(answer));
    tokio::pin!(connection);
    // A connection that was cut, by us or by the client, has nobody left to tell.
    let _ = tokio::select! {
        result = connection.as_mut() => result,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
}

async fn answer(
    sim: Arc<Sim>,
    admin: Router,
    request: axum::http::Request<Body>,
) -> Result<Response, HungUp> {
    if request.uri().path().starts_with(admin::PREFIX) {
        let Ok(response) = admin.oneshot(request).await;
        return Ok(response);
    }
    let answered = exchange(sim, request).await?;
    let mut response = Response::new(Body::from(answered.body));
    *response.status_mut() = answered.status;
    *response.headers_mut() = answered.headers;
    Ok(response)
}

//! Starting and stopping a server.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
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
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

use crate::{
    app::{App, router},
    auth::{
        bootstrap::{BootstrapError, bootstrap},
        refresh, token,
    },
    database::{Database, OpenError, Part, open_replica},
    events,
    http::{
        exchange::{HungUp, exchange},
        idempotency, limit,
    },
    reads::{HeldBack, Reads, Replica},
    region::Standing,
    settings::{Faults, RegionRole, Settings},
    work,
};

/// How long requests in flight may take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How long a client may take to send its headers.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(10);
/// How often what has expired is removed.
const SWEEP: Duration = Duration::from_secs(600);

/// The control plane, not yet running.
#[derive(Debug)]
pub struct Server;

/// A control plane that answers requests until it is stopped.
#[derive(Debug)]
pub struct Running {
    /// Base URL, such as `http://127.0.0.1:41234`; the API is below `/api/v1`.
    pub url: String,
    /// The API key made up for an empty database, if none was given. It is shown nowhere else.
    pub generated_api_key: Option<String>,
    stop: CancellationToken,
    tasks: TaskTracker,
    app: App,
}

impl Server {
    /// Opens the database, sets up the first user and listens. Requests are answered once this returns.
    ///
    /// # Errors
    ///
    /// Fails if the database cannot be opened, the bootstrap settings do not fit it, or the address is taken.
    pub async fn start(settings: Settings) -> Result<Running, StartError> {
        // Listening first: a second server must not touch the database of the first.
        let address = settings.listen;
        let listener = TcpListener::bind(address).await.map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => StartError::AddressTaken { address },
            _ => StartError::Listen { address, source },
        })?;
        let address = listener.local_addr().map_err(|source| StartError::Listen { address, source })?;
        let database = Database::open(&settings.database).await?;
        let generated_api_key = match (database.part(), &settings.region_role) {
            (Part::Primary, _) => bootstrap(&database, &settings).await?,
            // Its users are those of its primary.
            (Part::Standby, RegionRole::ReadOnly { .. }) => None,
            (Part::Standby, RegionRole::Primary) => return Err(StartError::Standby),
        };
        let replica = settings
            .read_database
            .as_ref()
            .map(|url| open_replica(url.expose()))
            .transpose()?
            .map(Replica::new);
        let held_back = match settings.faults {
            Faults::Enabled => Some(HeldBack::default()),
            Faults::Disabled => None,
        };

        let url = format!("http://{address}");
        let ready_file = settings.ready_file.clone();
        let stop = CancellationToken::new();
        let app = App::new(settings, database, Reads { replica, held_back }, stop.clone());
        let tasks = TaskTracker::new();
        tasks.spawn(sweep(app.clone(), stop.clone()));
        tasks.spawn(beat(app.clone()));
        for _ in 0..app.settings.workers {
            tasks.spawn(work::run(app.clone(), stop.clone()));
        }
        tasks.spawn(accept(listener, app.clone(), stop.clone(), tasks.clone()));
        let running = Running { url, generated_api_key, stop, tasks, app };
        if let Some(path) = ready_file
            && let Err(source) = write_atomically(&path, &running.url).await
        {
            running.stop().await;
            return Err(StartError::ReadyFile { path, source });
        }
        Ok(running)
    }
}

impl Running {
    /// Stops taking requests, lets those in flight finish for up to ten seconds, and closes the database.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(GRACE, self.tasks.wait()).await.is_err() {
            tracing::warn!(component = "server", "some requests did not finish in time");
        }
        self.app.reads.close().await;
        self.app.database.close().await;
    }
}

async fn accept(listener: TcpListener, app: App, stop: CancellationToken, tasks: TaskTracker) {
    let router = router(&app);
    loop {
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most likely; taking a breath lets some be returned.
                    tracing::warn!(component = "server", error = %error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let exchanges = Exchanges { app: app.clone(), router: router.clone(), peer: peer.ip() };
        tasks.spawn(converse(stream, exchanges, stop.clone()));
    }
}

async fn converse(stream: TcpStream, exchanges: Exchanges, stop: CancellationToken) {
    // Answers are small and whole; waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS_TIMEOUT);
    builder.http2().timer(TokioTimer::new());
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
struct Exchanges {
    app: App,
    router: Router,
    peer: IpAddr,
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
        Box::pin(exchange(app, router, peer, request.map(axum::body::Body::new)))
    }
}

async fn beat(app: App) {
    app.pulse.beat(&app.database, app.settings.poll_interval).await;
}

/// Removes what has expired, now and then, until told to stop.
async fn sweep(app: App, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let now = app.settings.clock.now();
        let result = async {
            // What has expired in a region that takes no changes is removed by the one that does.
            if app.region.standing(&app.database).await? != Standing::Primary {
                return Ok(());
            }
            let mut transaction = app.database.write().await?;
            idempotency::forget_old(&mut transaction, now).await?;
            refresh::forget_old(&mut transaction, now).await?;
            token::forget_old(&mut transaction, now).await?;
            limit::forget_old(&mut transaction, now).await?;
            events::forget_old(&mut transaction, now).await?;
            transaction.commit().await
        };
        if let Err(error) = result.await {
            tracing::warn!(component = "server", error = %error, "expired rows could not be removed");
        }
    }
}

/// Whoever reads the file sees all of it or no file.
async fn write_atomically(path: &Path, content: &str) -> io::Result<()> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    tokio::fs::write(&partial, content).await?;
    tokio::fs::rename(&partial, path).await
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Something else listens on the address.
    #[error(
        "the address {address} is already in use; choose another with --listen, or port 0 for a free one"
    )]
    AddressTaken {
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("failed to listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The database cannot be used.
    #[error("failed to use the database of the control plane")]
    Database(#[from] OpenError),
    /// The database follows another, but the region was not said to be read-only.
    #[error(
        "the database is a standby and takes no changes; use its primary, or start with --read-only-region"
    )]
    Standby,
    /// The first user could not be set up.
    #[error("failed to set up the control plane")]
    Bootstrap(#[from] BootstrapError),
    /// The ready file could not be written.
    #[error("failed to write the ready file {}", path.display())]
    ReadyFile {
        /// Where it should have been.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

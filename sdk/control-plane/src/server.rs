//! Starting and stopping a server.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    app::{App, Stores, router},
    auth::{
        bootstrap::{BootstrapError, bootstrap},
        refresh, signing, token,
    },
    database::{Database, OpenError, Part, open_replica},
    events,
    http::{idempotency, limit},
    integrations::deliveries,
    listen::{self, Certificate, CertificateError, Door},
    reads::{HeldBack, Reads, Replica},
    region::Standing,
    retention,
    settings::{Faults, RegionRole, Settings},
    telemetry::scrape,
    vault::{Vault, VaultError},
    work,
};

/// How long requests in flight may take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(10);
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
    /// Where metrics are, if they have an address of their own.
    pub metrics_url: Option<String>,
    stop: CancellationToken,
    tasks: TaskTracker,
    app: App,
    certificate: Option<Certificate>,
}

impl Server {
    /// Opens the database, sets up the first user and listens. Requests are answered once this returns.
    ///
    /// # Errors
    ///
    /// Fails if the database cannot be opened, the bootstrap settings do not fit it, or the address is taken.
    pub async fn start(settings: Settings) -> Result<Running, StartError> {
        // Listening first: a second server must not touch the database of the first.
        let listener = listen(settings.listen).await?;
        let metrics_listener = match settings.metrics_listen {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let certificate = settings.tls.as_ref().map(Certificate::load).transpose()?;
        let database = Database::open(&settings.database).await?;
        let vault = Vault::open(&database, &settings).await?;
        match database.part() {
            Part::Primary => {
                signing::seal_plain(&database, &vault).await.map_err(VaultError::from)?;
                plan_ahead(&database, &settings).await.map_err(OpenError::from)?;
            }
            // Its keys are those of its primary.
            Part::Standby => {}
        }
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

        let ready_file = settings.ready_file.clone();
        let stop = CancellationToken::new();
        let stores = Stores { database, reads: Reads { replica, held_back }, vault };
        let app = App::new(settings, stores, stop.clone());
        let tasks = TaskTracker::new();
        tasks.spawn(sweep(app.clone(), stop.clone()));
        tasks.spawn(beat(app.clone()));
        for _ in 0..app.settings.workers {
            tasks.spawn(work::run(app.clone(), stop.clone()));
        }
        let scheme = if certificate.is_some() { "https" } else { "http" };
        let running = Running {
            url: format!("{scheme}://{}", listener.address),
            metrics_url: metrics_listener
                .as_ref()
                .map(|listener| format!("http://{}/metrics", listener.address)),
            generated_api_key,
            stop: stop.clone(),
            tasks: tasks.clone(),
            app: app.clone(),
            certificate: certificate.clone(),
        };
        if let Some(Listening { listener, .. }) = metrics_listener {
            let door = Door { listener, router: scrape::open(&app), app: app.clone(), certificate: None };
            tasks.spawn(listen::open(door, stop.clone(), tasks.clone()));
        }
        let door = Door { listener: listener.listener, router: router(&app), app, certificate };
        tasks.spawn(listen::open(door, stop, tasks.clone()));
        if let Some(path) = ready_file
            && let Err(source) = write_atomically(&path, &running.url).await
        {
            running.stop().await;
            return Err(StartError::ReadyFile { path, source });
        }
        Ok(running)
    }
}

/// Sees that there is the job of everything that comes again and again.
async fn plan_ahead(database: &Database, settings: &Settings) -> Result<(), sqlx::Error> {
    let mut transaction = database.write().await?;
    work::ensure(&mut transaction, retention::JOB, settings.clock.now() + retention::EVERY).await?;
    transaction.commit().await
}

struct Listening {
    listener: TcpListener,
    address: SocketAddr,
}

async fn listen(address: SocketAddr) -> Result<Listening, StartError> {
    let listener = TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => StartError::AddressTaken { address },
        _ => StartError::Listen { address, source },
    })?;
    let address = listener.local_addr().map_err(|source| StartError::Listen { address, source })?;
    Ok(Listening { listener, address })
}

impl Running {
    /// Reads the certificate and its key anew, for the connections to come. Does nothing without one.
    ///
    /// # Errors
    ///
    /// Fails if the files are no good; then the server keeps what it has.
    pub fn reload_certificate(&self) -> Result<(), CertificateError> {
        self.certificate.as_ref().map_or(Ok(()), Certificate::reload)
    }

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
            signing::forget_old(&mut transaction, now).await?;
            limit::forget_old(&mut transaction, now).await?;
            events::forget_old(&mut transaction, now).await?;
            deliveries::forget_old(&mut transaction, now).await?;
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
    /// The certificate cannot be used.
    #[error("failed to set up TLS")]
    Certificate(#[from] CertificateError),
    /// The database cannot be used.
    #[error("failed to use the database of the control plane")]
    Database(#[from] OpenError),
    /// The database follows another, but the region was not said to be read-only.
    #[error(
        "the database is a standby and takes no changes; use its primary, or start with --read-only-region"
    )]
    Standby,
    /// Secrets could not be sealed and opened.
    #[error("failed to use the secrets of the control plane")]
    Vault(#[from] VaultError),
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

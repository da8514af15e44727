//! What a server needs to be told before it starts.

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;

use crate::{clock::Clock, listen::Pace, quota::Quota};

/// Everything that can be chosen about a server.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Certificate and key: with them, the server speaks TLS 1.3 and nothing less.
    pub tls: Option<TlsFiles>,
    /// Address that serves `/metrics` to everyone who can reach it; without one, this machine gets them from `listen`.
    pub metrics_listen: Option<SocketAddr>,
    /// Database URL: `sqlite://path/to/file.db`, `sqlite::memory:`, or `postgres://user@host/name`.
    pub database: String,
    /// URL of a replica of the database, PostgreSQL only: it answers reads that it is up to date enough for.
    pub read_database: Option<Secret>,
    /// Name of the region this server is in.
    pub region: String,
    /// What the region does with changes until the database says otherwise: see [`promote_region`](crate::promote_region).
    pub region_role: RegionRole,
    /// File with the master keys that secrets are sealed with: one a line, the newest last. A line is 32 bytes in base64,
    /// or a key that AWS KMS has wrapped, which the server has unwrapped when it starts.
    ///
    /// Without one, a database in SQLite has its key in a file beside it, which is made when it is missing;
    /// PostgreSQL needs one.
    pub encryption_key_file: Option<PathBuf>,
    /// File that receives the base URL once the server listens. It is written atomically.
    pub ready_file: Option<PathBuf>,
    /// Email address of the first user, who is created in an empty database.
    pub bootstrap_email: String,
    /// Password of the first user; without one they can only use an API key.
    pub bootstrap_password: Option<Secret>,
    /// API key of the first user, in the form `spk_<id>_<secret>`; it is created if it is not there.
    ///
    /// Without one, an empty database gets a generated key: [`Running::generated_api_key`](crate::Running).
    pub bootstrap_api_key: Option<Secret>,
    /// Requests an API key may make in an hour; a user may make five times as many. 0 turns limits off.
    pub rate_limit_per_hour: u32,
    /// Most objects a page of a list may hold.
    pub page_size_max: u32,
    /// How many objects of a kind a workspace may have; kinds that are not named may have any number.
    pub quotas: Vec<Quota>,
    /// Whether the fault injection routes exist. Never enable them outside tests.
    pub faults: Faults,
    /// Whether deployments may run scripts, which then run as the server itself.
    pub scripts: Scripts,
    /// How long one request may take before it is answered with 503.
    pub request_timeout: Duration,
    /// How slow a request body may be before it is answered with 408.
    pub body_pace: Pace,
    /// Most connections from one address; further ones are closed at once. 0 for any number.
    pub connections_per_address: u32,
    /// Networks of the load balancers whose `X-Forwarded-For` says where a request comes from.
    pub trusted_proxies: Vec<IpNet>,
    /// How often the server looks for jobs to do and for events of other servers.
    pub poll_interval: Duration,
    /// How many jobs the server does at a time.
    pub workers: u32,
    /// Where the server reads the time.
    pub clock: Clock,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            tls: None,
            metrics_listen: None,
            database: "sqlite://sparki.db".to_owned(),
            read_database: None,
            region: "us-east-1".to_owned(),
            region_role: RegionRole::Primary,
            encryption_key_file: None,
            ready_file: None,
            bootstrap_email: "admin@localhost".to_owned(),
            bootstrap_password: None,
            bootstrap_api_key: None,
            rate_limit_per_hour: 1000,
            page_size_max: 200,
            quotas: Vec::new(),
            faults: Faults::Disabled,
            scripts: Scripts::Refused,
            request_timeout: Duration::from_secs(45),
            body_pace: Pace::default(),
            connections_per_address: 1000,
            trusted_proxies: Vec::new(),
            poll_interval: Duration::from_millis(200),
            workers: 4,
            clock: Clock::system(),
        }
    }
}

/// Where a certificate and its key are; both are PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, followed by those that vouch for it.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// Whether a region takes changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegionRole {
    /// It does.
    Primary,
    /// It answers them with 421 and says where they go.
    ReadOnly {
        /// Base URL of the primary region.
        primary_endpoint: String,
    },
}

/// Whether a server can be told to misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Faults {
    /// `/_faults`, `/_stats` and `/_replica` answer to anyone.
    Enabled,
    /// They are 404.
    Disabled,
}

/// Whether scripts of deployment targets are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    /// Whoever may change a deployment target may run anything the server can.
    Allowed,
    /// A step with a script fails and says why.
    Refused,
}

/// A text that never shows up in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The secret itself, to be used and not to be logged.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self::new(value)
    }
}

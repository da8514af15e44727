//! What can be said on the command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use sparki_control_plane::{IpNet, KmsKey, Quota, Role, Settings};

pub(crate) const API_KEY_VARIABLE: &str = "SPARKI_BOOTSTRAP_API_KEY";

pub(crate) const EXAMPLES: &str = "\
Environment:
  SPARKI_BOOTSTRAP_API_KEY  API key of the first user, spk_<id>_<secret>; created if it is not there
  RUST_LOG                  What is logged; info by default

Examples:
  Serve on 127.0.0.1:8080 from sparki.db in this directory; the first start prints an API key:
    sparki-control-plane serve

  Serve on a free port from memory, and learn where:
    SPARKI_BOOTSTRAP_API_KEY=spk_demo_secret sparki-control-plane serve \\
      --listen 127.0.0.1:0 --database sqlite::memory: --ready-file ready
    curl -H 'X-API-Key: spk_demo_secret' \"$(cat ready)/api/v1/me\"

  Let a program in:
    sparki-control-plane service-account create --workspace acme --name ci --role member

  Create a user, who can accept the invitations of workspaces to their address then:
    sparki-control-plane user create --email jane@example.com --password-file password

  Sign access tokens with a new key from now on:
    sparki-control-plane keys rotate

  Put secrets under a new encryption key; servers have to know it before:
    sparki-control-plane keys generate >> sparki.db.key
    sparki-control-plane keys rewrap

  Let AWS KMS keep the encryption key; the file has only what KMS makes it of:
    (umask 077; sparki-control-plane keys generate --kms arn:aws:kms:us-east-1:111122223333:alias/sparki >> sparki.key)
    sparki-control-plane serve --encryption-key-file sparki.key

  Check that nobody altered the audit log:
    sparki-control-plane audit verify

  Describe the API, for tools that read OpenAPI:
    sparki-control-plane openapi > openapi.yaml

  Fail over: after its database was promoted, have region eu-central-1 take changes:
    sparki-control-plane region promote --region eu-central-1 --endpoint https://eu.api.sparki.io
";

/// The Sparki control plane: workspaces, projects, pipelines, environments and deployment targets over REST.
#[derive(Parser)]
#[command(name = "sparki-control-plane", version, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Answers requests until SIGTERM or SIGINT.
    #[command(after_help = EXAMPLES)]
    Serve(Box<Serve>),
    /// Manages service accounts: callers that are programs.
    ServiceAccount {
        #[command(subcommand)]
        command: ServiceAccountCommand,
    },
    /// Manages users: callers that are people.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Looks after the keys that access tokens are signed with and secrets are sealed with.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Looks after the audit log.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Prints the description of the API as OpenAPI 3.1 in YAML.
    Openapi,
    /// Says which region takes changes.
    Region {
        #[command(subcommand)]
        command: RegionCommand,
    },
}

#[derive(Args)]
pub(crate) struct DatabaseUrl {
    /// Database: sqlite://path/to/file.db, sqlite::memory: to forget everything at the end, or
    /// postgres://user@host/name, which several servers may share.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://sparki.db", hide_env_values = true)]
    pub(crate) database: String,
}

#[derive(Args)]
pub(crate) struct KeyFile {
    /// File with the keys that secrets are sealed with: one a line as "keys generate" prints it, the newest last. An SQLite
    /// database has its own beside it if none is named; PostgreSQL needs one.
    #[arg(long, env = "SPARKI_ENCRYPTION_KEY_FILE", value_name = "PATH")]
    pub(crate) encryption_key_file: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Serve {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, env = "SPARKI_LISTEN", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Certificate in PEM, followed by those that vouch for it: the server speaks TLS 1.3 and nothing less. Read anew on SIGHUP.
    #[arg(long, env = "SPARKI_TLS_CERTIFICATE", value_name = "PATH", requires = "tls_key")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// Private key of the certificate, in PEM.
    #[arg(long, env = "SPARKI_TLS_KEY", value_name = "PATH", requires = "tls_certificate")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Address that serves /metrics to everyone who can reach it; without one, this machine gets them from --listen.
    #[arg(long, env = "SPARKI_METRICS_LISTEN", value_name = "ADDRESS")]
    pub(crate) metrics_listen: Option<SocketAddr>,
    #[command(flatten)]
    pub(crate) database: DatabaseUrl,
    /// Replica of the database, PostgreSQL only: it answers the reads that it is up to date enough for.
    #[arg(long, env = "SPARKI_READ_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) read_database_url: Option<String>,
    /// Region this server is in.
    #[arg(long, env = "SPARKI_REGION", default_value = "us-east-1", value_name = "NAME")]
    pub(crate) region: String,
    /// Answers changes with 421 and the endpoint of the primary region, until `region promote` says otherwise.
    #[arg(long, env = "SPARKI_READ_ONLY_REGION", requires = "primary_endpoint")]
    pub(crate) read_only_region: bool,
    /// Base URL of the primary region.
    #[arg(long, env = "SPARKI_PRIMARY_ENDPOINT", value_name = "URL")]
    pub(crate) primary_endpoint: Option<String>,
    #[command(flatten)]
    pub(crate) keys: KeyFile,
    /// File that receives the base URL once the server listens.
    #[arg(long, env = "SPARKI_READY_FILE", value_name = "PATH")]
    pub(crate) ready_file: Option<PathBuf>,
    /// Email address of the first user.
    #[arg(long, env = "SPARKI_BOOTSTRAP_EMAIL", default_value = "admin@localhost", value_name = "EMAIL")]
    pub(crate) bootstrap_email: String,
    /// File with the password of the first user; without it they can only use an API key.
    #[arg(long, env = "SPARKI_BOOTSTRAP_PASSWORD_FILE", value_name = "PATH")]
    pub(crate) bootstrap_password_file: Option<PathBuf>,
    /// Requests an API key may make in an hour; 0 turns limits off.
    #[arg(long, env = "SPARKI_RATE_LIMIT_PER_HOUR", default_value_t = 1000, value_name = "N")]
    pub(crate) rate_limit_per_hour: u32,
    /// Most objects a page of a list may hold.
    #[arg(long, env = "SPARKI_PAGE_SIZE_MAX", default_value_t = 200, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=200))]
    pub(crate) page_size_max: u32,
    /// Most objects of a kind that a workspace may have, by the names of kinds in paths: projects=100,environments=500.
    #[arg(long, env = "SPARKI_QUOTAS", value_name = "KIND=N", value_delimiter = ',')]
    pub(crate) quotas: Vec<Quota>,
    /// Lets deployments run the scripts of deployment targets of the platform custom. They run as the server itself.
    #[arg(long, env = "SPARKI_ALLOW_SCRIPTS")]
    pub(crate) allow_scripts: bool,
    /// Networks of the load balancers whose X-Forwarded-For says where a request comes from, such as 10.0.0.0/8.
    #[arg(long, env = "SPARKI_TRUSTED_PROXIES", value_name = "NETWORKS", value_delimiter = ',')]
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// Most connections from one address, such as that of a load balancer, or from one IPv6 network of 64 bits; 0 for any number.
    #[arg(long, env = "SPARKI_CONNECTIONS_PER_ADDRESS", default_value_t = 1000, value_name = "N")]
    pub(crate) connections_per_address: u32,
    /// Base URL of the OpenTelemetry collector that gets traces over HTTP, such as http://localhost:4318.
    #[cfg(feature = "otlp")]
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL")]
    pub(crate) otlp_endpoint: Option<String>,
    /// Lets anyone make the server misbehave at /_faults and its reads lag at /_replica. For tests only.
    #[arg(long, env = "SPARKI_ENABLE_FAULTS")]
    pub(crate) enable_faults: bool,
}

#[derive(Subcommand)]
pub(crate) enum ServiceAccountCommand {
    /// Creates a service account and prints its client id and secret, once.
    Create {
        #[command(flatten)]
        database: DatabaseUrl,
        /// Slug of its workspace.
        #[arg(long)]
        workspace: String,
        /// Name, unique in the workspace.
        #[arg(long)]
        name: String,
        /// What it may do there.
        #[arg(long, value_enum, default_value_t = RoleName::Member)]
        role: RoleName,
    },
}

#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Creates a user. Workspaces that have invited the address wait for them to accept.
    Create {
        #[command(flatten)]
        database: DatabaseUrl,
        /// Email address. Whoever creates the user vouches for it.
        #[arg(long)]
        email: String,
        /// Name, for people; by default the first part of the address.
        #[arg(long)]
        name: Option<String>,
        /// File with the password.
        #[arg(long, value_name = "PATH")]
        password_file: PathBuf,
    },
}

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Prints the line of a new key that secrets can be sealed with, for the end of the file.
    Generate {
        /// ARN of a key or alias in AWS KMS that wraps it: then the line is worth nothing without KMS. Credentials and
        /// endpoint are found as AWS's own tools do.
        #[arg(long, value_name = "ARN")]
        kms: Option<KmsKey>,
    },
    /// Makes a new key that signs from now on; tokens that are there stay good until they expire.
    Rotate(Sealed),
    /// Seals everything with the newest key, so that older ones can be removed from the file.
    Rewrap(Sealed),
}

/// A database, and the keys that its secrets are sealed with.
#[derive(Args)]
pub(crate) struct Sealed {
    #[command(flatten)]
    pub(crate) database: DatabaseUrl,
    #[command(flatten)]
    pub(crate) keys: KeyFile,
}

impl Sealed {
    pub(crate) fn settings(self) -> Settings {
        let (database, encryption_key_file) = (self.database.database, self.keys.encryption_key_file);
        Settings { database, encryption_key_file, ..Settings::default() }
    }
}

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Checks the chain of hashes from the first line to the last.
    Verify {
        #[command(flatten)]
        database: DatabaseUrl,
    },
}

#[derive(Subcommand)]
pub(crate) enum RegionCommand {
    /// Makes a region the one that takes changes: its servers do from now on, those of other regions refuse them.
    Promote {
        #[command(flatten)]
        database: DatabaseUrl,
        /// Name of the region, as its servers have it in --region.
        #[arg(long)]
        region: String,
        /// Base URL where the other regions send changes to.
        #[arg(long)]
        endpoint: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum RoleName {
    Viewer,
    Member,
    Admin,
    Owner,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::Member => Self::Member,
            RoleName::Admin => Self::Admin,
            RoleName::Owner => Self::Owner,
        }
    }
}

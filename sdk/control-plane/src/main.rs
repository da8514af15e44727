//! The control plane as a program.

use std::{
    convert::Infallible,
    error::Error,
    fmt::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use sparki_control_plane::{
    Faults, PrimaryRegion, RegionRole, Role, Running, Scripts, Secret, Server, Settings, TlsFiles, Verdict,
    logging, openapi_yaml, promote_region, rewrap_keys,
    service_account::{self, NewServiceAccount},
    signing_keys,
    user::{self, NewUser},
    verify_audit_log,
};

const API_KEY_VARIABLE: &str = "SPARKI_BOOTSTRAP_API_KEY";

const EXAMPLES: &str = "\
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

  Create a user, and let them into the workspaces that have invited them:
    sparki-control-plane user create --email jane@example.com --password-file password

  Sign access tokens with a new key from now on:
    sparki-control-plane keys rotate

  Put secrets under a new encryption key; servers have to know it before:
    openssl rand -base64 32 >> sparki.db.key
    sparki-control-plane keys rewrap

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
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
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
struct DatabaseUrl {
    /// Database: sqlite://path/to/file.db, sqlite::memory: to forget everything at the end, or
    /// postgres://user@host/name, which several servers may share.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://sparki.db", hide_env_values = true)]
    database: String,
}

#[derive(Args)]
struct KeyFile {
    /// File with the keys that secrets are sealed with: one a line, 32 bytes in base64, the newest last. An SQLite
    /// database has its own beside it if none is named; PostgreSQL needs one.
    #[arg(long, env = "SPARKI_ENCRYPTION_KEY_FILE", value_name = "PATH")]
    encryption_key_file: Option<PathBuf>,
}

#[derive(Args)]
struct Serve {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, env = "SPARKI_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Certificate in PEM, followed by those that vouch for it: the server speaks TLS 1.3 and nothing less. Read anew on SIGHUP.
    #[arg(long, env = "SPARKI_TLS_CERTIFICATE", value_name = "PATH", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// Private key of the certificate, in PEM.
    #[arg(long, env = "SPARKI_TLS_KEY", value_name = "PATH", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// Address that serves /metrics to everyone who can reach it; without one, this machine gets them from --listen.
    #[arg(long, env = "SPARKI_METRICS_LISTEN", value_name = "ADDRESS")]
    metrics_listen: Option<SocketAddr>,
    #[command(flatten)]
    database: DatabaseUrl,
    /// Replica of the database, PostgreSQL only: it answers the reads that it is up to date enough for.
    #[arg(long, env = "SPARKI_READ_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    read_database_url: Option<String>,
    /// Region this server is in.
    #[arg(long, env = "SPARKI_REGION", default_value = "us-east-1", value_name = "NAME")]
    region: String,
    /// Answers changes with 421 and the endpoint of the primary region, until `region promote` says otherwise.
    #[arg(long, env = "SPARKI_READ_ONLY_REGION", requires = "primary_endpoint")]
    read_only_region: bool,
    /// Base URL of the primary region.
    #[arg(long, env = "SPARKI_PRIMARY_ENDPOINT", value_name = "URL")]
    primary_endpoint: Option<String>,
    #[command(flatten)]
    keys: KeyFile,
    /// File that receives the base URL once the server listens.
    #[arg(long, env = "SPARKI_READY_FILE", value_name = "PATH")]
    ready_file: Option<PathBuf>,
    /// Email address of the first user.
    #[arg(long, env = "SPARKI_BOOTSTRAP_EMAIL", default_value = "admin@localhost", value_name = "EMAIL")]
    bootstrap_email: String,
    /// File with the password of the first user; without it they can only use an API key.
    #[arg(long, env = "SPARKI_BOOTSTRAP_PASSWORD_FILE", value_name = "PATH")]
    bootstrap_password_file: Option<PathBuf>,
    /// Requests an API key may make in an hour; 0 turns limits off.
    #[arg(long, env = "SPARKI_RATE_LIMIT_PER_HOUR", default_value_t = 1000, value_name = "N")]
    rate_limit_per_hour: u32,
    /// Most objects a page of a list may hold.
    #[arg(long, env = "SPARKI_PAGE_SIZE_MAX", default_value_t = 200, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=200))]
    page_size_max: u32,
    /// Lets deployments run the scripts of deployment targets of the platform custom. They run as the server itself.
    #[arg(long, env = "SPARKI_ALLOW_SCRIPTS")]
    allow_scripts: bool,
    /// Most connections from one address, such as that of a load balancer; 0 for any number.
    #[arg(long, env = "SPARKI_CONNECTIONS_PER_ADDRESS", default_value_t = 1000, value_name = "N")]
    connections_per_address: u32,
    /// Base URL of the OpenTelemetry collector that gets traces over HTTP, such as http://localhost:4318.
    #[cfg(feature = "otlp")]
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL")]
    otlp_endpoint: Option<String>,
    /// Lets anyone make the server misbehave at /_faults and its reads lag at /_replica. For tests only.
    #[arg(long, env = "SPARKI_ENABLE_FAULTS")]
    enable_faults: bool,
}

#[derive(Subcommand)]
enum ServiceAccountCommand {
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
enum UserCommand {
    /// Creates a user and lets them into the workspaces that have invited their address.
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
enum KeysCommand {
    /// Makes a new key that signs from now on; tokens that are there stay good until they expire.
    Rotate(Sealed),
    /// Seals everything with the newest key, so that older ones can be removed from the file.
    Rewrap(Sealed),
}

/// A database, and the keys that its secrets are sealed with.
#[derive(Args)]
struct Sealed {
    #[command(flatten)]
    database: DatabaseUrl,
    #[command(flatten)]
    keys: KeyFile,
}

impl Sealed {
    fn settings(self) -> Settings {
        let (database, encryption_key_file) = (self.database.database, self.keys.encryption_key_file);
        Settings { database, encryption_key_file, ..Settings::default() }
    }
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Checks the chain of hashes from the first line to the last.
    Verify {
        #[command(flatten)]
        database: DatabaseUrl,
    },
}

#[derive(Subcommand)]
enum RegionCommand {
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
enum RoleName {
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

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if !matches!(arguments.command, Command::Serve(_)) {
        logging::install();
    }
    match run(arguments).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", explain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// An error and everything that led to it.
fn explain(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = write!(message, ": {cause}");
        source = cause.source();
    }
    message
}

async fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn Error>> {
    match arguments.command {
        Command::Serve(flags) => serve_with_log(*flags).await,
        Command::ServiceAccount {
            command: ServiceAccountCommand::Create { database, workspace, name, role },
        } => {
            let account = NewServiceAccount { workspace, name, role: role.into() };
            let credentials = service_account::create(&database.database, &account).await?;
            show(&format!(
                "client_id={}\nclient_secret={}\n",
                credentials.client_id,
                credentials.client_secret.expose()
            ))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Openapi => {
            show(&openapi_yaml())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Region { command: RegionCommand::Promote { database, region: name, endpoint } } => {
            promote_region(&database.database, &PrimaryRegion { name, endpoint }).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::User { command: UserCommand::Create { database, email, name, password_file } } => {
            let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or(&email).to_owned());
            let user = NewUser { email, name, password: read_secret(&password_file)? };
            let id = user::create(&database.database, &user).await?;
            show(&format!("user_id={id}\n"))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Keys { command: KeysCommand::Rotate(sealed) } => {
            let id = signing_keys::rotate(&sealed.settings()).await?;
            show(&format!("key_id={id}\n"))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Keys { command: KeysCommand::Rewrap(sealed) } => {
            let rewrapped = rewrap_keys(&sealed.settings()).await?;
            show(&format!("Secrets moved to the key {}: {}.\n", rewrapped.key_id, rewrapped.moved))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Audit { command: AuditCommand::Verify { database } } => {
            match verify_audit_log(&database.database).await? {
                Verdict::Whole { lines } => {
                    show(&format!("The audit log is whole: {lines} lines.\n"))?;
                    Ok(ExitCode::SUCCESS)
                }
                Verdict::Broken { line } => {
                    eprintln!("error: the audit log was altered at or before line {line}");
                    Ok(ExitCode::FAILURE)
                }
            }
        }
    }
}

/// Serves, with a log and, if somebody collects them, traces.
async fn serve_with_log(flags: Serve) -> Result<ExitCode, Box<dyn Error>> {
    #[cfg(feature = "otlp")]
    if let Some(endpoint) = flags.otlp_endpoint.clone() {
        let traces = logging::install_with_traces(&endpoint)?;
        let result = serve(flags).await;
        tokio::task::spawn_blocking(move || traces.finish()).await?;
        return result;
    }
    logging::install();
    serve(flags).await
}

/// Reads a secret from a file, without the end of its line.
fn read_secret(path: &Path) -> Result<Secret, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("failed to read the password file {}: {error}", path.display()))?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

async fn serve(flags: Serve) -> Result<ExitCode, Box<dyn Error>> {
    let bootstrap_password = flags.bootstrap_password_file.as_deref().map(read_secret).transpose()?;
    // Installed before listening: a signal sent as soon as the ready file is there must not be missed.
    let (stop, hang_ups) = (stop_signal()?, HangUps::listen()?);
    let running = Server::start(Settings {
        listen: flags.listen,
        tls: flags.tls_certificate.zip(flags.tls_key).map(|(certificate, key)| TlsFiles { certificate, key }),
        metrics_listen: flags.metrics_listen,
        database: flags.database.database,
        read_database: flags.read_database_url.map(Secret::new),
        region: flags.region,
        region_role: match flags.primary_endpoint {
            Some(primary_endpoint) if flags.read_only_region => RegionRole::ReadOnly { primary_endpoint },
            Some(_) | None => RegionRole::Primary,
        },
        encryption_key_file: flags.keys.encryption_key_file,
        ready_file: flags.ready_file,
        bootstrap_email: flags.bootstrap_email,
        bootstrap_password,
        // The environment only: a command line is shown to everyone on the machine.
        bootstrap_api_key: std::env::var(API_KEY_VARIABLE)
            .ok()
            .filter(|key| !key.is_empty())
            .map(Secret::new),
        rate_limit_per_hour: flags.rate_limit_per_hour,
        page_size_max: flags.page_size_max,
        connections_per_address: flags.connections_per_address,
        scripts: if flags.allow_scripts { Scripts::Allowed } else { Scripts::Refused },
        faults: if flags.enable_faults { Faults::Enabled } else { Faults::Disabled },
        ..Settings::default()
    })
    .await?;
    if let Some(key) = &running.generated_api_key {
        eprintln!("This API key is shown once and opens everything: {key}");
    }
    tracing::info!(component = "server", url = running.url, "listening");
    tokio::select! {
        () = stop => {}
        never = reload_certificates(&running, hang_ups) => match never {},
    }
    tracing::info!(component = "server", "stopping");
    running.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Resolves each time the process is sent SIGHUP. Listens from the moment it is made.
#[cfg(unix)]
struct HangUps(tokio::signal::unix::Signal);

#[cfg(unix)]
impl HangUps {
    fn listen() -> std::io::Result<Self> {
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).map(Self)
    }

    async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending().await
        }
    }
}

/// There is no SIGHUP here.
#[cfg(not(unix))]
struct HangUps;

#[cfg(not(unix))]
impl HangUps {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        std::future::pending().await
    }
}

/// Reads the certificate anew whenever the process is sent SIGHUP.
async fn reload_certificates(running: &Running, mut hang_ups: HangUps) -> Infallible {
    loop {
        hang_ups.next().await;
        match running.reload_certificate() {
            Ok(()) => tracing::info!(component = "server", "the certificate was read anew"),
            Err(error) => {
                let error = explain(&error);
                tracing::error!(component = "server", error, "the certificate stays as it was");
            }
        }
    }
}

/// Resolves when the process is told to end. Listens from the moment it is called.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Resolves when the process is told to end. Listens from the moment it is called.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        let _ = interrupt.recv().await;
    })
}

fn show(text: &str) -> std::io::Result<()> {
    std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes())
}

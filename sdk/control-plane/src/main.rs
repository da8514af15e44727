//! The control plane as a program.

use std::{
    error::Error,
    fmt::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use sparki_control_plane::{
    Faults, Role, Secret, Server, Settings, Verdict, logging, openapi_yaml,
    service_account::{self, NewServiceAccount},
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

  Check that nobody altered the audit log:
    sparki-control-plane audit verify

  Describe the API, for tools that read OpenAPI:
    sparki-control-plane openapi > openapi.yaml
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
    Serve(Serve),
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
    /// Looks after the audit log.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Prints the description of the API as OpenAPI 3.1 in YAML.
    Openapi,
}

#[derive(Args)]
struct DatabaseUrl {
    /// Database: sqlite://path/to/file.db, sqlite::memory: to forget everything at the end, or
    /// postgres://user@host/name, which several servers may share.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://sparki.db", hide_env_values = true)]
    database: String,
}

#[derive(Args)]
struct Serve {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, env = "SPARKI_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[command(flatten)]
    database: DatabaseUrl,
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
    /// Lets anyone make the server misbehave at /_faults. For tests only.
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
enum AuditCommand {
    /// Checks the chain of hashes from the first line to the last.
    Verify {
        #[command(flatten)]
        database: DatabaseUrl,
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
    logging::install();
    match run(Arguments::parse()).await {
        Ok(code) => code,
        Err(error) => {
            let mut message = format!("error: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                let _ = write!(message, ": {cause}");
                source = cause.source();
            }
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn Error>> {
    match arguments.command {
        Command::Serve(flags) => serve(flags).await,
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
        Command::User { command: UserCommand::Create { database, email, name, password_file } } => {
            let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or(&email).to_owned());
            let user = NewUser { email, name, password: read_secret(&password_file)? };
            let id = user::create(&database.database, &user).await?;
            show(&format!("user_id={id}\n"))?;
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

/// Reads a secret from a file, without the end of its line.
fn read_secret(path: &Path) -> Result<Secret, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("failed to read the password file {}: {error}", path.display()))?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

async fn serve(flags: Serve) -> Result<ExitCode, Box<dyn Error>> {
    let bootstrap_password = flags.bootstrap_password_file.as_deref().map(read_secret).transpose()?;
    // Installed before listening: a signal sent as soon as the ready file is there must not be missed.
    let stop = stop_signal()?;
    let running = Server::start(Settings {
        listen: flags.listen,
        database: flags.database.database,
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
        faults: if flags.enable_faults { Faults::Enabled } else { Faults::Disabled },
        ..Settings::default()
    })
    .await?;
    if let Some(key) = &running.generated_api_key {
        eprintln!("This API key is shown once and opens everything: {key}");
    }
    tracing::info!(component = "server", url = running.url, "listening");
    stop.await;
    tracing::info!(component = "server", "stopping");
    running.stop().await;
    Ok(ExitCode::SUCCESS)
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

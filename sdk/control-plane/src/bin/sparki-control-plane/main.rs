//! The control plane as a program.

mod arguments;
mod signals;

use std::{convert::Infallible, error::Error, fmt::Write as _, path::Path, process::ExitCode};

use clap::Parser;
use sparki_control_plane::{
    Faults, PrimaryRegion, RegionRole, Running, Scripts, Secret, Server, Settings, TlsFiles, Verdict,
    generate_key, generate_kms_key, logging, openapi_yaml, promote_region, rewrap_keys,
    service_account::{self, NewServiceAccount},
    signing_keys,
    user::{self, NewUser},
    verify_audit_log,
};

use crate::{
    arguments::{
        API_KEY_VARIABLE, Arguments, AuditCommand, Command, KeysCommand, RegionCommand, Serve,
        ServiceAccountCommand, UserCommand,
    },
    signals::{HangUps, stop_signal},
};

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
        Command::Keys { command: KeysCommand::Generate { kms: None } } => {
            show(&generate_key())?;
            show("\n")?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Keys { command: KeysCommand::Generate { kms: Some(key) } } => {
            show(&format!("{}\n", generate_kms_key(&key).await?))?;
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
        quotas: flags.quotas,
        connections_per_address: flags.connections_per_address,
        trusted_proxies: flags.trusted_proxies,
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

fn show(text: &str) -> std::io::Result<()> {
    std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes())
}

//! The stand-in for AWS as a program.

use std::{
    error::Error,
    fmt::Write as _,
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};
use jiff::Timestamp;
use sparki_aws_sim::{Settings, start};
use tokio::signal::unix::{SignalKind, signal};

const EXAMPLES: &str = "\
Examples:
  Play AWS at 600 times its speed, so that a cluster takes a second:
    sparki-aws-sim serve --listen 127.0.0.1:4510 --time-scale 600 \\
      --models .work/python/lib/python3.*/site-packages/botocore/data

  The same, with moto for every other service:
    moto_server -H 127.0.0.1 -p 5000 &
    sparki-aws-sim serve --moto http://127.0.0.1:5000 --models <botocore/data>

  Ask it something:
    AWS_ENDPOINT_URL=http://127.0.0.1:4510 aws eks list-clusters

  Let one request in twenty be throttled, and look at what came of it:
    curl -X PUT 127.0.0.1:4510/_sim/faults -d '[{\"kind\": \"throttle\", \"probability\": 0.05}]'
    curl 127.0.0.1:4510/_sim/counts

  With --time-scale 0 time stands still until it is told to go on:
    curl -X POST 127.0.0.1:4510/_sim/clock/advance -d '{\"seconds\": 600}'
";

/// Stands in for AWS: EKS, RDS and ElastiCache with their lifecycles, Service Quotas, and every other service from moto. It
/// is not AWS.
#[derive(Parser)]
#[command(name = "sparki-aws-sim", version, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answers requests until SIGTERM or SIGINT.
    #[command(after_help = EXAMPLES)]
    Serve(Serve),
}

#[derive(Args)]
struct Serve {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:4510")]
    listen: SocketAddr,
    /// File that receives the base URL once the stand-in listens.
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
    /// How many times as fast as usual time runs; at 0 it stands still, and only the admin API moves it.
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR", value_parser = time_scale)]
    time_scale: f64,
    /// What faults and identifiers depend on: the same seed and the same calls give the same ones.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Botocore's folder of service models: scripts/python-tools installs one at
    /// .work/python/lib/python3.*/site-packages/botocore/data.
    #[arg(long, env = "SPARKI_AWS_SIM_MODELS", value_name = "FOLDER")]
    models: PathBuf,
    /// Base URL of moto, which gets the requests for every other service.
    #[arg(long, value_name = "URL")]
    moto: Option<String>,
    /// The account that everything belongs to.
    #[arg(long, default_value = "123456789012", value_name = "ID")]
    account: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { command: Command::Serve(flags) } = Arguments::parse();
    match serve(flags).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if even this fails.
            let _ = writeln!(io::stderr(), "error: {}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

async fn serve(flags: Serve) -> Result<(), Box<dyn Error>> {
    // Installed before listening: a signal sent as soon as the ready file is there must not be missed.
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut settings = Settings::new(flags.models);
    settings.listen = flags.listen;
    settings.ready_file = flags.ready_file;
    settings.time_scale = flags.time_scale;
    settings.seed = flags.seed;
    settings.moto = flags.moto;
    settings.account = flags.account;
    settings.origin = Timestamp::from_second(Timestamp::now().as_second())?;
    let running = start(settings).await?;
    writeln!(io::stderr(), "AWS is played at {}", running.url())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    running.stop().await;
    Ok(())
}

fn time_scale(text: &str) -> Result<f64, String> {
    let scale: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    if scale.is_finite() && scale >= 0.0 { Ok(scale) } else { Err("it has to be 0 or more".to_owned()) }
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(text, ": {error}");
        source = error.source();
    }
    text
}

//! The real executable, from its start to its exit.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tfplugin6::v6::get_states;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;
use tonic::Code;

use acceptance::{Connector, Plugin, built};

/// Longer than anything may take on a busy machine.
const LONG: Duration = Duration::from_secs(30);

fn executable() -> PathBuf {
    built("terraform-provider-sparki")
}

fn command(program: &Path) -> Command {
    Plugin::command(program)
}

async fn run(arguments: &[&str]) -> Output {
    timeout(LONG, command(&executable()).args(arguments).output()).await.unwrap().unwrap()
}

async fn answers(connector: &Connector) -> bool {
    let Ok(mut provider) = connector.provider().await else { return false };
    let answer = provider.get_states(get_states::Request::default()).await;
    answer.is_err_and(|refused| refused.code() == Code::Unimplemented)
}

#[tokio::test]
async fn a_person_is_told_what_this_is() {
    let output = run(&[]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8(output.stderr).unwrap().contains("required_providers"));
}

#[tokio::test]
async fn help_and_version_are_answered() {
    let help = run(&["--help"]).await;
    assert!(help.status.success() && String::from_utf8(help.stdout).unwrap().contains("--debug"));
    let version = run(&["--version"]).await;
    let expected = concat!("terraform-provider-sparki v", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(String::from_utf8(version.stdout).unwrap(), expected);
}

#[tokio::test]
async fn an_argument_that_means_nothing_is_refused() {
    let output = run(&["plan"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("\"plan\""));
}

#[tokio::test]
async fn a_host_certificate_that_is_none_is_refused() {
    let mut command = command(&executable());
    let output = command
        .env(Plugin::COOKIE.0, Plugin::COOKIE.1)
        .env("PLUGIN_CLIENT_CERT", "x")
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("PLUGIN_CLIENT_CERT"));
}

#[tokio::test]
async fn one_line_says_where_and_who() {
    let mut plugin = Plugin::start(&executable()).await;
    let parts = plugin.parts();
    assert_eq!((parts.len(), parts[0], parts[1], parts[2], parts[4]), (6, "1", "6", "unix", "grpc"));
    assert!(parts[3].contains("/plugin") && Path::new(parts[3]).exists());
    assert!(!parts[5].contains('='));
    assert!(answers(&plugin.connector()).await);
    plugin.shut_down().await;
    let mut rest = String::new();
    plugin.stdout.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "");
}

#[tokio::test]
async fn a_shutdown_ends_it_in_time_and_without_a_trace() {
    let mut plugin = Plugin::start(&executable()).await;
    let idle = plugin.connector().channel().await.unwrap();
    let mut output = tfplugin6::plugin::grpc_stdio_client::GrpcStdioClient::new(idle);
    let _open = output.stream_stdio(()).await.unwrap();
    assert!(plugin.shut_down().await.success());
    assert!(!plugin.socket().exists());
    assert_eq!(plugin.stderr().await, "");
}

#[tokio::test]
async fn an_interrupt_is_for_terraform() {
    let mut plugin = Plugin::start_with(&executable(), |command| _ = command.env("TF_LOG", "debug")).await;
    plugin.signal(Signal::SIGINT);
    assert!(answers(&plugin.connector()).await);
    assert!(plugin.shut_down().await.success());
    let log = plugin.stderr().await;
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["@message"].as_str().unwrap().contains("interrupt")), "{log}");
}

#[tokio::test]
async fn a_termination_ends_it_when_nothing_runs() {
    let mut plugin = Plugin::start(&executable()).await;
    plugin.signal(Signal::SIGTERM);
    assert!(timeout(LONG, plugin.child.wait()).await.unwrap().unwrap().success());
    assert!(!plugin.socket().exists());
}

#[tokio::test]
async fn it_ends_when_terraform_is_gone() {
    // The shell is the parent until its input ends.
    let mut shell = command(Path::new("sh"));
    shell.args(["-c", "\"$0\" & read -r _"]).arg(executable());
    let mut plugin = Plugin::start_by(shell, |_| {}).await;
    assert!(answers(&plugin.connector()).await);
    drop(plugin.child.stdin.take());
    let mut rest = String::new();
    timeout(LONG, plugin.stdout.read_to_string(&mut rest)).await.unwrap().unwrap();
    assert!(!plugin.socket().exists());
}

#[tokio::test]
async fn in_debug_mode_it_says_how_to_reach_it_and_ends_on_an_interrupt() {
    let mut child = command(&executable()).arg("--debug").spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let variable = loop {
        let line = timeout(LONG, lines.next_line()).await.unwrap().unwrap().expect("prints the variable");
        if let Some((_, value)) = line.split_once("TF_REATTACH_PROVIDERS='") {
            break value.trim_end_matches('\'').to_owned();
        }
    };
    let variable: serde_json::Value = serde_json::from_str(&variable).unwrap();
    let provider = &variable["registry.terraform.io/sparki-io/sparki"];
    assert_eq!(provider["Pid"], child.id().unwrap());
    let socket = PathBuf::from(provider["Addr"]["String"].as_str().unwrap());
    assert!(answers(&Connector::plaintext(&socket)).await);
    kill(Pid::from_raw(child.id().unwrap().try_into().unwrap()), Signal::SIGINT).unwrap();
    assert!(timeout(LONG, child.wait()).await.unwrap().unwrap().success());
    assert!(!socket.exists());
}

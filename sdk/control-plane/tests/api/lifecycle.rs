//! Starting, stopping, and the program around it.

use std::process::{Command, Output};

use serde_json::json;
use sparki_control_plane::{Faults, Server, Settings, StartError};
use tempfile::TempDir;

use crate::world::{KEY, World, send, send_beyond_contract};

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sparki-control-plane"))
        .args(arguments)
        .env_remove("SPARKI_BOOTSTRAP_API_KEY")
        .env_remove("RUST_LOG")
        .output()
        .unwrap()
}

fn memory() -> Settings {
    Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        database: "sqlite::memory:".into(),
        bootstrap_api_key: Some(KEY.into()),
        ..Settings::default()
    }
}

#[tokio::test]
async fn a_taken_port_is_said_and_exits_with_1() {
    let world = World::new().await;
    let address = world.running.url.strip_prefix("http://").unwrap();
    let output = program(&["serve", "--listen", address, "--database", "sqlite::memory:"]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains(address) && message.contains("already in use"), "{message}");
    let refused = Server::start(Settings { listen: address.parse().unwrap(), ..memory() }).await;
    assert!(matches!(refused, Err(StartError::AddressTaken { .. })));
}

#[test]
fn a_database_that_cannot_be_opened_is_said_and_exits_with_1() {
    for database in ["sqlite:///no/such/directory/sparki.db", "postgres://localhost/x"] {
        let output = program(&["serve", "--listen", "127.0.0.1:0", "--database", database]);
        assert_eq!(output.status.code(), Some(1), "{database}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains("error: ") && message.contains("database"), "{message}");
    }
}

#[test]
fn help_shows_examples() {
    let output = program(&["--help"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Examples:") && text.contains("sparki-control-plane serve"), "{text}");
}

#[tokio::test]
async fn a_database_in_memory_works_the_same() {
    let running = Server::start(memory()).await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{}/api/v1/workspaces", running.url)).header("x-api-key", KEY);
    send(request.header("idempotency-key", "k").json(&json!({"name": "acme"}))).await.expect(201);
    running.stop().await;
}

#[tokio::test]
async fn an_empty_database_gets_a_key_once() {
    let directory = TempDir::new().unwrap();
    let database = format!("sqlite://{}/sparki.db", directory.path().display());
    let settings = Settings { database, bootstrap_api_key: None, ..memory() };
    let running = Server::start(settings.clone()).await.unwrap();
    let key = running.generated_api_key.clone().unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let me = client.get(format!("{}/api/v1/me", running.url)).header("x-api-key", &key);
    send(me).await.expect(200);
    running.stop().await;
    let again = Server::start(settings.clone()).await.unwrap();
    assert_eq!(again.generated_api_key, None);
    let me = client.get(format!("{}/api/v1/me", again.url)).header("x-api-key", &key);
    send(me).await.expect(200);
    again.stop().await;
    // A key with the same id and another secret is a mistake, not a second key.
    let id = key.split('_').nth(1).unwrap();
    let conflicting =
        Settings { bootstrap_api_key: Some(format!("spk_{id}_other").as_str().into()), ..settings };
    assert!(matches!(Server::start(conflicting).await, Err(StartError::Bootstrap(_))));
}

#[tokio::test]
async fn the_ready_file_has_the_url() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("ready");
    let running = Server::start(Settings { ready_file: Some(path.clone()), ..memory() }).await.unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), running.url);
    running.stop().await;
    let missing = directory.path().join("no/such/ready");
    let refused = Server::start(Settings { ready_file: Some(missing), ..memory() }).await;
    assert!(matches!(refused, Err(StartError::ReadyFile { .. })));
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_the_database() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("sparki.db");
    let settings = Settings { database: format!("sqlite://{}", path.display()), ..memory() };
    let running = Server::start(settings).await.unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions());
    running.stop().await;
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_lets_requests_in_flight_finish() {
    let world = World::with(|settings| settings.faults = Faults::Enabled).await;
    let rules = json!({"rules": [{"method": "POST", "path_prefix": "/workspaces", "delay_ms": 500}]});
    send_beyond_contract(world.root("PUT", "/_faults").json(&rules)).await.expect(200);
    let request = world.admin().request("POST", "/workspaces").header("idempotency-key", "k");
    let request = request.json(&json!({"name": "acme"}));
    let in_flight = tokio::spawn(async move { request.send().await.unwrap().status().as_u16() });
    // The rule is used up as soon as the request has arrived.
    while send_beyond_contract(world.root("GET", "/_faults")).await.body["rules"][0]["remaining"] != 0 {
        tokio::task::yield_now().await;
    }
    let url = world.running.url.clone();
    world.running.stop().await;
    assert_eq!(in_flight.await.unwrap(), 201);
    assert!(reqwest::get(url).await.is_err());
}

#[cfg(unix)]
#[test]
fn a_signal_stops_the_program_and_its_log_is_json() {
    use std::io::Read;

    let directory = TempDir::new().unwrap();
    let ready = directory.path().join("ready");
    let mut child = Command::new(env!("CARGO_BIN_EXE_sparki-control-plane"))
        .args(["serve", "--listen", "127.0.0.1:0", "--database", "sqlite::memory:", "--ready-file"])
        .arg(&ready)
        .env("SPARKI_BOOTSTRAP_API_KEY", KEY)
        .env_remove("RUST_LOG")
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    while !ready.exists() {
        assert!(child.try_wait().unwrap().is_none(), "the program ended early");
        std::thread::yield_now();
    }
    let killed = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success());
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(child.wait().unwrap().success());
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["service"], "sparki-control-plane");
    }
    assert!(log.contains("listening") && log.contains("stopping") && !log.contains(KEY), "{log}");
}

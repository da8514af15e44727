//! A server that is killed, not stopped.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use reqwest::Client;
use serde_json::json;
use sparki_control_plane::{Verdict, verify_audit_log};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::{
    delivery::Place,
    promoting,
    receiver::Receiver,
    world::{KEY, World, send},
};

/// A server in a process of its own.
struct Process {
    child: Child,
    url: String,
}

impl Process {
    fn start(world: &World, directory: &Path) -> Self {
        let ready = directory.join("ready");
        let _ = std::fs::remove_file(&ready);
        let mut child = Command::new(env!("CARGO_BIN_EXE_sparki-control-plane"))
            .args(["serve", "--listen", "127.0.0.1:0", "--rate-limit-per-hour", "0", "--ready-file"])
            .arg(&ready)
            .env("DATABASE_URL", &world.database)
            .envs(world.key_file.iter().map(|path| ("SPARKI_ENCRYPTION_KEY_FILE", path)))
            .env("SPARKI_BOOTSTRAP_API_KEY", KEY)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let url = loop {
            if let Ok(url) = std::fs::read_to_string(&ready) {
                break url;
            }
            assert!(child.try_wait().unwrap().is_none(), "the program ended early");
            std::thread::yield_now();
        };
        Self { child, url }
    }

    /// SIGKILL: nothing is finished, nothing is closed.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_a_kill_in_the_middle_of_writes() {
    const WRITERS: usize = 8;
    const ENOUGH: usize = 60;
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await.id();
    let directory = TempDir::new().unwrap();
    let process = Process::start(&world, directory.path());
    let acknowledged: Arc<Mutex<Vec<String>>> = Arc::default();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (url, workspace, acknowledged) =
            (process.url.clone(), workspace.clone(), Arc::clone(&acknowledged));
        writers.spawn(async move {
            let client = Client::builder().no_proxy().build().unwrap();
            for index in 0.. {
                let name = format!("p{writer}-{index}");
                let body = json!({"workspace_id": workspace, "name": name, "git_url": "git@h:o/r"});
                let request = client.post(format!("{url}/api/v1/projects")).header("x-api-key", KEY);
                let Ok(created) = request.header("idempotency-key", &name).json(&body).send().await else {
                    return;
                };
                assert_eq!(created.status(), 201);
                acknowledged.lock().unwrap().push(created.headers()["location"].to_str().unwrap().to_owned());
            }
        });
    }
    while acknowledged.lock().unwrap().len() < ENOUGH {
        tokio::task::yield_now().await;
    }
    process.kill();
    writers.join_all().await;

    // The other server goes on at once: nothing the dead one held is in its way.
    world.admin().project(&workspace, "after").await;
    let acknowledged = acknowledged.lock().unwrap().clone();
    for location in &acknowledged {
        world.admin().get(location.strip_prefix("/api/v1").unwrap()).await.expect(200);
    }
    let lines = world.sql("SELECT id FROM audit_logs").await.len();
    assert!(lines > acknowledged.len(), "every one of {} objects has a line, of {lines}", acknowledged.len());
    let whole = Verdict::Whole { lines: u64::try_from(lines).unwrap() };
    assert_eq!(verify_audit_log(&world.database).await.unwrap(), whole);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deployment_goes_on_elsewhere_when_its_server_is_killed() {
    // Only the process works.
    let world = World::with(|settings| settings.workers = 0).await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({})).await;
    let release = place.release("v1").await;
    let asked = place.ask(&release).await.expect(202);
    let directory = TempDir::new().unwrap();
    receiver.close();
    let process = Process::start(&world, directory.path());
    receiver.called(1).await;
    process.kill();
    assert_eq!(place.read(&asked.id()).await.body["status"], "deploying");

    // The process went by today's date; once its claims have run out, another takes over.
    receiver.open();
    let other = world.twin_with(|settings| settings.workers = 2).await;
    world.advance(20 * 365 * 24 * 3600);
    let done = place.carry_out(asked).await;
    assert_eq!(done.body["status"], "success");
    let calls = receiver.calls();
    let keys: Vec<&str> = calls.iter().map(|call| call.header("idempotency-key")).collect();
    let key = format!("{}-1", done.id());
    assert_eq!(keys, [key.as_str(), key.as_str()]);
    assert!(matches!(verify_audit_log(&world.database).await.unwrap(), Verdict::Whole { .. }));
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_promotion_goes_on_elsewhere_when_its_server_is_killed() {
    // Only the process works.
    let world = World::with(|settings| settings.workers = 0).await;
    let receiver = Receiver::start().await;
    let place = promoting::place(&world, &receiver).await;
    let release = place.release("v1").await;
    let plan = place.plan(&release, "promote").await.expect(200).body;
    let directory = TempDir::new().unwrap();
    receiver.close();
    // The process goes by today's date, so it is also the one that is asked.
    let process = Process::start(&world, directory.path());
    let body = json!({
        "environment_id": place.environment, "release_id": release, "plan_digest": plan["digest"],
    });
    let request =
        Client::builder().no_proxy().build().unwrap().post(format!("{}/api/v1/promotions", process.url));
    let request = request.header("x-api-key", KEY).header("idempotency-key", "once").json(&body);
    let asked = send(request).await.expect(202);
    receiver.called(1).await;
    process.kill();
    let left = place.promotion(&asked.id()).await;
    assert_eq!(left.body["deployment_ids"].as_array().unwrap().len(), 1);

    receiver.open();
    let other = world.twin_with(|settings| settings.workers = 2).await;
    world.advance(20 * 365 * 24 * 3600);
    let done = place.ended(&asked).await;
    assert_eq!(done.body["status"], "succeeded");
    assert_eq!(receiver.versions(), ["v1", "v1"]);
    assert!(matches!(verify_audit_log(&world.database).await.unwrap(), Verdict::Whole { .. }));
    other.stop().await;
}

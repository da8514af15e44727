//! Requests made up from the OpenAPI document by schemathesis, none of which may find the server at fault.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};
use sparki_control_plane::{Running, Server, Settings, openapi_json};
use tempfile::TempDir;
use tokio::process::Command;

const KEY: &str = "spk_schemathesis_0123456789abcdef0123456789abcdef";
/// How many objects of each kind there are to begin with, because many of the requests delete.
const COUNT: usize = 4;
/// What is tried on every run. `coverage` tries every limit of every field as well, and takes tens of thousands of requests:
/// `SCHEMATHESIS_PHASES=coverage cargo test -p sparki-control-plane --test schemathesis`.
const PHASES: &str = "examples,fuzzing";
/// The run is bounded by the number of its requests.
const LONGEST: Duration = Duration::from_secs(600);

/// The database of `SPARKI_TEST_DATABASE`, or a new one in `directory`.
fn database(directory: &TempDir) -> String {
    let fallback = || format!("sqlite://{}/sparki.db", directory.path().display());
    std::env::var("SPARKI_TEST_DATABASE").unwrap_or_else(|_| fallback())
}

/// An encryption key, which PostgreSQL needs.
fn key_file(directory: &TempDir) -> PathBuf {
    let path = directory.path().join("encryption-key");
    std::fs::write(&path, "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=").unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    path
}

/// The program, from the Python environment of the checkout.
fn program() -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let program = checkout.join(".work/python/bin/schemathesis");
    assert!(program.exists(), "{} is missing: run `scripts/python-tools` first", program.display());
    program
}

/// Creates objects, and answers with their ids by collection.
async fn seed(running: &Running) -> Vec<(&'static str, Vec<String>)> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let create = async |collection: &str, body: Value| -> String {
        let request = client
            .post(format!("{}/api/v1/{collection}", running.url))
            .header("x-api-key", KEY)
            .header("idempotency-key", format!("{collection} {}", body["name"]).replace(' ', "-"));
        let response = request.json(&body).send().await.unwrap().error_for_status().unwrap();
        let object: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        object["id"].as_str().unwrap().to_owned()
    };
    let collections = ["workspaces", "projects", "pipelines", "environments", "deployment-targets"];
    let mut ids = collections.map(|collection| (collection, Vec::new()));
    let step = json!({"name": "make", "command": "make"});
    let configuration = json!({"version": "v1", "stages": [{"name": "build", "steps": [step]}]});
    for index in 0..COUNT {
        let name = format!("seed-{index}");
        let workspace = create("workspaces", json!({"name": name})).await;
        let body = json!({"workspace_id": workspace, "name": name, "git_url": "git@example.com:acme/web"});
        let project = create("projects", body).await;
        let body = json!({"project_id": project, "name": name, "configuration": configuration});
        let pipeline = create("pipelines", body).await;
        let environment = create("environments", json!({"project_id": project, "name": name})).await;
        let body = json!({
            "environment_id": environment, "name": name, "platform": "render", "settings": {"service_id": "srv"},
        });
        let target = create("deployment-targets", body).await;
        for ((_, ids), id) in ids.iter_mut().zip([workspace, project, pipeline, environment, target]) {
            ids.push(id);
        }
    }
    ids.to_vec()
}

/// The committed configuration, and for each collection the ids that paths may lead to.
fn configuration(ids: &[(&'static str, Vec<String>)]) -> String {
    let mut text = include_str!("schemathesis.toml").to_owned();
    for (collection, ids) in ids {
        let values = json!(ids);
        text.push_str(&format!(
            "\n[dictionaries.{collection}]\nvalues = {values}\n\n[[operations]]\n\
             include-path = \"/api/v1/{collection}/{{id}}\"\n\
             parameters = {{ \"path.id\" = {{ dictionary = \"{collection}\", probability = 0.8 }} }}\n"
        ));
    }
    text
}

#[ignore = "takes minutes, and still finds fault with kinds that are new: run with --ignored"]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_made_up_from_the_document_finds_the_server_at_fault() {
    let program = program();
    let directory = TempDir::new().unwrap();
    let running = Server::start(Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        database: database(&directory),
        encryption_key_file: Some(key_file(&directory)),
        bootstrap_api_key: Some(KEY.into()),
        rate_limit_per_hour: 0,
        ..Settings::default()
    })
    .await
    .unwrap();
    let settings = directory.path().join("schemathesis.toml");
    std::fs::write(&settings, configuration(&seed(&running).await)).unwrap();

    let mut command = Command::new(program);
    command
        .arg("--config-file")
        .arg(&settings)
        .args(["run", &format!("{}/openapi.json", running.url), "--url", &running.url])
        .args(["--phases", &std::env::var("SCHEMATHESIS_PHASES").unwrap_or_else(|_| PHASES.to_owned())])
        .env("SPARKI_API_KEY", KEY)
        .env("NO_PROXY", "127.0.0.1")
        .current_dir(directory.path())
        .kill_on_drop(true);
    let output = tokio::time::timeout(LONGEST, command.output()).await.expect("schemathesis ends").unwrap();
    running.stop().await;
    let report = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{report}\n{errors}");
    let document: Value = serde_json::from_str(openapi_json()).unwrap();
    let methods = document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len());
    // The operation that the document was read from is not tried.
    let count = methods.sum::<usize>() - 1;
    assert!(report.contains(&format!("Tested: {count}\n")), "not every operation was tried:\n{report}");
}

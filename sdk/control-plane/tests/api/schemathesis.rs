//! Requests made up from the OpenAPI document by schemathesis, none of which may find the server at fault.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};
use sparki_control_plane::openapi_json;
use tempfile::TempDir;
use tokio::process::Command;

use crate::{
    furniture::furnished,
    world::{KEY, World},
};

/// How many objects of each kind there are to begin with, because many of the requests delete.
const COUNT: usize = 4;
/// What is tried on every run. `coverage` tries every limit of every field as well, and takes tens of thousands of requests:
/// `SCHEMATHESIS_PHASES=coverage cargo test -p sparki-control-plane --test api schemathesis`.
const PHASES: &str = "examples,fuzzing";
/// How many requests are on their way at once: alone, most of the time is spent waiting.
const WORKERS: &str = "4";
/// The run is bounded by the number of its requests.
const LONGEST: Duration = Duration::from_secs(900);
/// Which collections a request names objects of, by field.
const PARENTS: [(&str, &str); 8] = [
    ("workspace_id", "workspaces"),
    ("project_id", "projects"),
    ("pipeline_id", "pipelines"),
    ("environment_id", "environments"),
    ("release_id", "releases"),
    ("team_id", "teams"),
    ("service_account_id", "service-accounts"),
    ("variable_set_id", "variable-sets"),
];

/// The program, from the Python environment of the checkout.
fn program() -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let program = checkout.join(".work/python/bin/schemathesis");
    assert!(program.exists(), "{} is missing: run `scripts/python-tools` first", program.display());
    program
}

/// Some ids of each collection.
async fn seed(world: &World) -> BTreeMap<&'static str, Vec<String>> {
    let mut ids: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for index in 0..COUNT {
        for (collection, (id, _)) in furnished(&world.admin(), &format!("seed-{index}")).await {
            ids.entry(collection).or_default().push(id);
        }
    }
    ids
}

/// The committed configuration, the ids that paths may lead to, and those that fields may name.
fn configuration(ids: &BTreeMap<&'static str, Vec<String>>, document: &Value) -> String {
    let (mut fields, mut rest) = (String::new(), String::new());
    for (field, collection) in PARENTS {
        let binding = format!("{{ dictionary = \"{collection}\", probability = 0.7 }}");
        fields.push_str(&format!("\"body.{field}\" = {binding}\n\"query.{field}\" = {binding}\n"));
    }
    for (collection, ids) in ids {
        let values = json!(ids);
        rest.push_str(&format!("\n[dictionaries.{collection}]\nvalues = {values}\n"));
        let start = format!("/api/v1/{collection}/{{id}}");
        for path in document["paths"].as_object().unwrap().keys().filter(|path| path.starts_with(&start)) {
            rest.push_str(&format!(
                "\n[[operations]]\ninclude-path = \"{path}\"\n\
                 parameters = {{ \"path.id\" = {{ dictionary = \"{collection}\", probability = 0.8 }} }}\n"
            ));
        }
    }
    let committed =
        include_str!("schemathesis.toml").replacen("[parameters]\n", &format!("[parameters]\n{fields}"), 1);
    committed + &rest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_made_up_from_the_document_finds_the_server_at_fault() {
    let program = program();
    let directory = TempDir::new().unwrap();
    let world = World::new().await;
    let document: Value = serde_json::from_str(openapi_json()).unwrap();
    let settings = directory.path().join("schemathesis.toml");
    std::fs::write(&settings, configuration(&seed(&world).await, &document)).unwrap();

    let url = &world.running.url;
    let mut command = Command::new(program);
    command
        .arg("--config-file")
        .arg(&settings)
        .args(["run", &format!("{url}/openapi.json"), "--url", url])
        .args(["--workers", WORKERS])
        .args(["--phases", &std::env::var("SCHEMATHESIS_PHASES").unwrap_or_else(|_| PHASES.to_owned())])
        .env("SPARKI_API_KEY", KEY)
        .env("NO_PROXY", "127.0.0.1")
        .current_dir(directory.path())
        .kill_on_drop(true);
    let output = tokio::time::timeout(LONGEST, command.output()).await.expect("schemathesis ends").unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{report}\n{errors}");
    let methods = document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len());
    // The operation that the document was read from is not tried.
    let count = methods.sum::<usize>() - 1;
    assert!(report.contains(&format!("Tested: {count}\n")), "not every operation was tried:\n{report}");
}

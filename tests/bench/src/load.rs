//! The control plane under load by wrk, on SQLite and on a PostgreSQL that flushes to disk as it comes.

use std::path::Path;
use std::process::Command;

use acceptance::ControlPlane;
use postgres_server::{Durability, PostgresServer};
use serde_json::{Value, json};

use crate::table::Table;

/// How many pipelines are read and changed.
const OBJECTS: usize = 1_000;
const SECONDS: u32 = 10;
const CONNECTIONS: u32 = 16;

/// Each load, by the name the script knows it by.
const LOADS: [(&str, &str); 3] = [
    ("reads", "reads of one pipeline"),
    ("mixed", "nine such reads to one change"),
    ("batch", "batch reads of 200 pipelines"),
];

pub(crate) fn measure(table: &mut Table) {
    let postgres = PostgresServer::start(Durability::Durable);
    let servers = [
        ("SQLite", ControlPlane::start()),
        ("PostgreSQL", ControlPlane::start_on(&postgres.create_database())),
    ];
    for (database, server) in &servers {
        let folder = tempfile::tempdir().expect("there is room for a list");
        let ids = folder.path().join("ids");
        std::fs::write(&ids, fill(server).join("\n")).expect("there is room for a list");
        for (load, what) in LOADS {
            let result = run(server, load, &ids);
            let number = |name: &str| result[name].as_f64().unwrap_or(f64::NAN);
            let rate = number("requests") / (number("microseconds") / 1e6);
            let latency =
                ["p50", "p95", "p99"].map(|name| format!("{:.1}", number(name) / 1000.0)).join(" / ");
            let command = format!("wrk -t2 -c{CONNECTIONS} -d{SECONDS}s -s tests/bench/load.lua");
            table.row([&format!("{database}: {what}"), &format!("{rate:.0}/s"), "", &command]);
            table.row(["  p50 / p95 / p99", &format!("{latency} ms"), "p95 < 50 ms", ""]);
            let failures = number("failures");
            if failures > 0.0 {
                table.row(["  failed requests", &format!("{failures}"), "0", ""]);
            }
        }
    }
}

/// Makes the objects and answers with their ids.
fn fill(server: &ControlPlane) -> Vec<String> {
    let id = |object: &Value| object["id"].as_str().expect("an object has an id").to_owned();
    let workspace = id(&server.create("workspaces", &json!({"name": "load"})));
    let project = json!({"workspace_id": workspace, "name": "web", "git_url": "https://github.com/acme/web"});
    let project = id(&server.create("projects", &project));
    let steps = json!([{"name": "make", "command": "make"}, {"name": "test", "command": "make test"}]);
    let configuration = json!({"version": "v1", "stages": [{"name": "build", "steps": steps}]});
    let pipeline = |number| {
        let body =
            json!({"project_id": project, "name": format!("p{number}"), "configuration": configuration});
        id(&server.create("pipelines", &body))
    };
    (0..OBJECTS).map(pipeline).collect()
}

fn run(server: &ControlPlane, load: &str, ids: &Path) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("load.lua");
    let output = Command::new("wrk")
        .args(["-t2", &format!("-c{CONNECTIONS}"), &format!("-d{SECONDS}s"), "-s"])
        .arg(script)
        .arg(server.endpoint())
        .env("LOAD", load)
        .env("IDS", ids)
        .env("API_KEY", server.api_key())
        .output()
        .expect("wrk is on the path: scripts/wrk");
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find(|line| line.starts_with('{'));
    let line = line.unwrap_or_else(|| panic!("wrk says: {text}{}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(line).expect("the script prints JSON")
}

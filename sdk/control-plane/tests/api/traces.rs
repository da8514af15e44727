//! Traces, as a collector gets them, and the log lines that go with them.

use std::{
    path::Path,
    process::{Child, Command},
    sync::{Arc, Mutex},
};

use axum::{Router, body::Bytes, extract::State, routing::post};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::any_value::Value as Attribute,
    trace::v1::{Span, span::SpanKind},
};
use prost::Message as _;
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::world::{KEY, ON_POSTGRES, World, send};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// An OpenTelemetry collector: keeps the spans it is sent.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Span>>>);

impl Collector {
    /// Starts one and answers with its base URL.
    async fn start(&self) -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/traces", post(collect)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        url
    }

    fn spans(&self, name: &str) -> Vec<Span> {
        self.0.lock().unwrap().iter().filter(|span| span.name == name).cloned().collect()
    }
}

async fn collect(State(collector): State<Collector>, body: Bytes) {
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    let spans = request.resource_spans.into_iter().flat_map(|of| of.scope_spans).flat_map(|of| of.spans);
    collector.0.lock().unwrap().extend(spans);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attribute(span: &Span, name: &str) -> Value {
    let found = span.attributes.iter().find(|attribute| attribute.key == name);
    match found.and_then(|attribute| attribute.value.clone()?.value) {
        Some(Attribute::StringValue(text)) => json!(text),
        Some(Attribute::IntValue(number)) => json!(number),
        other => panic!("{name} is {other:?} in {span:?}"),
    }
}

/// A server in a process of its own, whose log goes to a file.
fn start(world: &World, directory: &Path, collector: &str) -> (Child, String) {
    let ready = directory.join("ready");
    let mut child = Command::new(env!("CARGO_BIN_EXE_sparki-control-plane"))
        .args(["serve", "--listen", "127.0.0.1:0", "--otlp-endpoint", collector, "--ready-file"])
        .arg(&ready)
        .env("DATABASE_URL", &world.database)
        .envs(world.key_file.iter().map(|path| ("SPARKI_ENCRYPTION_KEY_FILE", path)))
        .env("SPARKI_BOOTSTRAP_API_KEY", KEY)
        .stderr(std::fs::File::create(directory.join("log")).unwrap())
        .spawn()
        .unwrap();
    loop {
        if let Ok(url) = std::fs::read_to_string(&ready) {
            return (child, url);
        }
        assert!(child.try_wait().unwrap().is_none(), "the program ended early");
        std::thread::yield_now();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_a_span_of_the_trace_of_its_client() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await;
    let (collector, directory) = (Collector::default(), TempDir::new().unwrap());
    let (mut child, url) = start(&world, directory.path(), &collector.start().await);
    let client = Client::builder().no_proxy().build().unwrap();
    let path = format!("/api/v1/workspaces/{}", workspace.id());
    let patch =
        client.patch(format!("{url}{path}")).header("x-api-key", KEY).header("if-match", workspace.etag());
    let patch =
        patch.header("traceparent", format!("00-{TRACE}-{PARENT}-01")).header("x-correlation-id", "abc");
    send(patch.json(&json!({"description": "d"}))).await.expect(200);
    send(client.get(format!("{url}/api/v1/me"))).await.expect(401);
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGTERM).unwrap();
    assert!(tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap().success());

    let spans = collector.spans("PATCH /api/v1/workspaces/{id}");
    let [span] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!((hex(&span.trace_id).as_str(), hex(&span.parent_span_id).as_str()), (TRACE, PARENT));
    assert_eq!(span.kind(), SpanKind::Server);
    let database = if ON_POSTGRES { "postgresql" } else { "sqlite" };
    for (name, value) in [
        ("http.request.method", json!("PATCH")),
        ("http.route", json!("/api/v1/workspaces/{id}")),
        ("http.response.status_code", json!(200)),
        ("url.path", json!(path)),
        ("correlation_id", json!("abc")),
        ("db.system", json!(database)),
    ] {
        assert_eq!(attribute(span, name), value, "{name}");
    }
    let turns = collector.spans("turn to write");
    let of_request = turns.iter().filter(|turn| turn.parent_span_id == span.span_id).count();
    assert_eq!(of_request, 1, "waiting for the turn to write is a part of it: {turns:?}");
    let others = collector.spans("GET /api/v1/me");
    assert!(others.len() == 1 && hex(&others[0].trace_id) != TRACE && others[0].parent_span_id.is_empty());

    let log = std::fs::read_to_string(directory.path().join("log")).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = lines.iter().find(|line| line["correlation_id"] == "abc").unwrap();
    assert_eq!((&line["trace_id"], &line["span_id"]), (&json!(TRACE), &json!(hex(&span.span_id))));
}

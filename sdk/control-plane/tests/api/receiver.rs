//! Something that is deployed to: it takes webhooks, and is as healthy as what it was given last.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use serde_json::Value;
use tokio::sync::watch;

/// A call as it came.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Call {
    pub(crate) fn version(&self) -> &str {
        self.body["release"]["version"].as_str().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

#[derive(Default)]
struct Seen {
    calls: Vec<Call>,
    /// What to answer to calls, first come first; 204 when there is nothing left.
    answers: Vec<u16>,
    /// What to answer to health checks while a version is there; 200 for the others.
    health: BTreeMap<String, u16>,
}

pub(crate) struct Receiver {
    pub(crate) url: String,
    seen: Arc<Mutex<Seen>>,
    gate: watch::Sender<Gate>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gate {
    Open,
    Closed,
}

#[derive(Clone)]
struct Shared {
    seen: Arc<Mutex<Seen>>,
    gate: watch::Receiver<Gate>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let (sender, gate) = watch::channel(Gate::Open);
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let shared = Shared { seen: Arc::clone(&seen), gate };
        let router =
            Router::new().route("/deploy", post(deploy)).route("/health", get(health)).with_state(shared);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, seen, gate: sender }
    }

    /// Calls that come now are taken and not answered until the gate is opened.
    pub(crate) fn close(&self) {
        self.gate.send_replace(Gate::Closed);
    }

    pub(crate) fn open(&self) {
        self.gate.send_replace(Gate::Open);
    }

    pub(crate) fn answer(&self, statuses: &[u16]) {
        self.seen.lock().unwrap().answers = statuses.to_vec();
    }

    /// What health checks are answered while this version is there.
    pub(crate) fn health_of(&self, version: &str, status: u16) {
        self.seen.lock().unwrap().health.insert(version.to_owned(), status);
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.seen.lock().unwrap().calls.clone()
    }

    pub(crate) fn versions(&self) -> Vec<String> {
        self.calls().iter().map(|call| call.version().to_owned()).collect()
    }

    /// Returns once so many calls have come.
    pub(crate) async fn called(&self, times: usize) {
        while self.calls().len() < times {
            tokio::task::yield_now().await;
        }
    }
}

async fn deploy(State(mut shared): State<Shared>, headers: HeaderMap, text: String) -> StatusCode {
    let body = serde_json::from_str(&text).unwrap();
    let status = {
        let mut seen = shared.seen.lock().unwrap();
        seen.calls.push(Call { headers, text, body });
        if seen.answers.is_empty() { 204 } else { seen.answers.remove(0) }
    };
    shared.gate.wait_for(|gate| *gate == Gate::Open).await.unwrap();
    StatusCode::from_u16(status).unwrap()
}

async fn health(State(shared): State<Shared>) -> StatusCode {
    let seen = shared.seen.lock().unwrap();
    let version = seen.calls.last().map(Call::version).unwrap_or_default();
    StatusCode::from_u16(seen.health.get(version).copied().unwrap_or(200)).unwrap()
}

//! Somebody who is sent things over HTTP.

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde_json::Value;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::AbortHandle,
    time::{Duration, timeout},
};

/// What came.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

/// A server on loopback that keeps what it is sent and answers as it is told.
pub(crate) struct Inbox {
    pub(crate) url: String,
    answer: Arc<AtomicU16>,
    received: UnboundedReceiver<Received>,
    task: AbortHandle,
}

impl Inbox {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (sender, received) = unbounded_channel();
        let answer = Arc::new(AtomicU16::new(200));
        let router = Router::new().fallback(receive).with_state((sender, Arc::clone(&answer)));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }).abort_handle();
        Self { url, answer, received, task }
    }

    /// Answers with this status from now on.
    pub(crate) fn answer(&self, status: u16) {
        self.answer.store(status, Ordering::SeqCst);
    }

    pub(crate) async fn next(&mut self) -> Received {
        timeout(Duration::from_secs(20), self.received.recv()).await.expect("something is sent").unwrap()
    }

    /// Whether something came that nobody has looked at.
    pub(crate) fn has_more(&mut self) -> bool {
        self.received.try_recv().is_ok()
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn receive(
    State((sender, answer)): State<(UnboundedSender<Received>, Arc<AtomicU16>)>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let text = String::from_utf8(body.to_vec()).unwrap();
    let body = serde_json::from_str(&text).unwrap_or_default();
    let _ = sender.send(Received { headers, text, body });
    StatusCode::from_u16(answer.load(Ordering::SeqCst)).unwrap()
}

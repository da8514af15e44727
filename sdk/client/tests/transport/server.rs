//! A server that answers by script and remembers what it was asked.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Barrier, watch};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Answers.
    Answer { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    /// Closes the connection without an answer.
    Drop,
    /// Sends these bytes and closes the connection.
    Raw(Vec<u8>),
    /// Sends these bytes and resets the connection.
    Reset(Vec<u8>),
    /// Sends these bytes, and nothing more on a connection that stays open.
    Stall(Vec<u8>),
    /// Sends these bytes and then blanks, one at a time, for as long as somebody reads.
    Trickle(Vec<u8>),
    /// Never answers.
    Hang,
    /// Answers as soon as so many requests wait for it as the barrier holds back.
    Together(Arc<Barrier>, Box<Reply>),
    /// Knows the answer, and gives it when the token is cancelled.
    Late(CancellationToken, Box<Reply>),
}

impl Reply {
    pub(crate) fn json(status: u16, body: impl ToString) -> Self {
        Self::text(status, "application/json", body)
    }

    pub(crate) fn problem(status: u16, body: impl ToString) -> Self {
        Self::text(status, "application/problem+json", body)
    }

    pub(crate) fn text(status: u16, content_type: &str, body: impl ToString) -> Self {
        Self::Answer {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.to_string().into_bytes(),
        }
    }

    /// The beginning of a stream of events, to be sent raw, in a stall or with a reset.
    pub(crate) fn events(body: &str) -> Vec<u8> {
        format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n{body}").into_bytes()
    }

    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_string()));
        }
        self
    }
}

/// A running server; it stops with the test's runtime.
pub(crate) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    count: watch::Receiver<usize>,
}

impl Server {
    /// Starts a server. The script is given each request and its position, counted from 0.
    pub(crate) async fn start(script: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (counted, count) = watch::channel(0);
        let (script, counted, remembered) = (Arc::new(script), Arc::new(counted), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (script, counted, seen) =
                    (Arc::clone(&script), Arc::clone(&counted), Arc::clone(&remembered));
                tokio::spawn(async move {
                    serve(connection, |request: Seen| {
                        let position = {
                            let mut seen = seen.lock().unwrap();
                            seen.push(request.clone());
                            seen.len() - 1
                        };
                        counted.send_replace(position + 1);
                        script(&request, position)
                    })
                    .await;
                });
            }
        });
        Self { address, seen, count }
    }

    /// Starts a server that gives these replies in order and then the last one for ever.
    pub(crate) async fn replying(replies: Vec<Reply>) -> Self {
        Self::start(move |_, position| replies[position.min(replies.len() - 1)].clone()).await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until so many requests have arrived.
    pub(crate) async fn has_seen(&self, requests: usize) {
        self.count.clone().wait_for(|count| *count >= requests).await.unwrap();
    }
}

/// A connection that can be broken.
pub(crate) trait Connection: AsyncRead + AsyncWrite + Unpin {
    /// Ends it so that the other side sees a reset.
    fn reset(self);
}

impl Connection for TcpStream {
    fn reset(self) {
        self.set_zero_linger().unwrap();
    }
}

impl Connection for TlsStream<TcpStream> {
    fn reset(self) {
        self.into_inner().0.reset();
    }
}

/// Serves one request on one connection.
pub(crate) async fn serve<C>(mut connection: C, reply: impl FnOnce(Seen) -> Reply)
where
    C: Connection,
{
    let Some(request) = receive(&mut connection).await else { return };
    let mut reply = reply(request);
    loop {
        reply = match reply {
            Reply::Together(barrier, then) => {
                barrier.wait().await;
                *then
            }
            Reply::Late(token, later) => {
                token.cancelled().await;
                *later
            }
            ready => break reply = ready,
        };
    }
    match reply {
        Reply::Together(..) | Reply::Late(..) => unreachable!("whoever waited goes on"),
        Reply::Answer { status, headers, body } => {
            let mut head = format!("HTTP/1.1 {status} Status\r\nconnection: close\r\n");
            if !headers.iter().any(|(name, _)| name == "content-length") {
                head += &format!("content-length: {}\r\n", body.len());
            }
            for (name, value) in headers {
                head += &format!("{name}: {value}\r\n");
            }
            head += "\r\n";
            // The client may have gone; that is its business.
            let _ = connection.write_all(head.as_bytes()).await;
            let _ = connection.write_all(&body).await;
            let _ = connection.shutdown().await;
        }
        Reply::Raw(bytes) => {
            let _ = connection.write_all(&bytes).await;
            let _ = connection.shutdown().await;
        }
        Reply::Reset(bytes) => {
            let _ = connection.write_all(&bytes).await;
            let _ = connection.flush().await;
            connection.reset();
        }
        Reply::Stall(bytes) => {
            let _ = connection.write_all(&bytes).await;
            let _ = connection.flush().await;
            std::future::pending().await
        }
        Reply::Trickle(bytes) => {
            let _ = connection.write_all(&bytes).await;
            while connection.write_all(b" ").await.is_ok() {
                tokio::task::yield_now().await;
            }
        }
        Reply::Drop => {}
        Reply::Hang => std::future::pending().await,
    }
}

async fn receive<C: AsyncRead + Unpin>(connection: &mut C) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(position) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break position;
        }
        if connection.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = bytes.split_off(head_end + 4);
    while body.len() < length {
        if connection.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Seen { method, target, headers, body: String::from_utf8(body).unwrap() })
}

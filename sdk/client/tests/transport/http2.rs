//! Which version of HTTP is spoken, over how many connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::Request as Asked;
use axum::serve::Listener;
use futures_util::future::join_all;
use serde_json::json;
use sparki_client::{Client, Request};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::fixture::{Thing, call};
use crate::tls;

/// Accepts TLS connections and counts them.
struct Counting {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    accepted: Arc<AtomicUsize>,
}

impl Listener for Counting {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (connection, address) = self.listener.accept().await.unwrap();
        self.accepted.fetch_add(1, Ordering::SeqCst);
        (self.acceptor.accept(connection).await.unwrap(), address)
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// Reads once, then ten times at once, from a server that offers these protocols. Every answer is the version of HTTP
/// that was spoken.
async fn check_version(protocols: &[&str], expected: &str) -> usize {
    let (acceptor, certificate) = tls::acceptor(protocols);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let accepted = Arc::new(AtomicUsize::new(0));
    let counting = Counting { listener, acceptor, accepted: Arc::clone(&accepted) };
    let version = async |asked: Asked| axum::Json(json!({"id": format!("{:?}", asked.version())}));
    let router = axum::Router::new().route("/api/v1/things/t-1", axum::routing::get(version));
    tokio::spawn(async move { axum::serve(counting, router).await });

    let client = Client::new(tls::settings(port, Some(&certificate))).unwrap();
    let read = async || {
        let thing = client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap().unwrap();
        assert_eq!(thing.value.id, expected);
    };
    read().await;
    join_all((0..10).map(|_| read())).await;
    accepted.load(Ordering::SeqCst)
}

#[tokio::test]
async fn http_2_is_spoken_over_one_connection_where_it_is_offered() {
    assert_eq!(check_version(&["h2", "http/1.1"], "HTTP/2.0").await, 1);
}

#[tokio::test]
async fn http_1_is_spoken_where_http_2_is_not_offered() {
    check_version(&["http/1.1"], "HTTP/1.1").await;
    check_version(&[], "HTTP/1.1").await;
}

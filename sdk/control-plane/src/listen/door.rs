//! Where connections come in.

use std::{net::SocketAddr, time::Duration};

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    app::App,
    listen::{
        Certificate,
        conversation::{Exchanges, converse},
        crowd::Crowd,
    },
};

/// An address that is listened on, and what answers there.
pub(crate) struct Door {
    pub(crate) listener: TcpListener,
    pub(crate) app: App,
    pub(crate) router: Router,
    /// Without one, connections are not encrypted.
    pub(crate) certificate: Option<Certificate>,
}

/// Takes connections until told to stop. Each is a task of `tasks`.
pub(crate) async fn open(door: Door, stop: CancellationToken, tasks: TaskTracker) {
    let Door { listener, app, router, certificate } = door;
    let crowd = Crowd::new(app.settings.connections_per_address);
    loop {
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => return,
            accepted = accept(&listener) => accepted,
        };
        let Some(place) = crowd.admit(peer.ip()) else {
            tracing::warn!(component = "server", peer = %peer.ip(), "an address has too many connections");
            continue;
        };
        let connected = app.metrics.connected();
        let exchanges = Exchanges { app: app.clone(), router: router.clone(), peer: peer.ip() };
        let (certificate, stop) = (certificate.clone(), stop.clone());
        tasks.spawn(async move {
            converse(stream, exchanges, certificate, stop).await;
            drop((place, connected));
        });
    }
}

async fn accept(listener: &TcpListener) -> (tokio::net::TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                // Out of file descriptors, most likely; taking a breath lets some be returned.
                tracing::warn!(component = "server", error = %error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

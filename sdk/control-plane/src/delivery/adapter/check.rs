//! Health checks that really look, once each: an HTTP request that has to be answered with 2xx, or a TCP connection.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::{net::TcpStream, time::timeout};
use url::{Host, Url};

use crate::{
    delivery::{adapter::Performed, deployment_target::HealthCheck},
    outbound::{chain, client, look_up},
};

/// Where a TCP check looks that names no host.
const THIS_HOST: Ipv4Addr = Ipv4Addr::LOCALHOST;

pub(super) async fn http(url: &str, limit: Duration) -> Performed {
    let client = match client(limit) {
        Ok(client) => client,
        Err(error) => return Performed::bad(format!("No request can be made: {}.", chain(&error))),
    };
    match client.get(url).send().await {
        Ok(answer) if answer.status().is_success() => {
            Performed::good(format!("The URL answered {}.", answer.status().as_u16()))
        }
        Ok(answer) => Performed::bad(format!("The URL answered {}.", answer.status().as_u16())),
        Err(error) => Performed::out_of_reach(format!("The URL did not answer: {}.", chain(&error))),
    }
}

/// Connects to the port of the check, at the host of its URL if it has one.
pub(super) async fn tcp(check: &HealthCheck, limit: Duration) -> Performed {
    let url = check.url.as_deref().and_then(|url| Url::parse(url).ok());
    let host = url.as_ref().and_then(Url::host).unwrap_or(Host::Ipv4(THIS_HOST));
    let port = u16::try_from(check.port.unwrap_or_default()).unwrap_or_default();
    match timeout(limit, connect(host, port)).await {
        Ok(Ok(_)) => Performed::good(format!("Port {port} took a connection.")),
        Ok(Err(error)) => Performed::out_of_reach(format!("Port {port} took no connection: {error}.")),
        Err(_) => Performed::out_of_reach(format!("Port {port} took no connection in time.")),
    }
}

async fn connect(host: Host<&str>, port: u16) -> io::Result<TcpStream> {
    let addresses: Vec<SocketAddr> = match host {
        Host::Domain(name) => look_up(name, port).await?,
        Host::Ipv4(address) => vec![(address, port).into()],
        Host::Ipv6(address) => vec![(address, port).into()],
    };
    TcpStream::connect(addresses.as_slice()).await
}

//! Looking names up, which must not lead where clouds give the secrets of a machine away.

use std::{
    io::{Error, ErrorKind},
    net::SocketAddr,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

use crate::document::web_url::is_kept_back;

/// How HTTP clients look names up.
#[derive(Debug)]
pub(crate) struct Lookup;

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The client sets the port.
            let addresses = look_up(name.as_str(), 0).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// The addresses of a host that may be called.
///
/// # Errors
///
/// If the name is unknown, or stands for addresses only that are not called.
pub(crate) async fn look_up(host: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
    allowed(lookup_host((host, port)).await?)
}

fn allowed(found: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, Error> {
    let allowed: Vec<SocketAddr> =
        found.filter(|address| !is_kept_back(address.ip().to_canonical())).collect();
    if allowed.is_empty() {
        let told = "the name stands for an address that only this machine's own network knows, and that is not called";
        return Err(Error::new(ErrorKind::PermissionDenied, told));
    }
    Ok(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_does_not_lead_to_the_secrets_of_the_machine() {
        let addresses =
            |texts: &[&str]| -> Vec<SocketAddr> { texts.iter().map(|text| text.parse().unwrap()).collect() };
        let found = addresses(&["169.254.169.254:80", "10.0.0.7:80", "[fd00:ec2::254]:80"]);
        assert_eq!(allowed(found.into_iter()).unwrap(), addresses(&["10.0.0.7:80"]));
        let found = addresses(&["[::ffff:169.254.169.254]:80"]);
        assert_eq!(allowed(found.into_iter()).unwrap_err().kind(), ErrorKind::PermissionDenied);
        assert!(!look_up("localhost", 80).await.unwrap().is_empty());
    }
}

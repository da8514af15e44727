//! Sending over HTTP, to whoever customers name.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::{Client, ClientBuilder, redirect};
use url::Url;
use zeroize::Zeroizing;

use crate::{document::web_url::is_loopback, outbound::Lookup};

/// How long a recipient may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Something to be sent.
pub(super) struct Request {
    /// May be a secret itself.
    pub(super) url: Zeroizing<String>,
    pub(super) body: Zeroizing<String>,
    pub(super) headers: Vec<(&'static str, String)>,
}

/// Sends requests. Connections are kept for the next one.
#[derive(Debug, Default)]
pub(crate) struct Sender {
    outward: OnceLock<Option<Client>>,
    /// Proxies are for the way out, not for this machine.
    inward: OnceLock<Option<Client>>,
}

impl Sender {
    /// Sends a request and answers with the status of the answer; nothing else of it is looked at. Failures are texts for
    /// whoever looks after the recipient, with no URL in them.
    pub(super) async fn send(&self, request: &Request) -> Result<u16, String> {
        let url = Url::parse(&request.url).map_err(|_| "the URL cannot be read".to_owned())?;
        let client = if is_loopback(&url) {
            self.inward.get_or_init(|| build(Client::builder().no_proxy()))
        } else {
            self.outward.get_or_init(|| build(Client::builder().dns_resolver(Arc::new(Lookup))))
        };
        let client = client.as_ref().ok_or("the server cannot send over HTTP")?;
        let mut builder = client.post(url).header("content-type", "application/json");
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        match builder.body(request.body.as_bytes().to_vec()).send().await {
            Ok(response) => Ok(response.status().as_u16()),
            Err(error) if error.is_timeout() => {
                Err(format!("there was no answer within {} seconds", TIMEOUT.as_secs()))
            }
            Err(error) if error.is_connect() => Err("no connection could be made".to_owned()),
            Err(_) => Err("the connection broke off".to_owned()),
        }
    }
}

/// Redirects are not followed: what was signed for one recipient is not sent to another.
fn build(builder: ClientBuilder) -> Option<Client> {
    let agent = concat!("sparki-control-plane/", env!("CARGO_PKG_VERSION"));
    let built = builder.redirect(redirect::Policy::none()).timeout(TIMEOUT).user_agent(agent).build();
    built
        .inspect_err(
            |error| tracing::error!(component = "deliveries", error = %error, "there is no HTTP client"),
        )
        .ok()
}

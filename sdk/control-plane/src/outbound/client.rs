//! The client of calls to others, and what is said when they fail.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, redirect::Policy};

use crate::outbound::lookup::Lookup;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A client that goes where it is told and nowhere else.
pub(crate) fn client(timeout: Duration) -> Result<Client, reqwest::Error> {
    Client::builder()
        .timeout(timeout)
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(Policy::none())
        .dns_resolver(Arc::new(Lookup))
        .pool_max_idle_per_host(0)
        .build()
}

/// What went wrong, without the URL, which may have a password in it.
pub(crate) fn chain(error: &reqwest::Error) -> String {
    let mut words = Vec::new();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        words.push(cause.to_string());
        source = cause.source();
    }
    if words.is_empty() {
        let words = if error.is_timeout() { "the time is up" } else { "the request could not be made" };
        return words.to_owned();
    }
    words.join(": ")
}

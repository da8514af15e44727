//! Plain HTTP to servers on this machine, without async in the tests.

use reqwest::{Client, Method};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

/// An HTTP client with one base URL.
pub struct Http {
    base: String,
    headers: Vec<(String, String)>,
    client: Client,
    runtime: Runtime,
}

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Entity tag, if there is one.
    pub etag: Option<String>,
    /// Body: JSON where it is, text where it is not.
    pub body: Value,
}

impl Http {
    /// Makes a client that sends `headers` with every request.
    ///
    /// # Panics
    /// When there is no runtime for it.
    #[must_use]
    pub fn new(base: &str, headers: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            base: base.trim_end_matches('/').to_owned(),
            headers: headers.iter().map(owned).collect(),
            // Connections are not kept: nobody drives them between two calls.
            client: Client::builder()
                .no_proxy()
                .pool_max_idle_per_host(0)
                .build()
                .expect("a client needs nothing"),
            runtime: Builder::new_current_thread().enable_all().build().expect("a runtime needs nothing"),
        }
    }

    /// Sends a request and waits for the answer.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answer {
        let method: Method = method.parse().expect("a method is a word");
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        self.runtime.block_on(async {
            let response =
                request.send().await.unwrap_or_else(|error| panic!("{method} {path} failed: {error:?}"));
            let etag = response.headers().get("etag").and_then(|tag| tag.to_str().ok()).map(str::to_owned);
            let status = response.status().as_u16();
            let text =
                response.text().await.unwrap_or_else(|error| panic!("{method} {path} broke off: {error:?}"));
            let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
            Answer { status, etag, body }
        })
    }
}

impl Answer {
    /// The body of an answer that says yes.
    ///
    /// # Panics
    /// When it says something else.
    #[must_use]
    pub fn accepted(self) -> Value {
        assert!((200..300).contains(&self.status), "refused with {}: {}", self.status, self.body);
        self.body
    }
}

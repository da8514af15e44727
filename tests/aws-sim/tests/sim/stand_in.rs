//! A stand-in of a test's own, and how to ask it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, request::Builder},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use sparki_aws_sim::{Running, Settings, start};
use url::form_urlencoded;

/// The region that requests are for, unless they say otherwise.
pub(crate) const REGION: &str = "us-east-1";

/// A stand-in of a test's own.
pub(crate) struct StandIn {
    running: Running,
    client: Client<HttpConnector, Body>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// The folder of service models that scripts/python-tools has installed.
pub(crate) fn models() -> PathBuf {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.work/python/lib");
    let versions = fs::read_dir(&library).into_iter().flatten().filter_map(Result::ok);
    let mut folders = versions.map(|version| version.path().join("site-packages/botocore/data"));
    let found = folders.find(|folder| folder.is_dir());
    found.unwrap_or_else(|| {
        panic!("botocore is missing in {}: run `scripts/python-tools` first", library.display())
    })
}

/// Runs a test with a stand-in of its own, and checks that every answer of it has fitted the models.
pub(crate) async fn with_stand_in(test: impl AsyncFnOnce(&StandIn)) {
    with_settings(Settings::new(models()), test).await;
}

pub(crate) async fn with_settings(settings: Settings, test: impl AsyncFnOnce(&StandIn)) {
    let running = start(settings).await.unwrap();
    let stand_in = StandIn { running, client: Client::builder(TokioExecutor::new()).build_http() };
    test(&stand_in).await;
    let counts = stand_in.admin("GET", "counts", Value::Null).await;
    assert_eq!(counts["misfits"], json!([]), "an answer did not fit AWS's own model");
    stand_in.running.stop().await;
}

impl StandIn {
    pub(crate) fn url(&self) -> &str {
        self.running.url()
    }

    /// Asks EKS in the usual region, and expects that it does what it is asked.
    pub(crate) async fn eks(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.eks_in(REGION, method, path, body).await.unwrap();
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text);
        answer.json()
    }

    /// Asks EKS in the usual region, and expects that it refuses, with this code.
    pub(crate) async fn eks_refuses(&self, method: &str, path: &str, body: Value, code: &str) -> Value {
        let answer = self.eks_in(REGION, method, path, body).await.unwrap();
        let found = answer.headers.get("x-amzn-errortype").map(|value| value.to_str().unwrap());
        assert_eq!(found, Some(code), "{method} {path}: {} {}", answer.status, answer.text);
        answer.json()
    }

    /// Asks EKS; there is no answer if the connection is cut.
    pub(crate) async fn eks_in(&self, region: &str, method: &str, path: &str, body: Value) -> Option<Answer> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(("eks", region), method, path, ("application/json", body)).await
    }

    /// Asks a query service in the usual region, and expects that it does what it is asked.
    pub(crate) async fn query(&self, service: &str, action: &str, parameters: &[(&str, &str)]) -> Answer {
        let answer = self.query_in((service, REGION), action, parameters).await.unwrap();
        assert_eq!(answer.status, 200, "{action}: {}", answer.text);
        answer
    }

    /// Asks a query service in the usual region, and expects that it refuses, with this code.
    pub(crate) async fn query_refuses(
        &self,
        service: &str,
        (action, parameters): (&str, &[(&str, &str)]),
        code: &str,
    ) -> Answer {
        let answer = self.query_in((service, REGION), action, parameters).await.unwrap();
        assert_eq!(answer.element("Code"), Some(code), "{action}: {} {}", answer.status, answer.text);
        answer
    }

    /// Asks a query service; there is no answer if the connection is cut.
    pub(crate) async fn query_in(
        &self,
        (service, region): (&str, &str),
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Option<Answer> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action).extend_pairs(parameters);
        let body = ("application/x-www-form-urlencoded", form.finish());
        self.send((service, region), "POST", "/", body).await
    }

    /// Asks a service whose operations are named in a header.
    pub(crate) async fn target(&self, whom: (&str, &str), target: &str, input: Value) -> Answer {
        let request = signed(whom).method(Method::POST).uri(format!("{}/", self.url()));
        let request = request.header("content-type", "application/x-amz-json-1.1");
        let request = request.header("x-amz-target", target).body(Body::from(input.to_string())).unwrap();
        self.exchange(request).await.unwrap()
    }

    /// Sends a request that is signed for a service and region.
    pub(crate) async fn send(
        &self,
        whom: (&str, &str),
        method: &str,
        path: &str,
        (content_type, body): (&str, String),
    ) -> Option<Answer> {
        let request = signed(whom)
            .method(method.parse::<Method>().unwrap())
            .uri(format!("{}{path}", self.url()))
            .header("content-type", content_type)
            .body(Body::from(body))
            .unwrap();
        self.exchange(request).await
    }

    async fn exchange(&self, request: Request<Body>) -> Option<Answer> {
        let (parts, body) = self.client.request(request).await.ok()?.into_parts();
        let body = to_bytes(Body::new(body), usize::MAX).await.ok()?;
        let text = String::from_utf8(body.to_vec()).unwrap();
        Some(Answer { status: parts.status.as_u16(), headers: parts.headers, text })
    }

    /// Asks the admin API.
    pub(crate) async fn admin(&self, method: &str, path: &str, body: Value) -> Value {
        let body = ("application/json", if body.is_null() { String::new() } else { body.to_string() });
        let answer = self.send(("-", "-"), method, &format!("/_sim/{path}"), body).await.unwrap();
        assert!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.text);
        if answer.text.is_empty() { Value::Null } else { answer.json() }
    }

    /// Moves the clock forward.
    pub(crate) async fn advance(&self, seconds: u32) {
        self.admin("POST", "clock/advance", json!({ "seconds": seconds })).await;
    }

    /// Moves the clock forward until everything that was begun is done.
    pub(crate) async fn finish(&self) {
        self.admin("POST", "clock/finish", Value::Null).await;
    }

    /// Orders faults instead of those there were.
    pub(crate) async fn order(&self, rules: Value) {
        self.admin("PUT", "faults", rules).await;
    }
}

/// A request that is signed for a service and region.
fn signed((service, region): (&str, &str)) -> Builder {
    let signature = format!(
        "AWS4-HMAC-SHA256 Credential=test/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"
    );
    Request::builder().header("authorization", signature)
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The text of the first XML element of this name.
    pub(crate) fn element(&self, name: &str) -> Option<&str> {
        self.elements(name).into_iter().next()
    }

    /// The texts of all XML elements of this name.
    pub(crate) fn elements(&self, name: &str) -> Vec<&str> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let parts = self.text.split(open.as_str()).skip(1);
        parts.filter_map(|part| part.split_once(close.as_str())).map(|(inside, _)| inside).collect()
    }
}

//! The way to moto and back.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri},
};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};

use crate::protocol::{Request, Response};

/// What talks to moto.
pub(crate) type Client = legacy::Client<HttpConnector, Body>;

/// Headers that are about one connection, not about the request.
const HOP_BY_HOP: [&str; 4] = ["connection", "keep-alive", "transfer-encoding", "content-length"];

pub(crate) fn client() -> Client {
    legacy::Client::builder(TokioExecutor::new()).build_http()
}

/// Hands a request on as it is, its host included: moto reads the service, and S3's bucket, from it.
pub(crate) async fn pass(client: &Client, moto: &str, request: Request) -> Response {
    let answer = async {
        let path = if request.query.is_empty() {
            request.path.clone()
        } else {
            format!("{}?{}", request.path, request.query)
        };
        let uri: Uri = format!("{}{path}", moto.trim_end_matches('/')).parse()?;
        let mut onward =
            axum::http::Request::builder().method(request.method).uri(uri).body(Body::from(request.body))?;
        *onward.headers_mut() = without_hops(request.headers);
        let (parts, body) = client.request(onward).await?.into_parts();
        let body = to_bytes(Body::new(body), usize::MAX).await?;
        Ok::<_, axum::BoxError>(Response { status: parts.status, headers: without_hops(parts.headers), body })
    };
    answer.await.unwrap_or_else(|error| unreachable_moto(&error.to_string()))
}

fn without_hops(mut headers: HeaderMap) -> HeaderMap {
    for name in HOP_BY_HOP {
        headers.remove(HeaderName::from_static(name));
    }
    headers
}

fn unreachable_moto(reason: &str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("text/plain"));
    Response {
        status: StatusCode::BAD_GATEWAY,
        headers,
        body: format!("moto could not be asked: {reason}\n").into(),
    }
}

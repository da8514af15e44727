//! The document as it is handed out.

use std::sync::LazyLock;

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use crate::{
    app,
    document::canonical,
    http::{answer::Answer, etag},
    openapi::{Header, Heading, Operation, Place, Reply, Verb, document::document, yaml::text},
};

/// The document, which is the same for every server of this version.
struct Served {
    json: String,
    etag: String,
}

static SERVED: LazyLock<Served> = LazyLock::new(|| {
    let json = canonical::text(&document(&app::operations()));
    // A document has no versions but those of the program.
    let etag = etag::mint(0, &json);
    Served { json, etag }
});

/// How long a copy may be used without asking: the document changes with the server only.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The OpenAPI document as JSON.
pub fn json() -> &'static str {
    &SERVED.json
}

/// The OpenAPI document as YAML.
pub fn yaml() -> String {
    text(&document(&app::operations()))
}

pub(crate) fn operations() -> [Operation; 1] {
    [Operation::new(
        Heading {
            place: Place::Root,
            method: Verb::Get,
            path: "/openapi.json".into(),
            id: "readOpenapi".into(),
            tag: "server",
            summary: "Describes this API".into(),
            about: "An OpenAPI 3.1 document.".into(),
        },
        describe,
    )
    .unless_unchanged()
    .answers(
        Reply::json::<Value>(StatusCode::OK, "This document.").with(Header::ETag).with(Header::CacheControl),
    )]
}

async fn describe(headers: HeaderMap) -> Response {
    let Served { json, etag } = &*SERVED;
    let unchanged = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| etag::none_match_covers(value, etag));
    let answer = if unchanged { Answer::empty(StatusCode::NOT_MODIFIED) } else { Answer::json(json.clone()) };
    let answer = Answer { etag: Some(etag.clone()), ..answer };
    ([(header::CACHE_CONTROL, KEPT)], answer).into_response()
}

//! The document as it is handed out: as JSON, as YAML and as a page.

use std::sync::LazyLock;

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use crate::{
    app,
    document::canonical,
    http::{answer::Answer, etag},
    openapi::{Header, Heading, Operation, Place, Reply, Verb, document::document, page, yaml::text},
};

/// One form of the document, which is the same for every server of this version.
struct Served {
    body: String,
    etag: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

static JSON: LazyLock<Served> = LazyLock::new(|| {
    let body = canonical::text(&document(&app::operations()));
    Served::new(body, vec![(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))])
});

static PAGE: LazyLock<Served> = LazyLock::new(|| {
    let policy = HeaderValue::try_from(page::policy()).expect("the policy is ASCII");
    Served::new(
        page::html(&document(&app::operations())),
        vec![
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ],
    )
});

/// How long a copy may be used without asking: the document changes with the server only.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The OpenAPI document as JSON.
pub fn json() -> &'static str {
    &JSON.body
}

/// The OpenAPI document as YAML.
pub fn yaml() -> String {
    text(&document(&app::operations()))
}

pub(crate) fn operations() -> [Operation; 2] {
    let heading = |path: &str, id: &str| Heading {
        place: Place::Root,
        method: Verb::Get,
        path: path.into(),
        id: id.into(),
        tag: "server",
        summary: String::new(),
        about: String::new(),
    };
    let json_heading = Heading {
        summary: "Describes this API, for programs".into(),
        about: "An OpenAPI 3.1 document.".into(),
        ..heading("/openapi.json", "readOpenapi")
    };
    let page_heading = Heading {
        summary: "Describes this API, for people".into(),
        about: "The same as a page, which needs no scripts and nothing from other hosts.".into(),
        ..heading("/docs", "readDocs")
    };
    let kept = |reply: Reply| reply.with(Header::ETag).with(Header::CacheControl);
    [
        Operation::new(json_heading, async |headers: HeaderMap| JSON.answer(&headers))
            .unless_unchanged(&[Header::ETag, Header::CacheControl])
            .answers(kept(Reply::json::<Value>(StatusCode::OK, "This document."))),
        Operation::new(page_heading, async |headers: HeaderMap| PAGE.answer(&headers))
            .unless_unchanged(&[Header::ETag, Header::CacheControl])
            .answers(kept(Reply::text("text/html", "A page."))),
    ]
}

impl Served {
    fn new(body: String, headers: Vec<(HeaderName, HeaderValue)>) -> Self {
        // It has no versions but those of the program.
        let etag = etag::mint(0, &body);
        Self { body, etag, headers }
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let unchanged = headers
            .get(header::IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| etag::none_match_covers(value, &self.etag));
        let answer = if unchanged {
            Answer::empty(StatusCode::NOT_MODIFIED)
        } else {
            Answer { body: Some(self.body.clone()), ..Answer::default() }
        };
        let mut response = Answer { etag: Some(self.etag.clone()), ..answer }.into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, KEPT);
        if !unchanged {
            for (name, value) in &self.headers {
                response.headers_mut().insert(name, value.clone());
            }
        }
        response
    }
}

//! What a request for a service of moto's asks for, as far as one can tell without a model.

use axum::http::Method;
use url::form_urlencoded;

use crate::protocol::Request;

/// The operation's name in the protocols that say it; else the method, the path, and what the query says of the operation, with `*`
/// for every name that somebody gave: `PUT /*?versioning`, `GET /2020-05-31/distribution/*/config`. So one seed gives the same
/// faults whatever buckets and distributions are called.
pub(crate) fn operation_of(service: &str, request: &Request) -> String {
    let target = request.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    if let Some((_, operation)) = target.and_then(|target| target.rsplit_once('.')) {
        return operation.to_owned();
    }
    parameter_of(request, "Action").unwrap_or_else(|| by_place(service, request))
}

/// An operation of a protocol that tells operations from each other by method and place.
fn by_place(service: &str, request: &Request) -> String {
    let segments = request.path.split('/').filter(|segment| !segment.is_empty()).enumerate();
    let shown: Vec<_> = match service {
        // A bucket, and a key with slashes of its own.
        "s3" => segments.take(2).map(|_| "*").collect(),
        // The version, a collection, one of it, and what of that.
        _ => segments.map(|(index, segment)| if index == 2 { "*" } else { segment }).collect(),
    };
    let query = form_urlencoded::parse(request.query.as_bytes());
    let mut said: Vec<_> = query
        .filter_map(|(name, value)| match (name.as_ref(), value.as_ref()) {
            (_, "") => Some(name.into_owned()),
            ("Operation", _) => Some(format!("{name}={value}")),
            (_, _) => None,
        })
        .collect();
    said.sort();
    let said = if said.is_empty() { String::new() } else { format!("?{}", said.join("&")) };
    format!("{} /{}{said}", request.method, shown.join("/"))
}

/// A parameter of a request that is a form.
pub(crate) fn parameter_of(request: &Request, name: &str) -> Option<String> {
    let form = if request.method == Method::GET { request.query.as_bytes() } else { &request.body };
    let is_form = request.method == Method::GET
        || request.headers.get("content-type").is_some_and(|value| {
            value.to_str().is_ok_and(|text| text.starts_with("application/x-www-form-urlencoded"))
        });
    let mut pairs = form_urlencoded::parse(form).filter(|_| is_form);
    pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use axum::{body::Bytes, http::HeaderMap};

    use super::*;

    fn operation(service: &str, method: Method, uri: &str) -> String {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let (path, query) = (path.to_owned(), query.to_owned());
        operation_of(service, &Request { method, path, query, headers: HeaderMap::new(), body: Bytes::new() })
    }

    #[test]
    fn an_operation_of_s3_is_the_same_for_every_bucket_and_key() {
        assert_eq!(operation("s3", Method::PUT, "/assets?versioning"), "PUT /*?versioning");
        assert_eq!(operation("s3", Method::PUT, "/backups/?versioning="), "PUT /*?versioning");
        assert_eq!(operation("s3", Method::GET, "/assets?list-type=2&prefix=a%2Fb"), "GET /*");
        assert_eq!(operation("s3", Method::DELETE, "/assets/a/b.txt?x-id=DeleteObject"), "DELETE /*/*");
        assert_eq!(operation("s3", Method::GET, "/"), "GET /");
    }

    #[test]
    fn an_operation_of_cloudfront_is_the_same_for_every_distribution() {
        let config = "/2020-05-31/distribution/E1/config";
        assert_eq!(operation("cloudfront", Method::GET, config), "GET /2020-05-31/distribution/*/config");
        let tag =
            "/2020-05-31/tagging?Operation=Tag&Resource=arn%3Aaws%3Acloudfront%3A%3A1%3Adistribution%2FE1";
        assert_eq!(operation("cloudfront", Method::POST, tag), "POST /2020-05-31/tagging?Operation=Tag");
    }
}

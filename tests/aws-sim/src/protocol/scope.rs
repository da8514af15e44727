//! Which service and region a request is for, as its signature says.

use axum::http::HeaderMap;
use url::form_urlencoded;

use crate::region::Region;

/// The credential scope of a signature. The signature itself is not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) service: String,
    pub(crate) region: Region,
}

impl Scope {
    /// Reads it from the `Authorization` header, or from the query string of a presigned request.
    pub(crate) fn of(headers: &HeaderMap, query: &str) -> Option<Self> {
        let header = headers.get("authorization").and_then(|value| value.to_str().ok()).and_then(|value| {
            let (_, after) = value.split_once("Credential=")?;
            Some(after.split([',', ' ']).next().unwrap_or_default().to_owned())
        });
        let presigned = || {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == "X-Amz-Credential").map(|(_, value)| value.into_owned())
        };
        Self::parse(&header.or_else(presigned)?)
    }

    /// `<key>/<date>/<region>/<service>/aws4_request`; keys of S3's access points may have slashes in them.
    fn parse(credential: &str) -> Option<Self> {
        let mut parts = credential.rsplit('/');
        let (end, service, region) = (parts.next()?, parts.next()?, parts.next()?);
        (end == "aws4_request").then(|| Self { service: service.to_owned(), region: Region::new(region) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_scope(authorization: Option<&str>, query: &str, expected: Option<(&str, &str)>) {
        let mut headers = HeaderMap::new();
        if let Some(value) = authorization {
            headers.insert("authorization", value.parse().unwrap());
        }
        let found = Scope::of(&headers, query);
        let found = found.as_ref().map(|scope| (scope.service.as_str(), scope.region.as_str()));
        assert_eq!(found, expected);
    }

    #[test]
    fn a_signature_says_service_and_region() {
        let header = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/eks/aws4_request, SignedHeaders=host, Signature=0";
        check_scope(Some(header), "", Some(("eks", "eu-west-1")));
        let query = "X-Amz-Credential=AKIA%2F20260101%2Fus-east-1%2Fsts%2Faws4_request";
        check_scope(None, query, Some(("sts", "us-east-1")));
    }

    #[test]
    fn a_request_without_a_signature_has_no_scope() {
        check_scope(None, "Action=ListUsers", None);
        check_scope(Some("Bearer token"), "", None);
        check_scope(Some("AWS4-HMAC-SHA256 Credential=AKIA/eks"), "", None);
    }
}

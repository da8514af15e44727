//! Settings of buckets of which moto forgets a part: they are answered as they were sent.

use std::collections::BTreeMap;

use axum::{body::Bytes, http::Method};
use url::form_urlencoded;

use crate::protocol::{Request, Response};

/// The settings that moto does not keep whole: of lifecycles it forgets sizes and numbers of versions, of replications
/// the marks of removed objects.
const IN_PART: [&str; 2] = ["lifecycle", "replication"];

/// What was sent for each setting of each bucket, by the path of the bucket.
#[derive(Debug, Default)]
pub(crate) struct Documents(BTreeMap<(String, &'static str), Bytes>);

/// What a request does about a setting, or about a bucket with all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    /// It sets it to this.
    Set(String, &'static str, Bytes),
    /// It asks for it.
    Ask(String, &'static str),
    /// It takes it away.
    Remove(String, &'static str),
    /// It takes the bucket away.
    RemoveBucket(String),
    /// It asks whether versions are kept, and moto calls the answer by the name of the operation.
    AskMisnamed,
}

/// What moto calls the answer about versions, and what S3 calls it.
const MISNAMED: [&str; 2] = ["GetBucketVersioningResponse", "VersioningConfiguration"];

impl Touch {
    /// What a request to S3 does, if anything.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let path = request.path.trim_end_matches('/').to_owned();
        let names: Vec<_> =
            form_urlencoded::parse(request.query.as_bytes()).map(|(name, _)| name.into_owned()).collect();
        let setting = IN_PART.iter().find(|setting| names.iter().any(|name| name == *setting));
        match (setting, &request.method) {
            (Some(setting), &Method::PUT) => Some(Self::Set(path, setting, request.body.clone())),
            (Some(setting), &Method::GET) => Some(Self::Ask(path, setting)),
            (Some(setting), &Method::DELETE) => Some(Self::Remove(path, setting)),
            (None, &Method::DELETE) if names.iter().all(|name| name == "x-id") => {
                Some(Self::RemoveBucket(path))
            }
            (None, &Method::GET) if names.iter().any(|name| name == "versioning") => Some(Self::AskMisnamed),
            (Some(_) | None, _) => None,
        }
    }
}

impl Documents {
    /// Takes note of what moto has done well, and answers with the whole of what it knows a part of, under S3's name.
    pub(crate) fn follow(&mut self, touch: Touch, response: Response) -> Response {
        if !response.status.is_success() {
            return response;
        }
        match touch {
            Touch::Set(path, setting, document) => {
                self.0.insert((path, setting), document);
                response
            }
            Touch::Ask(path, setting) => match self.0.get(&(path, setting)) {
                Some(document) => Response { body: document.clone(), ..response },
                None => response,
            },
            Touch::Remove(path, setting) => {
                self.0.remove(&(path, setting));
                response
            }
            Touch::AskMisnamed => {
                let [wrong, right] = MISNAMED;
                let body = String::from_utf8_lossy(&response.body).replace(wrong, right);
                Response { body: body.into(), ..response }
            }
            Touch::RemoveBucket(path) => {
                self.0.retain(|(other, _), _| *other != path);
                response
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, StatusCode};

    use super::*;

    fn ask(documents: &mut Documents, method: Method, query: &str, status: StatusCode) -> Bytes {
        let (path, headers) = ("/logs".to_owned(), HeaderMap::new());
        let request =
            Request { method, path, query: query.into(), headers: headers.clone(), body: "whole".into() };
        let touch = Touch::of(&request).unwrap();
        documents.follow(touch, Response { status, headers, body: "part".into() }).body
    }

    #[test]
    fn what_was_sent_is_answered_until_it_is_taken_away() {
        let mut documents = Documents::default();
        let mut check = |method, query, status| ask(&mut documents, method, query, status);
        let (ok, bad) = (StatusCode::OK, StatusCode::BAD_REQUEST);
        check(Method::PUT, "lifecycle", bad);
        assert_eq!(check(Method::GET, "lifecycle", ok), "part");
        check(Method::PUT, "lifecycle", ok);
        assert_eq!(check(Method::GET, "lifecycle", ok), "whole");
        assert_eq!(check(Method::GET, "replication", ok), "part");
        check(Method::DELETE, "lifecycle", ok);
        assert_eq!(check(Method::GET, "lifecycle", ok), "part");
        check(Method::PUT, "replication", ok);
        check(Method::DELETE, "x-id=DeleteBucket", ok);
        assert_eq!(check(Method::GET, "replication", ok), "part");
    }
}

//! Many objects of one kind, as a control plane answers for them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::server::{Reply, Seen};

/// An account of things under one parent, `p`. Clones are the same account.
#[derive(Clone, Default)]
pub(crate) struct Account(Arc<Mutex<Things>>);

#[derive(Default)]
struct Things {
    versions: BTreeMap<String, u64>,
    revision: u64,
}

/// What was asked, in the order in which it arrived.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Asked {
    pub(crate) single: usize,
    pub(crate) pages: usize,
    pub(crate) batches: usize,
}

impl Account {
    /// An account of so many things, each in its first version.
    pub(crate) fn of(things: usize) -> Self {
        let account = Self::default();
        account.0.lock().unwrap().versions = (0..things).map(|number| (id(number), 1)).collect();
        account
    }

    /// Somebody else changes a thing.
    pub(crate) fn change(&self, id: &str) {
        *self.0.lock().unwrap().versions.get_mut(id).unwrap() += 1;
    }

    /// Somebody else removes a thing.
    pub(crate) fn remove(&self, id: &str) {
        self.0.lock().unwrap().versions.remove(id);
    }

    /// Answers a request.
    pub(crate) fn answer(&self, request: &Seen) -> Reply {
        let things = &mut *self.0.lock().unwrap();
        let path = request.target.trim_start_matches("/api/v1").to_owned();
        match (request.method.as_str(), path.strip_prefix("/things/")) {
            ("GET", Some(id)) => match things.versions.get(id) {
                Some(version) => Reply::json(200, thing(id, *version)).with("etag", etag(*version)),
                None => Reply::problem(404, json!({"code": "not_found"})),
            },
            ("GET", None) => things.page(&path),
            ("POST", None) if path == "/resources:batchGet" => things.batch(&request.json()),
            ("PATCH", Some(id)) => {
                things.revision += 1;
                let version = things.versions.get_mut(id).unwrap();
                *version += 1;
                let reply = Reply::json(200, thing(id, *version)).with("etag", etag(*version));
                reply.with("sparki-revision", things.revision)
            }
            _ => panic!("nobody answers {} {path}", request.method),
        }
    }
}

impl Things {
    fn page(&self, path: &str) -> Reply {
        let url = url::Url::parse(&format!("http://localhost{path}")).unwrap();
        let query: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(url.path(), "/things");
        assert_eq!(query.get("parent_id").map(String::as_str), Some("p"));
        let limit: usize = query["limit"].parse().unwrap();
        let after = query.get("cursor").cloned().unwrap_or_default();
        let data: Vec<Value> = self
            .versions
            .iter()
            .filter(|(id, _)| **id > after)
            .take(limit)
            .map(|(id, version)| thing(id, *version))
            .collect();
        let last = data.last().and_then(|last| last["id"].as_str()).filter(|_| data.len() == limit);
        Reply::json(200, json!({"data": data, "next_cursor": last}))
    }

    fn batch(&self, body: &Value) -> Reply {
        let items = body["items"].as_array().unwrap();
        let unique: BTreeSet<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert!(items.len() <= 200 && unique.len() == items.len(), "a batch has 200 different items at most");
        let answered: Vec<Value> = items
            .iter()
            .map(|item| {
                assert_eq!(item["kind"], "thing");
                let id = item["id"].as_str().unwrap();
                match self.versions.get(id) {
                    None => json!({"kind": "thing", "id": id, "status": 404}),
                    Some(version) if item["if_none_match"] == etag(*version) => {
                        json!({"kind": "thing", "id": id, "status": 304, "etag": etag(*version)})
                    }
                    Some(version) => json!({
                        "kind": "thing", "id": id, "status": 200, "etag": etag(*version), "resource": thing(id, *version),
                    }),
                }
            })
            .collect();
        Reply::json(200, json!({"data": answered}))
    }
}

impl Asked {
    pub(crate) fn of(seen: &[Seen]) -> Self {
        let count = |is: fn(&Seen) -> bool| seen.iter().filter(|seen| is(seen)).count();
        Self {
            single: count(|seen| seen.method == "GET" && seen.target.contains("/things/")),
            pages: count(|seen| seen.method == "GET" && seen.target.contains("/things?")),
            batches: count(is_batch),
        }
    }

    pub(crate) fn requests(&self) -> usize {
        self.single + self.pages + self.batches
    }
}

/// The id of a thing. In their order ids are as old as the things.
pub(crate) fn id(number: usize) -> String {
    format!("t-{number:06}")
}

/// The version of a thing as it is sent.
pub(crate) fn etag(version: u64) -> String {
    format!("\"v{version}\"")
}

pub(crate) fn is_batch(request: &Seen) -> bool {
    request.target.ends_with("/resources:batchGet")
}

fn thing(id: &str, version: u64) -> Value {
    json!({"id": id, "parent_id": "p", "version": version})
}

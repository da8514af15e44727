//! Every answer is what the OpenAPI document says, and so is every request that is taken.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex},
};

use jsonschema::{Draft, Validator};
use reqwest::{Request, Url, header::HeaderMap};
use serde_json::{Value, json};
use sparki_control_plane::openapi_json;

/// The document, in which answers may have no fields but those that are described.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = serde_json::from_str(openapi_json()).unwrap();
    close(&mut document);
    document
});

/// The headers of answers that the contract is about.
const HEADERS: [&str; 11] = [
    "cache-control",
    "etag",
    "idempotency-replayed",
    "location",
    "retry-after",
    "sparki-revision",
    "www-authenticate",
    "x-correlation-id",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

/// What of a request is looked at once its answer is there.
pub(crate) struct Sent {
    method: String,
    url: Url,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

/// An answer as it came.
pub(crate) struct Received<'a> {
    pub(crate) status: u16,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl Sent {
    pub(crate) fn of(request: &Request) -> Self {
        Self {
            method: request.method().as_str().to_ascii_lowercase(),
            url: request.url().clone(),
            headers: request.headers().clone(),
            body: request.body().and_then(reqwest::Body::as_bytes).map(<[u8]>::to_vec),
        }
    }

    /// Panics unless the document allows this answer, and the request if it was taken.
    pub(crate) fn check(&self, received: &Received<'_>) {
        let name = format!("{} {}", self.method, self.url.path());
        let Some((path, methods)) = find(self.url.path()) else {
            assert_eq!(received.status, 404, "{name} is not documented");
            return check_body(&json!({"$ref": "#/components/schemas/Problem"}), received.body, &name);
        };
        let Some(operation) = methods.get(&self.method) else {
            assert_eq!(received.status, 405, "{name} is not documented");
            return check_body(&json!({"$ref": "#/components/schemas/Problem"}), received.body, &name);
        };
        let name = format!("{} {path} answered with {}", self.method, received.status);
        let response = operation["responses"].get(received.status.to_string());
        let response = resolve(response.unwrap_or_else(|| panic!("{name}, which is not documented")));
        check_headers(response, received.headers, &name);
        match response.get("content") {
            None => assert!(received.body.is_empty(), "{name} has a body that is not documented"),
            Some(content) => {
                let content = &content[media_type(received.headers)];
                assert!(content.is_object(), "{name} has a media type that is not documented");
                if media_type(received.headers).ends_with("json") {
                    check_body(&content["schema"], received.body, &name);
                }
            }
        }
        if (200..300).contains(&received.status) {
            self.check_taken(operation, &name);
        }
    }

    fn check_taken(&self, operation: &Value, name: &str) {
        let parameters: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
        for (key, value) in self.url.query_pairs() {
            let by_name = |parameter: &&&Value| parameter["in"] == "query" && parameter["name"] == *key;
            match parameters.iter().find(by_name) {
                Some(parameter) => check_parameter(parameter, &value, name),
                None => assert!(key.starts_with("label."), "{name} took the parameter {key:?}"),
            }
        }
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "header") {
            let header = parameter["name"].as_str().unwrap();
            match self.headers.get(header) {
                Some(value) => check_parameter(parameter, value.to_str().unwrap(), name),
                None => assert_ne!(parameter["required"], true, "{name} did without {header}"),
            }
        }
        match (operation.get("requestBody"), &self.body) {
            (Some(body), Some(bytes)) => {
                let media_type = media_type(&self.headers);
                let content = &body["content"][media_type];
                assert!(content.is_object(), "{name} took a media type that is not documented");
                if media_type.ends_with("json") {
                    check_body(&content["schema"], bytes, name);
                } else {
                    let form: BTreeMap<String, String> =
                        url::form_urlencoded::parse(bytes).into_owned().collect();
                    check_value(&content["schema"], &json!(form), name);
                }
            }
            (Some(_), None) => panic!("{name} took a request without a body"),
            // What nobody reads is of no consequence.
            (None, _) => {}
        }
    }
}

/// The path of the document that covers a path, and its methods.
pub(crate) fn find(path: &str) -> Option<(&'static String, &'static Value)> {
    let covers = |template: &str| {
        let (template, path) = (template.split('/'), path.split('/'));
        template.clone().count() == path.clone().count()
            && template.zip(path).all(|(wanted, part)| wanted == part || is_parameter(wanted, part))
    };
    paths().find(|(template, _)| covers(template))
}

/// Whether a part of a path is an id where the template has one, with the same verb after it.
fn is_parameter(wanted: &str, part: &str) -> bool {
    let verb = |text: &str| text.split_once(':').map(|(_, verb)| verb.to_owned());
    wanted.starts_with('{') && verb(wanted) == verb(part)
}

/// Every path of the document, and its methods.
pub(crate) fn paths() -> impl Iterator<Item = (&'static String, &'static Value)> {
    DOCUMENT["paths"].as_object().unwrap().iter()
}

fn check_parameter(parameter: &Value, value: &str, name: &str) {
    let value = match parameter["schema"]["type"].as_str() {
        Some("integer") => json!(value.parse::<i64>().unwrap()),
        _ => json!(value),
    };
    check_value(&parameter["schema"], &value, name);
}

fn check_headers(response: &Value, headers: &HeaderMap, name: &str) {
    let described: BTreeMap<String, &Value> = response["headers"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(header, described)| (header.to_ascii_lowercase(), resolve(described)))
        .collect();
    for (header, described) in &described {
        assert!(described["required"] == false || headers.contains_key(header), "{name} lacks {header}");
    }
    for header in HEADERS {
        let Some(value) = headers.get(header) else { continue };
        let Some(described) = described.get(header) else { panic!("{name} has {header}") };
        let value = value.to_str().unwrap();
        let value = match described["schema"]["type"].as_str() {
            Some("integer") => json!(value.parse::<i64>().unwrap()),
            _ => json!(value),
        };
        check_value(&described["schema"], &value, name);
    }
}

fn check_body(schema: &Value, body: &[u8], name: &str) {
    check_value(schema, &serde_json::from_slice(body).unwrap(), name);
}

fn check_value(schema: &Value, value: &Value, name: &str) {
    let errors: Vec<String> = validator(schema)
        .iter_errors(value)
        .map(|error| format!("{} at {:?}", error, error.instance_path().to_string()))
        .collect();
    assert!(errors.is_empty(), "{name}, against the document:\n{}\n{value:#}", errors.join("\n"));
}

/// The validator for a schema within the document.
fn validator(schema: &Value) -> Arc<Validator> {
    static KNOWN: Mutex<BTreeMap<String, Arc<Validator>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let build = || {
        let whole = json!({"allOf": [schema], "components": DOCUMENT["components"]});
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        Arc::new(options.build(&whole).unwrap())
    };
    known.entry(schema.to_string()).or_insert_with(build).clone()
}

fn resolve(value: &Value) -> &Value {
    match value["$ref"].as_str() {
        Some(place) => DOCUMENT.pointer(place.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

fn media_type(headers: &HeaderMap) -> &str {
    let value = headers.get("content-type").map(|value| value.to_str().unwrap()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

/// Closes every object whose properties are described.
fn close(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(close);
            let is_described =
                map.get("properties").is_some_and(Value::is_object) && map.contains_key("type");
            if is_described && !map.contains_key("additionalProperties") {
                map.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

//! The OpenAPI document and what is made of it.

use expect_test::expect_file;
use serde_json::{Value, json};
use sparki_control_plane::{openapi_json, openapi_yaml};

use crate::{
    contract,
    world::{World, send},
};

/// `UPDATE_EXPECT=1 cargo test -p sparki-control-plane --test api openapi` writes the file anew, as does `make goldens`.
#[test]
fn the_file_in_the_repository_is_what_the_server_says() {
    expect_file!["../../openapi.yaml"].assert_eq(&openapi_yaml());
}

#[tokio::test]
async fn the_document_is_served_to_anyone_and_not_sent_twice() {
    let world = World::new().await;
    let reply = send(world.root("GET", "/openapi.json")).await.expect(200);
    assert_eq!(reply.body, serde_json::from_str::<Value>(openapi_json()).unwrap());
    assert_eq!(
        (reply.header("cache-control"), &reply.body["openapi"]),
        ("public, max-age=300", &json!("3.1.0"))
    );
    let again = world.root("GET", "/openapi.json").header("if-none-match", reply.etag());
    send(again).await.expect(304);
}

#[tokio::test]
async fn the_page_tells_every_operation_and_loads_nothing() {
    let world = World::new().await;
    let response = world.root("GET", "/docs").send().await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    let page = response.text().await.unwrap();
    for (_, methods) in contract::paths() {
        for operation in methods.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(page.contains(&format!("<article id=\"{id}\">")), "{id}");
        }
    }
    for loading in ["<script", "<link", "<img", "src=", "style=", "@import", "url("] {
        assert!(!page.contains(loading), "{loading}");
    }
}

#[tokio::test]
async fn every_operation_is_there() {
    let world = World::new().await;
    for (path, methods) in contract::paths() {
        let path = path.replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057");
        assert!(!path.contains('{'), "{path} has a parameter that this test cannot fill in");
        for method in methods.as_object().unwrap().keys() {
            let request = world.root(&method.to_ascii_uppercase(), &path);
            let reply = send(request.header("x-api-key", crate::world::KEY)).await;
            let is_unknown = reply.status == 405 || (reply.status == 404 && reply.code() == "malformed");
            assert!(!is_unknown, "{method} {path} answered with {}", reply.status);
        }
    }
}

#[test]
fn operations_and_types_have_names_of_their_own() {
    let document: Value = serde_json::from_str(openapi_json()).unwrap();
    let mut ids: Vec<&str> = Vec::new();
    for (_, methods) in contract::paths() {
        ids.extend(
            methods.as_object().unwrap().values().map(|operation| operation["operationId"].as_str().unwrap()),
        );
    }
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
    // A type whose name is taken gets a number.
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(!name.ends_with(|c: char| c.is_ascii_digit()), "{name}: give one of them another name");
    }
}

#[test]
fn everything_is_described() {
    fn undescribed(value: &Value, place: &str, found: &mut Vec<String>) {
        let Value::Object(map) = value else {
            return value.as_array().into_iter().flatten().for_each(|item| undescribed(item, place, found));
        };
        for (name, inner) in map {
            if let ("properties", Some(properties)) = (name.as_str(), inner.as_object()) {
                let is_bare =
                    |property: &Value| property.is_object() && property.get("description").is_none();
                let bare = properties.iter().filter(|(_, property)| is_bare(property));
                found.extend(bare.map(|(property, _)| format!("{place}/{property}")));
            }
            undescribed(inner, &format!("{place}/{name}"), found);
        }
    }
    let document: Value = serde_json::from_str(openapi_json()).unwrap();
    let mut found = Vec::new();
    undescribed(&document["components"]["schemas"], "", &mut found);
    undescribed(&document["paths"], "", &mut found);
    assert!(found.is_empty(), "without a description: {found:#?}");
}

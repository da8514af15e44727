//! Two servers on one database behave as one.

use std::collections::HashSet;

use reqwest::{Client, RequestBuilder};
use serde_json::json;
use tokio::task::JoinSet;

use crate::world::{KEY, ON_POSTGRES, World, send};

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

fn create(client: &Client, url: &str, key: &str) -> RequestBuilder {
    let request = client.post(format!("{url}/api/v1/workspaces")).header("x-api-key", KEY);
    request.header("idempotency-key", key).json(&json!({"name": "acme"}))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_key_names_one_request_whichever_server_it_reaches() {
    let world = World::new().await;
    let twin = world.twin().await;
    let mut requests = JoinSet::new();
    for index in 0..20 {
        let url = if index % 2 == 0 { &world.running.url } else { &twin.url };
        let request = create(&client(), url, "same");
        requests.spawn(async move {
            let response = request.send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        });
    }
    let answers: HashSet<(u16, String)> = requests.join_all().await.into_iter().collect();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(answers.iter().next().unwrap().0, 201);
    assert_eq!(world.sql("SELECT id FROM workspaces").await.len(), 1);
    twin.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_name_is_taken_on_both() {
    let world = World::new().await;
    let twin = world.twin().await;
    let mut requests = JoinSet::new();
    for index in 0..20 {
        let url = if index % 2 == 0 { &world.running.url } else { &twin.url };
        let request = create(&client(), url, &format!("key-{index}"));
        requests.spawn(async move { request.send().await.unwrap().status().as_u16() });
    }
    let mut statuses = requests.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201], vec![409; 19]].concat());
    twin.stop().await;
}

#[tokio::test]
async fn what_one_has_written_the_other_reads_and_changes() {
    let world = World::new().await;
    let twin = world.twin().await;
    let workspace = world.admin().workspace("acme").await;
    let path = format!("{}/api/v1/workspaces/{}", twin.url, workspace.id());
    let patch = client().patch(&path).header("x-api-key", KEY).header("if-match", workspace.etag());
    send(patch.json(&json!({"description": "d"}))).await.expect(200);
    let read = world.admin().get(&format!("/workspaces/{}", workspace.id())).await.expect(200);
    assert_eq!(read.body["description"], "d");
    twin.stop().await;
}

#[tokio::test]
async fn a_token_of_one_is_good_with_the_other_until_it_is_revoked() {
    let world = World::with_password().await;
    let twin = world.twin().await;
    let login = json!({"email": "admin@localhost", "password": crate::world::PASSWORD});
    let tokens = send(world.request("POST", "/auth/login").json(&login)).await.expect(200).body;
    let access = tokens["access_token"].as_str().unwrap();
    let me = || client().get(format!("{}/api/v1/me", twin.url)).bearer_auth(access);
    send(me()).await.expect(200);
    let keys = send(client().get(format!("{}/.well-known/jwks.json", twin.url))).await.expect(200).body;
    assert_eq!(keys, send(world.root("GET", "/.well-known/jwks.json")).await.body);
    send(world.request("POST", "/auth/revoke").json(&json!({"access_token": access}))).await.expect(204);
    send(me()).await.expect(401);
    twin.stop().await;
}

#[tokio::test]
async fn the_limit_is_one_for_both_on_postgresql() {
    let world = World::with(|settings| settings.rate_limit_per_hour = 4).await;
    let twin = world.twin().await;
    let other = || client().get(format!("{}/api/v1/platforms", twin.url)).header("x-api-key", KEY);
    world.admin().get("/platforms").await.expect(200);
    let second = send(other()).await.expect(200);
    // SQLite is for one server, which counts in its memory.
    let left = if ON_POSTGRES { "2" } else { "3" };
    assert_eq!(second.header("x-ratelimit-remaining"), left);
    twin.stop().await;
}

//! Many at once.

use std::collections::HashSet;

use serde_json::json;
use sparki_control_plane::{
    Role, Verdict,
    service_account::{self, NewServiceAccount},
    verify_audit_log,
};
use tokio::task::JoinSet;

use crate::world::{KEY, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_key_makes_one_object_however_many_ask_at_once() {
    let world = World::new().await;
    let mut requests = JoinSet::new();
    for _ in 0..20 {
        let request = world.admin().request("POST", "/workspaces").header("idempotency-key", "same");
        let request = request.json(&json!({"name": "acme"}));
        requests.spawn(async move {
            let response = request.send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        });
    }
    let answers: HashSet<(u16, String)> = requests.join_all().await.into_iter().collect();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(answers.iter().next().unwrap().0, 201);
    assert_eq!(world.sql("SELECT id FROM workspaces").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_writers_all_get_their_turn() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await.id();
    let mut writers = JoinSet::new();
    for writer in 0..50 {
        let (url, workspace) = (world.running.url.clone(), workspace.clone());
        writers.spawn(async move {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            for index in 0..4 {
                let name = format!("p{writer}-{index}");
                let body = json!({"workspace_id": workspace, "name": name, "git_url": "git@h:o/r"});
                let created = client
                    .post(format!("{url}/api/v1/projects"))
                    .header("x-api-key", KEY)
                    .header("idempotency-key", &name)
                    .json(&body)
                    .send()
                    .await
                    .unwrap();
                assert_eq!(created.status(), 201);
                let location = created.headers()["location"].to_str().unwrap().to_owned();
                let read =
                    client.get(format!("{url}{location}")).header("x-api-key", KEY).send().await.unwrap();
                assert_eq!(read.status(), 200, "what was written is read");
            }
        });
    }
    writers.join_all().await;
    assert_eq!(world.sql("SELECT id FROM projects").await.len(), 200);
    let verdict = verify_audit_log(&world.database).await.unwrap();
    assert_eq!(verdict, Verdict::Whole { lines: 201 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_changes_to_one_version_one_wins() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    let mut requests = JoinSet::new();
    for index in 0..10 {
        let request = world.admin().request("PATCH", &path).header("if-match", workspace.etag());
        let request = request.json(&json!({"description": format!("{index}")}));
        requests.spawn(async move { request.send().await.unwrap().status().as_u16() });
    }
    let mut statuses = requests.join_all().await;
    statuses.sort();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412, 412, 412, 412]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_second_process_may_write_at_the_same_time() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await.id();
    let mut writers = JoinSet::new();
    for index in 0..40 {
        let body = json!({"workspace_id": workspace, "name": format!("p{index}"), "git_url": "git@h:o/r"});
        let request = world.admin().request("POST", "/projects").header("idempotency-key", world.unique());
        let request = request.json(&body);
        writers.spawn(async move { assert_eq!(request.send().await.unwrap().status(), 201) });
    }
    // Each opens the database anew, as the command line does.
    for index in 0..10 {
        let name = format!("ci{index}");
        let account = NewServiceAccount { workspace: "acme".into(), name, role: Role::Viewer };
        let database = world.database.clone();
        writers.spawn(async move {
            service_account::create(&database, &account).await.unwrap();
        });
    }
    writers.join_all().await;
    assert_eq!(verify_audit_log(&world.database).await.unwrap(), Verdict::Whole { lines: 51 });
}

//! Following what happens.

use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::{
    delivery::Place,
    receiver::Receiver,
    world::{World, send},
};

/// The lines of a stream, read as they come.
struct Lines {
    response: Response,
    text: String,
}

impl Lines {
    async fn open(request: RequestBuilder) -> Self {
        let response = request.header("accept", "text/event-stream").send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// The next event, as its id, its name and its data; `None` at the end.
    async fn next(&mut self) -> Option<(u64, String, Value)> {
        loop {
            let (id, name, data) = self.next_block().await?;
            if !data.is_empty() {
                return Some((id.parse().unwrap(), name, serde_json::from_str(&data).unwrap()));
            }
        }
    }

    /// The fields `id`, `event` and `data` of the next block that is not a heartbeat; `None` at the end.
    async fn next_block(&mut self) -> Option<(String, String, String)> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = block.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
                    line.unwrap_or_default().trim().to_owned()
                };
                let event = (field("id"), field("event"), field("data"));
                self.text = rest.to_owned();
                if event.0.is_empty() {
                    continue;
                }
                return Some(event);
            }
            let chunk = self.response.chunk().await.unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

#[tokio::test]
async fn a_stream_tells_every_change_in_order_and_goes_on_where_it_broke_off() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/events?workspace_id={}", workspace.id());
    let mut lines = Lines::open(admin.request("GET", &format!("{path}&after=0"))).await;
    let (first, name, data) = lines.next().await.unwrap();
    assert_eq!(name, "workspace.created");
    assert_eq!(data["resource"], json!({"type": "workspace", "id": workspace.id()}));
    assert_eq!((&data["id"], &data["type"]), (&json!(first), &json!("workspace.created")));

    // What happens while the stream is open comes by itself.
    let project = admin.project(&workspace.id(), "web").await;
    let (second, name, data) = lines.next().await.unwrap();
    assert_eq!((name.as_str(), &data["workspace_id"]), ("project.created", &json!(workspace.id())));
    assert!(second > first);
    drop(lines);
    let project_path = format!("/projects/{}", project.id());
    let changed = admin.patch(&project_path, &project.etag(), json!({"language": "rust"})).await.expect(200);
    admin.delete(&project_path, &changed.etag()).await.expect(204);

    let again = admin.request("GET", &path).header("last-event-id", second.to_string());
    let mut lines = Lines::open(again).await;
    let (third, name, data) = lines.next().await.unwrap();
    assert_eq!(
        (name.as_str(), &data["data"]["changed_fields"]),
        ("project.updated", &json!(["following", "language"]))
    );
    assert!(third > second);
    assert_eq!(lines.next().await.unwrap().1, "project.deleted");
}

#[tokio::test]
async fn a_stream_starts_with_what_is_new() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let mut lines =
        Lines::open(admin.request("GET", &format!("/events?workspace_id={}", workspace.id()))).await;
    admin.project(&workspace.id(), "web").await;
    assert_eq!(lines.next().await.unwrap().1, "project.created");
}

#[tokio::test]
async fn a_stream_says_at_once_from_where_to_go_on_if_nothing_comes() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/events?workspace_id={}", workspace.id());
    let mut lines = Lines::open(admin.request("GET", &path)).await;
    let (start, name, data) = lines.next_block().await.unwrap();
    assert_eq!((name.as_str(), data.as_str()), ("", ""));
    drop(lines);
    admin.project(&workspace.id(), "web").await;
    let again = admin.request("GET", &path).header("last-event-id", start);
    assert_eq!(Lines::open(again).await.next().await.unwrap().1, "project.created");
}

#[tokio::test]
async fn whoever_takes_no_stream_gets_pages_and_may_wait() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/events?workspace_id={}", workspace.id());
    let page = admin.get(&format!("{path}&after=0")).await.expect(200).body;
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
    let cursor = page["data"][0]["id"].as_u64().unwrap();
    let nothing = admin.get(&format!("{path}&after={cursor}")).await.expect(200).body;
    assert_eq!(nothing, json!({"data": [], "next_cursor": cursor.to_string()}));

    let waiting = admin.request("GET", &format!("{path}&after={cursor}&wait=30s"));
    let waiting = tokio::spawn(send(waiting));
    admin.project(&workspace.id(), "web").await;
    let page = tokio::time::timeout(Duration::from_secs(20), waiting).await.unwrap().unwrap().expect(200);
    assert_eq!(page.body["data"][0]["type"], "project.created");
}

#[tokio::test]
async fn what_is_written_on_one_server_is_told_on_the_other() {
    let world = World::new().await;
    let twin = world.twin().await;
    let workspace = world.admin().workspace("acme").await;
    let url = format!("{}/api/v1/events?workspace_id={}", twin.url, workspace.id());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut lines = Lines::open(client.get(url).header("x-api-key", crate::world::KEY)).await;
    world.admin().project(&workspace.id(), "web").await;
    assert_eq!(lines.next().await.unwrap().1, "project.created");
    // A server that stops ends its streams instead of waiting for them.
    tokio::time::timeout(Duration::from_secs(5), twin.stop()).await.unwrap();
    assert!(lines.next().await.is_none());
}

#[tokio::test]
async fn events_are_for_members() {
    let world = World::new().await;
    let admin = world.admin();
    let (acme, other) = (admin.workspace("acme").await, admin.workspace("other").await);
    let viewer = world.account("acme", sparki_control_plane::Role::Viewer).await;
    viewer.get(&format!("/events?workspace_id={}&after=0", acme.id())).await.expect(200);
    viewer.get(&format!("/events?workspace_id={}&after=0", other.id())).await.expect(404);
    admin.get("/events").await.expect(400);
    admin.get(&format!("/events?workspace_id={}&after=x", acme.id())).await.expect(400);
    admin.get(&format!("/events?workspace_id={}&wait=1h", acme.id())).await.expect(400);
}

#[tokio::test]
async fn events_hold_names_of_fields_and_no_values() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    let environment = admin.environment(&project.id(), "dev").await;
    let body = json!({
        "environment_id": environment.id(), "name": "hook", "platform": "custom",
        "settings": {"script": "deploy --quietly", "signing_secret": "webhook-s3cr3t"},
    });
    admin.post("/deployment-targets", body).await.expect(201);
    let path = format!("/events?workspace_id={}&after=0", workspace.id());
    let page = admin.get(&path).await.expect(200).body;
    assert_eq!(page["data"].as_array().unwrap().len(), 4);
    let text = page.to_string();
    assert!(text.contains("deployment_target.created") && !text.contains("quietly"), "{text}");
}

#[tokio::test]
async fn a_stream_ends_with_the_right_to_it() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let member = world.member(&workspace, "ann@example.com", Role::Viewer).await;
    let path = format!("/events?workspace_id={workspace}");
    let mut lines = Lines::open(member.request("GET", &path)).await;
    let team = json!({"workspace_id": workspace, "name": "first"});
    admin.post("/teams", team).await.expect(201);
    assert_eq!(lines.next().await.unwrap().1, "team.created");
    let listed = admin.get(&format!("/workspace-members?workspace_id={workspace}")).await.body;
    let mut listed = listed["data"].as_array().unwrap().iter();
    let ann = listed.find(|one| one["email"] == "ann@example.com").unwrap();
    let ann = format!("/workspace-members/{}", ann["id"].as_str().unwrap());
    admin.delete(&ann, "*").await.expect(204);
    let team = json!({"workspace_id": workspace, "name": "second"});
    admin.post("/teams", team).await.expect(201);
    assert_eq!(lines.next().await, None);
    member.get(&path).await.expect(404);
}

#[tokio::test]
async fn a_stream_ends_with_the_credential_that_opened_it() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let token = json!({"workspace_id": workspace, "name": "laptop"});
    let token = admin.post("/api-tokens", token).await.expect(201);
    let holder = world.key(token.body["value"].as_str().unwrap());
    let path = format!("/events?workspace_id={workspace}");
    let mut lines = Lines::open(holder.request("GET", &path)).await;
    admin.project(&workspace, "web").await;
    assert_eq!(lines.next().await.unwrap().1, "project.created");
    admin.delete(&format!("/api-tokens/{}", token.id()), "*").await.expect(204);
    assert_eq!(lines.next().await, None);
    holder.get(&path).await.expect(401);
}

#[tokio::test]
async fn the_stream_of_a_deployment_begins_with_it_and_says_that_it_has_ended() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({})).await;
    let deployed = place.deploy("v1").await;
    let path = format!("/deployments/{}/events", deployed.id());
    let mut lines = Lines::open(place.admin.request("GET", &path)).await;
    let mut names = Vec::new();
    while let Some((_, name, _)) = lines.next().await {
        names.push(name);
    }
    assert_eq!(names.first().unwrap(), "deployment.created");
    assert_eq!(names[names.len() - 2..], ["deployment.succeeded", "end"]);
}

#[tokio::test]
async fn a_stream_without_news_shows_that_it_is_alive() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let path = format!("/events?workspace_id={workspace}");
    let request = admin.request("GET", &path).header("accept", "text/event-stream");
    let mut response = request.send().await.unwrap();
    let mut text = String::new();
    let heartbeat = async {
        while !text.contains(": heartbeat") {
            let chunk = response.chunk().await.unwrap().expect("it goes on");
            text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    };
    // Every 15 seconds, by the contract.
    tokio::time::timeout(Duration::from_secs(25), heartbeat).await.unwrap();
}

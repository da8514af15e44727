//! Lists, filters and batches.

use serde_json::{Value, json};

use crate::world::{Reply, World};

fn names(reply: &Reply) -> Vec<&str> {
    reply.body["data"].as_array().unwrap().iter().map(|object| object["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn pages_show_every_object_once() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    // All are created in the same instant, so the id has to decide.
    for index in 0..7 {
        admin.project(&workspace.id(), &format!("p{index}")).await;
    }
    let mut seen = Vec::new();
    let mut path = "/projects?limit=3".to_owned();
    let mut pages = 0;
    loop {
        let page = admin.get(&path).await.expect(200);
        seen.extend(names(&page).into_iter().map(str::to_owned));
        pages += 1;
        // What is created while paging does not disturb the pages.
        admin.project(&workspace.id(), &format!("late{pages}")).await;
        match page.body["next_cursor"].as_str() {
            Some(cursor) if seen.len() < 7 => path = format!("/projects?limit=3&cursor={cursor}"),
            _ => break,
        }
    }
    assert_eq!(&seen[..7], ["p0", "p1", "p2", "p3", "p4", "p5", "p6"]);
    let whole = admin.get("/projects").await;
    assert_eq!(whole.body["next_cursor"], Value::Null);
}

#[tokio::test]
async fn lists_are_narrowed_by_field_and_label() {
    let world = World::new().await;
    let admin = world.admin();
    let (acme, other) = (admin.workspace("acme").await, admin.workspace("other").await);
    admin.project(&other.id(), "web").await;
    for (slug, tier) in [("web", "gold"), ("api", "gold"), ("docs", "tin")] {
        let body = json!({
            "workspace_id": acme.id(), "name": slug, "git_url": "git@h:o/r", "labels": {"tier/x": tier, "a": slug},
        });
        admin.post("/projects", body).await.expect(201);
    }
    let list = async |query: &str| -> Vec<String> {
        let reply = admin.get(&format!("/projects?{query}")).await.expect(200);
        names(&reply).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(list(&format!("workspace_id={}", acme.id())).await, ["web", "api", "docs"]);
    assert_eq!(list(&format!("workspace_id={}&slug=web", acme.id())).await, ["web"]);
    assert_eq!(list("slug=web").await.len(), 2);
    assert_eq!(list("label.tier%2Fx=gold").await, ["web", "api"]);
    assert_eq!(list("label.tier%2Fx=gold&label.a=api").await, ["api"]);
    assert_eq!(list("label.nothing=x").await, Vec::<String>::new());
    let workspaces = admin.get("/workspaces?slug=acme").await;
    assert_eq!(names(&workspaces), ["acme"]);
}

#[tokio::test]
async fn each_kind_has_its_filters() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    let environment = admin.environment(&project.id(), "dev").await;
    admin.pipeline(&project.id(), "ci").await;
    admin.target(&environment.id(), "main").await;
    for (path, found) in [
        (format!("/pipelines?project_id={}&name=ci", project.id()), 1),
        (format!("/pipelines?project_id={}", workspace.id()), 0),
        (format!("/environments?project_id={}&slug=dev", project.id()), 1),
        ("/environments?slug=prod".to_owned(), 0),
        (format!("/deployment-targets?environment_id={}&name=main", environment.id()), 1),
        ("/deployment-targets?name=other".to_owned(), 0),
    ] {
        assert_eq!(names(&admin.get(&path).await.expect(200)).len(), found, "{path}");
    }
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused() {
    let world = World::new().await;
    for query in ["limit=0", "limit=201", "limit=x", "cursor=zzz!", "color=blue", "slug=a&slug=b"] {
        let refused = world.admin().get(&format!("/workspaces?{query}")).await.expect(400);
        assert_eq!(refused.code(), "malformed", "{query}");
    }
    world.admin().get("/workspaces?limit=200").await.expect(200);
}

#[tokio::test]
async fn the_server_may_hold_pages_smaller_than_asked() {
    let world = World::with(|settings| settings.page_size_max = 2).await;
    for slug in ["aa", "bb", "cc"] {
        world.admin().workspace(slug).await;
    }
    let page = world.admin().get("/workspaces?limit=100").await.expect(200);
    assert_eq!(names(&page), ["aa", "bb"]);
    assert!(page.body["next_cursor"].is_string());
}

#[tokio::test]
async fn a_batch_answers_each_item() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    let missing = "01890a5d-ac96-774b-bcce-b302099a8057";
    let body = json!({"items": [
        {"kind": "project", "id": project.id().to_uppercase()},
        {"kind": "workspace", "id": workspace.id(), "if_none_match": workspace.etag()},
        {"kind": "workspace", "id": workspace.id(), "if_none_match": "\"1-old\""},
        {"kind": "pipeline", "id": project.id()},
        {"kind": "deployment_target", "id": missing},
        {"kind": "environment", "id": "no id"},
    ]});
    // No Idempotency-Key: reading creates nothing.
    let request = admin.request("POST", "/resources:batchGet").json(&body);
    let reply = crate::world::send(request).await.expect(200);
    let data = reply.body["data"].as_array().unwrap();
    let statuses: Vec<i64> = data.iter().map(|item| item["status"].as_i64().unwrap()).collect();
    assert_eq!(statuses, [200, 304, 200, 404, 404, 404]);
    assert_eq!((&data[0]["resource"], &data[0]["etag"]), (&project.body, &json!(project.etag())));
    let asked = project.id().to_uppercase();
    assert_eq!((&data[0]["kind"], &data[0]["id"]), (&json!("project"), &json!(asked)), "it is echoed");
    let listed =
        admin.get(&format!("/projects?workspace_id={}", workspace.id().to_uppercase())).await.expect(200);
    assert_eq!(listed.body["data"][0]["id"], json!(project.id()));
    assert_eq!((&data[1]["resource"], &data[1]["etag"]), (&Value::Null, &json!(workspace.etag())));
    assert_eq!((&data[4]["resource"], &data[4]["etag"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_batch_has_its_limits() {
    let world = World::new().await;
    let post = async |body: Value| world.admin().post("/resources:batchGet", body).await;
    let item = json!({"kind": "workspace", "id": "01890a5d-ac96-774b-bcce-b302099a8057"});
    post(json!({"items": vec![item.clone(); 200]})).await.expect(200);
    let refused = post(json!({"items": vec![item; 201]})).await.expect(422);
    assert_eq!(refused.errors(), ["/items length"]);
    let refused = post(json!({"items": [{"kind": "cloud", "id": "x"}]})).await.expect(422);
    assert_eq!(refused.errors(), ["/items/0/kind choice"]);
    assert_eq!(post(json!({})).await.expect(422).errors(), ["/items required"]);
}

#[tokio::test]
async fn no_answer_is_larger_than_a_client_reads() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    let step = json!({"name": "step", "command": "x".repeat(10_000)});
    let stages = json!([{"name": "stage", "steps": vec![step; 90]}]);
    let mut ids = Vec::new();
    for name in 0..12 {
        let body = json!({
            "project_id": project.id(), "name": name.to_string(), "configuration": {"version": "v1", "stages": stages},
        });
        ids.push(admin.post("/pipelines", body).await.expect(201).id());
    }
    let first = admin.get("/pipelines?limit=200").await.expect(200).body;
    let cursor = first["next_cursor"].as_str().expect("there are more than there is room for");
    let second = admin.get(&format!("/pipelines?limit=200&cursor={cursor}")).await.expect(200).body;
    assert_eq!(second["next_cursor"], Value::Null);
    let pages = [&first, &second].map(|page| page["data"].as_array().unwrap());
    assert!(pages[0].len() > 1 && pages[0].len() < 12);
    let listed: Vec<&str> = pages.into_iter().flatten().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(listed, ids);

    let items = |ids: &[String]| -> Vec<Value> {
        ids.iter().map(|id| json!({"kind": "pipeline", "id": id})).collect()
    };
    admin.post("/resources:batchGet", json!({"items": items(&ids[..6])})).await.expect(200);
    admin.post("/resources:batchGet", json!({"items": items(&ids)})).await.expect(413);
    let same = vec![ids[0].clone(); 12];
    admin.post("/resources:batchGet", json!({"items": items(&same)})).await.expect(413);
}

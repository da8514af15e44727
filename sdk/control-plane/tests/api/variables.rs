//! Variables, sets of them, and what of both holds in an environment.

use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::world::{Caller, World};

/// A workspace with a project and an environment, as their ids.
pub(crate) struct Tree {
    pub(crate) workspace: String,
    pub(crate) project: String,
    pub(crate) environment: String,
}

impl Tree {
    pub(crate) async fn plant(caller: &Caller<'_>) -> Self {
        let workspace = caller.workspace("acme").await.id();
        let project = caller.project(&workspace, "web").await.id();
        let environment = caller.environment(&project, "dev").await.id();
        Self { workspace, project, environment }
    }
}

#[tokio::test]
async fn a_variable_belongs_to_one_of_four() {
    let world = World::new().await;
    let admin = world.admin();
    let tree = Tree::plant(&admin).await;
    let set = admin.post("/variable-sets", json!({"workspace_id": tree.workspace, "name": "common"})).await;
    let set = set.expect(201).id();
    let scopes = [
        ("workspace_id", &tree.workspace),
        ("project_id", &tree.project),
        ("environment_id", &tree.environment),
        ("variable_set_id", &set),
    ];
    for (field, id) in scopes {
        let body = json!({field: id, "key": "LOG_LEVEL", "value": ""});
        let created = admin.post("/variables", body.clone()).await.expect(201);
        assert_eq!((&created.body[field], &created.body["value"]), (&json!(id), &json!("")));
        assert_eq!(created.body["availability"], "both");
        for (other, _) in scopes.iter().filter(|(other, _)| *other != field) {
            assert_eq!(created.body[other], Value::Null, "{other}");
        }
        let listed = admin.get(&format!("/variables?{field}={id}")).await.expect(200);
        assert_eq!(listed.body["data"], json!([created.body]));
        let refused = admin.post("/variables", body).await.expect(409);
        assert_eq!(refused.body["existing_id"], json!(created.id()));
    }
    let none = admin.post("/variables", json!({"key": "A", "value": ""})).await.expect(422);
    assert_eq!(none.errors(), [" exactly_one"]);
    let two = json!({"workspace_id": tree.workspace, "project_id": tree.project, "key": "A", "value": ""});
    assert_eq!(admin.post("/variables", two).await.expect(422).errors(), [" exactly_one"]);
    let wrong = json!({"project_id": tree.project, "key": "1a", "availability": "never"});
    let refused = admin.post("/variables", wrong).await.expect(422);
    assert_eq!(refused.errors(), ["/availability choice", "/key format", "/value required"]);
}

#[tokio::test]
async fn a_variable_changes_its_value_and_neither_its_name_nor_its_scope() {
    let world = World::new().await;
    let admin = world.admin();
    let tree = Tree::plant(&admin).await;
    let body = json!({"environment_id": tree.environment, "key": "A", "value": "1"});
    let created = admin.post("/variables", body).await.expect(201);
    let path = format!("/variables/{}", created.id());
    let patch = json!({"value": "2", "availability": "build"});
    let changed = admin.patch(&path, &created.etag(), patch).await.expect(200);
    assert_eq!((&changed.body["value"], &changed.body["availability"]), (&json!("2"), &json!("build")));
    let refused = admin.patch(&path, &changed.etag(), json!({"key": "B"})).await.expect(422);
    assert_eq!(refused.errors(), ["/key immutable"]);
    let moved = json!({"environment_id": null, "project_id": tree.project});
    let refused = admin.patch(&path, &changed.etag(), moved).await.expect(422);
    assert_eq!(refused.errors(), ["/environment_id immutable", "/project_id immutable"]);
}

#[tokio::test]
async fn a_name_is_either_a_variable_or_a_secret() {
    let world = World::new().await;
    let admin = world.admin();
    let tree = Tree::plant(&admin).await;
    let body = json!({"project_id": tree.project, "key": "A", "value": "x"});
    let variable = admin.post("/variables", body.clone()).await.expect(201);
    let refused = admin.post("/secrets", body).await.expect(409);
    assert_eq!((refused.code(), &refused.body["existing_id"]), ("already_exists", &json!(variable.id())));
    // In another scope it is another name.
    let body = json!({"environment_id": tree.environment, "key": "A", "value": "x"});
    let secret = admin.post("/secrets", body.clone()).await.expect(201);
    let refused = admin.post("/variables", body).await.expect(409);
    assert_eq!(refused.body["existing_id"], json!(secret.id()));
}

#[tokio::test]
async fn the_nearest_definition_holds_and_says_where_it_comes_from() {
    let world = World::new().await;
    let admin = world.admin();
    let tree = Tree::plant(&admin).await;
    let mut sets = Vec::new();
    for name in ["first", "second", "elsewhere"] {
        let body = json!({"workspace_id": tree.workspace, "name": name});
        sets.push(admin.post("/variable-sets", body).await.expect(201).id());
    }
    for (field, target, set) in
        [("project_id", &tree.project, &sets[0]), ("environment_id", &tree.environment, &sets[1])]
    {
        world.advance(1);
        let body = json!({"variable_set_id": set, field: target});
        admin.post("/variable-set-attachments", body).await.expect(201);
    }
    let scopes = [
        ("workspace_id", &tree.workspace, "ABCDE"),
        ("variable_set_id", &sets[0], "BCDE"),
        ("variable_set_id", &sets[1], "CDE"),
        ("variable_set_id", &sets[2], "F"),
        ("project_id", &tree.project, "DE"),
        ("environment_id", &tree.environment, "E"),
    ];
    for (index, (field, id, keys)) in scopes.into_iter().enumerate() {
        for key in keys.chars().map(String::from) {
            let body = json!({field: id, "key": key, "value": index.to_string()});
            admin.post("/variables", body).await.expect(201);
        }
    }
    let body = json!({"project_id": tree.project, "key": "TOKEN", "value": "hunter2-resolved"});
    let secret = admin.post("/secrets", body).await.expect(201);

    let path = format!("/environments/{}/resolved-variables", tree.environment);
    let resolved = admin.get(&path).await.expect(200).body;
    let shown: Vec<String> = resolved["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| format!("{} {} {}", entry["key"], entry["value"], entry["source"]["scope"]))
        .collect();
    let expected = [
        r#""A" "0" "workspace""#,
        r#""B" "1" "variable_set""#,
        r#""C" "2" "variable_set""#,
        r#""D" "4" "project""#,
        r#""E" "5" "environment""#,
        r#""TOKEN" null "project""#,
    ];
    assert_eq!(shown, expected);
    let last = &resolved["data"][5];
    let source = json!({"scope": "project", "scope_id": tree.project, "id": secret.id()});
    assert_eq!((&last["kind"], &last["source"]), (&json!("secret"), &source));
    assert_eq!((&last["fingerprint"], &last["version"]), (&secret.body["fingerprint"], &json!(1)));
    assert!(!resolved.to_string().contains("hunter2"));

    admin.workspace("other").await;
    world.account("other", Role::Owner).await.get(&path).await.expect(404);
}

#[tokio::test]
async fn a_set_is_attached_once_and_within_its_workspace() {
    let world = World::new().await;
    let admin = world.admin();
    let tree = Tree::plant(&admin).await;
    let other = admin.workspace("other").await.id();
    let set = admin.post("/variable-sets", json!({"workspace_id": tree.workspace, "name": "common"})).await;
    let foreign = admin.post("/variable-sets", json!({"workspace_id": other, "name": "common"})).await;
    let body = json!({"variable_set_id": foreign.id(), "project_id": tree.project});
    let refused = admin.post("/variable-set-attachments", body).await.expect(422);
    assert_eq!(refused.errors(), ["/variable_set_id not_found"]);
    let body = json!({"variable_set_id": set.id(), "project_id": tree.project});
    let attachment = admin.post("/variable-set-attachments", body.clone()).await.expect(201);
    let refused = admin.post("/variable-set-attachments", body).await.expect(409);
    assert_eq!(refused.body["existing_id"], json!(attachment.id()));
    let both = json!({
        "variable_set_id": set.id(), "project_id": tree.project, "environment_id": tree.environment,
    });
    let refused = admin.post("/variable-set-attachments", both).await.expect(422);
    assert_eq!(refused.errors(), [" exactly_one"]);

    let path = format!("/variable-sets/{}", set.id());
    let refused = admin.delete(&path, &set.etag()).await.expect(409);
    let dependent = json!({"kind": "variable_set_attachment", "id": attachment.id(), "name": tree.project});
    assert_eq!((refused.code(), &refused.body["dependents"]), ("in_use", &json!([dependent])));
    let attachments = format!("/variable-set-attachments/{}", attachment.id());
    admin.delete(&attachments, &attachment.etag()).await.expect(204);
    admin.delete(&path, &set.etag()).await.expect(204);
}

#[tokio::test]
async fn a_workspace_takes_everything_along() {
    let world = World::new().await;
    let admin = world.admin();
    let tree = Tree::plant(&admin).await;
    let set = admin.post("/variable-sets", json!({"workspace_id": tree.workspace, "name": "common"})).await;
    let set = set.expect(201).id();
    let body = json!({"variable_set_id": set, "environment_id": tree.environment});
    admin.post("/variable-set-attachments", body).await.expect(201);
    for (field, id) in [
        ("workspace_id", &tree.workspace),
        ("project_id", &tree.project),
        ("environment_id", &tree.environment),
        ("variable_set_id", &set),
    ] {
        admin.post("/variables", json!({field: id, "key": "A", "value": "x"})).await.expect(201);
        admin.post("/secrets", json!({field: id, "key": "B", "value": "x"})).await.expect(201);
    }
    let path = format!("/environments/{}", tree.environment);
    let environment = admin.get(&path).await;
    let refused = admin.delete(&path, &environment.etag()).await.expect(409);
    let kinds: Vec<&Value> =
        refused.body["dependents"].as_array().unwrap().iter().map(|dependent| &dependent["kind"]).collect();
    assert_eq!(kinds, ["variable_set_attachment", "variable", "secret"]);
    let path = format!("/workspaces/{}", tree.workspace);
    let workspace = admin.get(&path).await;
    admin.delete(&format!("{path}?behavior=cascade"), &workspace.etag()).await.expect(204);
    for collection in ["/variables", "/secrets", "/variable-sets", "/variable-set-attachments"] {
        assert_eq!(admin.get(collection).await.expect(200).body["data"], json!([]), "{collection}");
    }
}

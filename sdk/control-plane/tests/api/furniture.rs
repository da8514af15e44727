//! Workspaces with one object of every kind.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    builds::COMMIT,
    world::{Caller, Reply, configuration},
};

/// A kind of object that there is one of, and where its parent is named.
pub(crate) struct Furniture {
    pub(crate) collection: &'static str,
    pub(crate) field: &'static str,
    parent: &'static str,
}

const fn kind(collection: &'static str, field: &'static str, parent: &'static str) -> Furniture {
    Furniture { collection, field, parent }
}

/// Every kind that can be created, each after those it needs.
pub(crate) const KINDS: &[Furniture] = &[
    kind("workspaces", "", ""),
    kind("roles", "workspace_id", "workspaces"),
    kind("service-accounts", "workspace_id", "workspaces"),
    kind("role-bindings", "workspace_id", "workspaces"),
    kind("workspace-members", "workspace_id", "workspaces"),
    kind("teams", "workspace_id", "workspaces"),
    kind("team-memberships", "team_id", "teams"),
    kind("api-tokens", "workspace_id", "workspaces"),
    kind("oidc-trusts", "service_account_id", "service-accounts"),
    kind("sso-connections", "workspace_id", "workspaces"),
    kind("audit-log-streams", "workspace_id", "workspaces"),
    kind("platform-connections", "workspace_id", "workspaces"),
    kind("notification-channels", "workspace_id", "workspaces"),
    kind("notification-rules", "workspace_id", "workspaces"),
    kind("webhooks", "workspace_id", "workspaces"),
    kind("variable-sets", "workspace_id", "workspaces"),
    kind("promotion-flows", "workspace_id", "workspaces"),
    kind("projects", "workspace_id", "workspaces"),
    kind("variable-set-attachments", "project_id", "projects"),
    kind("pipelines", "project_id", "projects"),
    kind("pipeline-schedules", "pipeline_id", "pipelines"),
    kind("builds", "pipeline_id", "pipelines"),
    kind("releases", "project_id", "projects"),
    kind("environments", "project_id", "projects"),
    kind("variables", "environment_id", "environments"),
    kind("secrets", "environment_id", "environments"),
    kind("deployment-targets", "environment_id", "environments"),
    kind("environment-gates", "environment_id", "environments"),
    kind("drift-reports", "environment_id", "environments"),
    kind("promotions", "environment_id", "environments"),
    kind("environment-releases", "environment_id", "environments"),
    // From here on the release can go nowhere, so these come last.
    kind("freeze-windows", "workspace_id", "workspaces"),
    kind("deployments", "environment_id", "environments"),
    kind("release-blocks", "release_id", "releases"),
];

/// Id and `ETag` of the objects of a workspace, by collection.
pub(crate) type Objects = BTreeMap<&'static str, (String, String)>;

/// A workspace with one object of every kind.
pub(crate) async fn furnished(admin: &Caller<'_>, slug: &str) -> Objects {
    let mut objects = Objects::new();
    for kind in KINDS {
        let name = if kind.collection == "workspaces" { slug } else { "canary" };
        let mut body = valid(kind, name, &objects);
        if kind.collection == "promotions" {
            let plan = json!({
                "environment_id": body["environment_id"], "release_id": body["release_id"], "operation": "promote",
            });
            body["plan_digest"] =
                admin.post("/promotions:plan", plan).await.expect(200).body["digest"].clone();
        }
        if ["environment-releases", "deployments"].contains(&kind.collection) {
            body["environment_id"] = json!(another_environment(admin, kind, &objects).await.id());
        }
        let made = admin.post(&format!("/{}", kind.collection), body).await;
        assert!(matches!(made.status, 201 | 202), "{}: {:#}", kind.collection, made.body);
        objects.insert(kind.collection, (made.id(), made.etag()));
    }
    let operations = format!("/operations?workspace_id={}", objects["workspaces"].0);
    let operations = admin.get(&operations).await.expect(200);
    let operation = operations.body["data"][0]["id"].as_str().unwrap().to_owned();
    objects.insert("operations", (operation, String::new()));
    objects
}

/// An environment for what cannot go on beside a promotion.
async fn another_environment(admin: &Caller<'_>, kind: &Furniture, objects: &Objects) -> Reply {
    let environment = admin.environment(&objects["projects"].0, kind.collection).await;
    admin.target(&environment.id(), "main").await;
    environment
}

/// A body of a new object that is right, but for who may send it.
pub(crate) fn valid(kind: &Furniture, name: &str, objects: &Objects) -> Value {
    let id = |collection: &str| json!(objects[collection].0);
    let digest = format!("sha256:{}", "ab".repeat(32));
    let mut body = match kind.collection {
        "workspaces" => json!({"deletion_protection": false}),
        "roles" => json!({"permissions": ["project:read"]}),
        "role-bindings" => {
            json!({"role_id": "viewer", "principal": {"type": "service_account", "id": id("service-accounts")}})
        }
        "workspace-members" => {
            json!({"email": format!("{name}@{}.example.com", objects["workspaces"].0)})
        }
        "team-memberships" => json!({"user_id": id("service-accounts")}),
        "oidc-trusts" => json!({"preset": "gitlab", "subject": format!("project_path:{name}")}),
        "sso-connections" => {
            json!({"protocol": "github", "settings": {"client_id": name, "client_secret": "s"}})
        }
        "audit-log-streams" => json!({"sink": {"type": "http", "url": "http://127.0.0.1:1/"}}),
        "platform-connections" => json!({"platform": "flyio", "token": "t"}),
        "notification-channels" => json!({"slack": {"webhook_url": "http://127.0.0.1:1/"}}),
        "notification-rules" => json!({"events": ["build.*"], "channel_ids": [id("notification-channels")]}),
        "webhooks" => {
            json!({"url": format!("http://127.0.0.1:1/{name}"), "events": ["build.*"], "secret": "plaintext-secret"})
        }
        "promotion-flows" => json!({"stages": [{"environment": "dev"}]}),
        "projects" => json!({"git_url": "git@h:o/r"}),
        "variable-set-attachments" => json!({"variable_set_id": id("variable-sets")}),
        "pipelines" => json!({"configuration": configuration()}),
        "pipeline-schedules" => json!({"cron": "0 3 * * *"}),
        "builds" => json!({"commit_sha": COMMIT}),
        "releases" => json!({
            "version": name, "commit_sha": COMMIT,
            "artifacts": [{"name": "web", "uri": "oci://r/web", "digest": digest}],
        }),
        "variables" => json!({"key": format!("V_{}", name.to_uppercase()), "value": "v"}),
        "secrets" => json!({"key": format!("S_{}", name.to_uppercase()), "value": "v"}),
        "deployment-targets" => json!({"platform": "render", "settings": {"service_id": "s"}}),
        "environment-gates" => json!({"approval": {}}),
        "drift-reports" => json!({"status": "clean"}),
        "promotions" => json!({"release_id": id("releases"), "plan_digest": digest}),
        "environment-releases" => json!({"release": {"version": "canary"}}),
        "freeze-windows" => {
            json!({"once": {"starts_at": "2035-01-01T00:00:00Z", "ends_at": "2035-01-02T00:00:00Z"}})
        }
        "deployments" => json!({"release_id": id("releases")}),
        "release-blocks" => json!({"reason": name}),
        _ => json!({}),
    };
    let nameless = [
        "role-bindings",
        "workspace-members",
        "team-memberships",
        "webhooks",
        "variable-set-attachments",
        "builds",
        "releases",
        "variables",
        "secrets",
        "drift-reports",
        "promotions",
        "environment-releases",
        "deployments",
        "release-blocks",
    ];
    if !nameless.contains(&kind.collection) {
        body["name"] = json!(name);
    }
    if !kind.field.is_empty() {
        body[kind.field] = id(kind.parent);
    }
    body
}

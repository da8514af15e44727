//! Lists, which need a newer Terraform than the one of the other tests.

use acceptance::ControlPlane;
use serde_json::{Value, json};
use sparki_core::Dynamic;

use crate::conversation::{Conversation, Told, Wanted};

/// An object that is there.
pub(crate) struct Planted {
    pub(crate) id: String,
    pub(crate) path: String,
}

/// Makes a few objects of every type, and returns them by type, the oldest first.
pub(crate) fn tree(control_plane: &ControlPlane) -> Vec<(&'static str, Vec<Planted>)> {
    let make = |collection: &str, path: String, body: Value| {
        let made = control_plane.create(collection, &body);
        Planted { id: made["id"].as_str().expect("an object has an id").to_owned(), path }
    };
    let mut workspaces = Vec::new();
    let mut projects = Vec::new();
    let mut pipelines = Vec::new();
    let mut environments = Vec::new();
    let mut targets = Vec::new();
    for workspace in ["acme", "beta"] {
        workspaces.push(make("workspaces", workspace.into(), json!({"name": workspace, "slug": workspace})));
        let workspace_id = &workspaces[workspaces.len() - 1].id;
        for project in ["web", "app"] {
            let path = format!("{workspace}/{project}");
            let url = format!("https://github.com/{path}");
            let labels = json!({"team": if project == "web" { "edge" } else { "core" }});
            let body = json!({
                "workspace_id": workspace_id, "name": project, "slug": project, "git_url": url, "labels": labels,
            });
            projects.push(make("projects", path.clone(), body));
            let project_id = &projects[projects.len() - 1].id;
            let stages = json!([{"name": "test", "steps": [{"name": "unit", "command": "make"}]}]);
            let configuration = json!({"version": "v1", "stages": stages});
            let body = json!({"project_id": project_id, "name": "ci", "configuration": configuration});
            pipelines.push(make("pipelines", format!("{path}/ci"), body));
            let body = json!({"project_id": project_id, "name": "QA", "slug": "qa", "tier": "testing"});
            environments.push(make("environments", format!("{path}/qa"), body));
            let environment_id = &environments[environments.len() - 1].id;
            for target in ["use1", "usw2"] {
                let body = json!({
                    "environment_id": environment_id, "name": target, "platform": "custom", "settings": {"script": "./ship"},
                });
                targets.push(make("deployment-targets", format!("{path}/qa/{target}"), body));
            }
        }
    }
    vec![
        ("sparki_workspace", workspaces),
        ("sparki_project", projects),
        ("sparki_pipeline", pipelines),
        ("sparki_environment", environments),
        ("sparki_deployment_target", targets),
    ]
}

fn ids(found: &[Told]) -> Vec<&str> {
    found.iter().filter_map(|one| one.identity.attribute("id").as_str()).collect()
}

#[test]
fn everything_is_found_once_on_pages_of_one_and_leads_to_its_import() {
    let control_plane = ControlPlane::start_with(&["--page-size-max", "1"]);
    let tree = tree(&control_plane);
    let mut provider = Conversation::start(&control_plane, None);
    for (kind, objects) in &tree {
        let wanted: Vec<_> = objects.iter().map(|object| object.id.as_str()).collect();
        let identities = provider.list(kind, &[], 0, Wanted::Identities);
        assert_eq!(ids(&identities), wanted, "{kind}");
        assert!(identities.iter().all(|one| one.state.is_null()), "{kind}");
        let whole = provider.list(kind, &[], 0, Wanted::Objects);
        assert_eq!(ids(&whole), wanted, "{kind}");
        for (one, object) in whole.iter().zip(objects) {
            assert_eq!(Some(one.display_name.as_str()), object.path.rsplit('/').next(), "{kind}");
            let imported = provider.import_identity(kind, &one.identity);
            assert_eq!((&imported.state, &imported.identity), (&one.state, &one.identity), "{kind}");
        }
    }
}

/// A type, what narrows its list down, and the paths of what is left.
type Filtered<'a> = (&'a str, Vec<(&'a str, Dynamic)>, &'a [&'a str]);

#[test]
fn a_filter_narrows_a_list_down() {
    let control_plane = ControlPlane::start();
    let tree = tree(&control_plane);
    let mut provider = Conversation::start(&control_plane, None);
    let planted = |kind: &str| &tree.iter().find(|(name, _)| *name == kind).expect("it was planted").1;
    let edge = || Dynamic::Map([("team".to_owned(), "edge".into())].into());
    let web = planted("sparki_project")[0].id.as_str();
    let cases: [Filtered<'_>; 12] = [
        ("sparki_workspace", vec![("slug", "beta".into())], &["beta"]),
        ("sparki_workspace", vec![("labels", edge())], &[]),
        ("sparki_project", vec![("workspace", "acme".into())], &["acme/web", "acme/app"]),
        ("sparki_project", vec![("slug", "web".into())], &["acme/web", "beta/web"]),
        ("sparki_project", vec![("labels", edge()), ("workspace", "beta".into())], &["beta/web"]),
        ("sparki_pipeline", vec![("project", "acme/web".into())], &["acme/web/ci"]),
        ("sparki_pipeline", vec![("project", web.into()), ("name", "ci".into())], &["acme/web/ci"]),
        ("sparki_pipeline", vec![("name", "cd".into())], &[]),
        ("sparki_environment", vec![("project", "beta/app".into())], &["beta/app/qa"]),
        (
            "sparki_environment",
            vec![("slug", "qa".into())],
            &["acme/web/qa", "acme/app/qa", "beta/web/qa", "beta/app/qa"],
        ),
        (
            "sparki_deployment_target",
            vec![("environment", "acme/web/qa".into())],
            &["acme/web/qa/use1", "acme/web/qa/usw2"],
        ),
        (
            "sparki_deployment_target",
            vec![("environment", "acme/web/qa".into()), ("name", "usw2".into())],
            &["acme/web/qa/usw2"],
        ),
    ];
    for (kind, filter, paths) in cases {
        let found = provider.list(kind, &filter, 0, Wanted::Identities);
        let path =
            |id: &str| planted(kind).iter().find(|object| object.id == id).map(|object| object.path.as_str());
        let shown: Vec<_> = found.iter().map(|one| one.display_name.clone()).collect();
        let found: Vec<_> = ids(&found).into_iter().filter_map(path).collect();
        assert_eq!(found, paths, "{kind} {filter:?}");
        let is_path = |(name, value): &(&str, Dynamic)| {
            ["workspace", "project", "environment"].contains(name) && *value != web.into()
        };
        if filter.iter().any(is_path) {
            assert_eq!(shown, paths, "{kind} {filter:?}");
        }
    }
}

#[test]
fn no_more_is_asked_for_than_the_limit() {
    let control_plane = ControlPlane::start_with(&["--page-size-max", "1"]);
    let tree = tree(&control_plane);
    let mut provider = Conversation::start(&control_plane, None);
    let (kind, projects) = &tree[1];
    for limit in 1..=projects.len() {
        let before = control_plane.requests("GET /projects");
        let found = provider.list(kind, &[], i64::try_from(limit).expect("it is small"), Wanted::Objects);
        assert_eq!(found.len(), limit);
        assert_eq!(control_plane.requests("GET /projects") - before, limit as u64, "a page holds one");
    }
    let all = provider.list(kind, &[], 100, Wanted::Objects);
    assert_eq!(all.len(), projects.len());
}

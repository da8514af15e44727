//! Lists, against a control plane that answers two pages.

use serde_json::{Value as Json, json};
use sparki::{ProjectFilter, Sparki};
use wiremock::matchers::{method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

const WORKSPACE: &str = "01930000-0000-7000-8000-0000000000a1";

fn project(slug: &str) -> Json {
    json!({
        "id": format!("01930000-0000-7000-8000-0000000000{slug}"), "workspace_id": WORKSPACE, "name": slug, "slug": slug,
        "git_url": "https://github.com/acme/web", "default_branch": "main", "root_directory": ".", "detection": "auto",
        "visibility": "private", "deletion_protection": false, "labels": {"team": "edge"},
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
    })
}

/// Two pages of projects in a workspace.
async fn control_plane() -> MockServer {
    let server = MockServer::start().await;
    let workspaces = json!({"data": [{"id": WORKSPACE, "slug": "acme"}], "next_cursor": null});
    Mock::given(method("GET"))
        .and(path("/api/v1/workspaces"))
        .and(query_param("slug", "acme"))
        .respond_with(ResponseTemplate::new(200).set_body_json(workspaces))
        .mount(&server)
        .await;
    let first = json!({"data": [project("b1"), project("b2")], "next_cursor": "next"});
    let second = json!({"data": [project("b3")], "next_cursor": null});
    let page = || {
        Mock::given(method("GET")).and(path("/api/v1/projects")).and(query_param("workspace_id", WORKSPACE))
    };
    page()
        .and(query_param_is_missing("cursor"))
        .respond_with(ResponseTemplate::new(200).set_body_json(first))
        .mount(&server)
        .await;
    page()
        .and(query_param("cursor", "next"))
        .respond_with(ResponseTemplate::new(200).set_body_json(second))
        .mount(&server)
        .await;
    server
}

fn connect(server: &MockServer) -> Sparki {
    let sparki = Sparki::builder().endpoint(server.uri()).api_key("spk_1_hunter2").connect();
    sparki.expect("the settings are complete")
}

fn acme() -> ProjectFilter {
    ProjectFilter::new().workspace("acme")
}

#[tokio::test]
async fn every_page_is_read() {
    let server = control_plane().await;
    let found = connect(&server).projects().list(acme()).await.expect("the list is answered");
    let slugs: Vec<_> =
        found.iter().map(|project| project.name.known().cloned().unwrap_or_default()).collect();
    assert_eq!(slugs, ["b1", "b2", "b3"]);
    // What is found is under management like anything else.
    let change = connect(&server).projects().plan(
        sparki::ProjectModel::new("b1", "git@github.com:acme/web.git")
            .labels(std::collections::BTreeMap::from([("team".to_owned(), "edge".to_owned())])),
        Some(&found[0]),
    );
    assert_eq!(change.expect("it is acceptable").action(), sparki::Action::NoOp);
}

#[tokio::test]
async fn no_more_is_asked_for_than_is_wanted() {
    let server = control_plane().await;
    let found = connect(&server).projects().list_first(2, acme()).await.expect("the list is answered");
    assert_eq!(found.len(), 2);
    let asked = server.received_requests().await.expect("requests are kept");
    let pages: Vec<_> = asked.iter().filter(|request| request.url.path() == "/api/v1/projects").collect();
    assert_eq!(pages.len(), 1);
    assert!(pages[0].url.query().is_some_and(|query| query.contains("limit=2")), "{}", pages[0].url);
}

#[tokio::test]
async fn a_filter_that_names_nothing_says_so() {
    let server = control_plane().await;
    let sparki = connect(&server);
    let error =
        sparki.projects().list(ProjectFilter::new().workspace("acme/web")).await.expect_err("no workspace");
    assert!(error.to_string().contains("none of the accepted forms"), "{error}");
    let error = sparki.projects().list(ProjectFilter::new().slug("-")).await.expect_err("no slug");
    assert!(error.to_string().contains("slug"), "{error}");
    assert!(server.received_requests().await.expect("requests are kept").is_empty());
}

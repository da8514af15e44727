//! Lists: names on pages, and a description of each only where that is wanted.

use std::ops::ControlFlow;
use std::sync::Mutex;

use serde_json::{Value as Json, json};
use sparki_core::{BoxFuture, Config, Dynamic, Found, List, Objects, RemoteError, Sink, Wanted};
use sparki_topology::eks_cluster::EksClusterFilter;
use sparki_topology::eks_node_group::EksNodeGroupFilter;
use sparki_topology::{EksCluster, EksNodeGroup};
use wiremock::matchers::{method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{aws, operation};

#[derive(Default)]
struct Collected(Mutex<Vec<(String, Dynamic)>>);

impl Sink<(String, Dynamic)> for Collected {
    fn send(&self, item: (String, Dynamic)) -> BoxFuture<'_, ControlFlow<()>> {
        self.0.lock().expect("no test panics with the lock").push(item);
        Box::pin(std::future::ready(ControlFlow::Continue(())))
    }
}

pub(crate) async fn list<R: List<Remote = sparki_aws::Aws>>(
    server: &MockServer,
    filter: R::Filter,
    wanted: Wanted,
) -> Result<Vec<(String, Dynamic)>, RemoteError> {
    let (ctx, _) = operation(&aws(&server.uri()));
    let collected = Collected::default();
    R::list(&ctx, Config::new(filter), &mut Found::new(&collected, wanted)).await?;
    Ok(collected.0.into_inner().expect("no test panics with the lock"))
}

/// Answers one page of a list of names.
async fn page(server: &MockServer, at: &str, token: Option<&str>, answer: Json) {
    let mock = Mock::given(method("GET")).and(path(at));
    let mock = match token {
        Some(token) => mock.and(query_param("nextToken", token)),
        None => mock.and(query_param_is_missing("nextToken")),
    };
    mock.respond_with(ResponseTemplate::new(200).set_body_json(answer)).mount(server).await;
}

async fn two_pages_of_clusters() -> MockServer {
    let server = MockServer::start().await;
    page(&server, "/clusters", None, json!({"clusters": ["a", "b"], "nextToken": "t"})).await;
    page(&server, "/clusters", Some("t"), json!({"clusters": ["c"]})).await;
    server
}

pub(crate) fn names(found: &[(String, Dynamic)]) -> Vec<&str> {
    found.iter().map(|(name, _)| name.as_str()).collect()
}

/// What was asked for, in order, with the query.
async fn asked(server: &MockServer) -> Vec<String> {
    let requests = server.received_requests().await.expect("requests are kept");
    let shown = |request: &wiremock::Request| match request.url.query() {
        Some(query) => format!("{}?{query}", request.url.path()),
        None => request.url.path().to_owned(),
    };
    requests.iter().map(shown).collect()
}

pub(crate) const IDENTITIES: Wanted = Wanted { limit: None, objects: Objects::IdentityOnly };

#[tokio::test]
async fn identities_need_no_description() {
    let server = two_pages_of_clusters().await;
    let found = list::<EksCluster>(&server, EksClusterFilter::new(), IDENTITIES).await.unwrap();
    assert_eq!(names(&found), ["a", "b", "c"]);
    let (_, first) = &found[0];
    assert_eq!((first.attribute("region"), first.attribute("name")), (&"us-east-1".into(), &"a".into()));
    assert_eq!(asked(&server).await, ["/clusters?maxResults=100", "/clusters?maxResults=100&nextToken=t"]);
}

#[tokio::test]
async fn no_more_is_asked_for_than_is_left() {
    let server = two_pages_of_clusters().await;
    let wanted = Wanted { limit: Some(2), ..IDENTITIES };
    assert_eq!(
        names(&list::<EksCluster>(&server, EksClusterFilter::new(), wanted).await.unwrap()),
        ["a", "b"]
    );
    assert_eq!(asked(&server).await, ["/clusters?maxResults=2"]);
}

#[tokio::test]
async fn a_cluster_that_is_gone_by_now_is_left_out() {
    let server = two_pages_of_clusters().await;
    for name in ["a", "c"] {
        let described = json!({"cluster": {"name": name, "status": "ACTIVE", "version": "1.33"}});
        let mock = Mock::given(method("GET")).and(path(format!("/clusters/{name}")));
        mock.respond_with(ResponseTemplate::new(200).set_body_json(described)).mount(&server).await;
    }
    let gone = ResponseTemplate::new(404)
        .insert_header("x-amzn-errortype", "ResourceNotFoundException")
        .set_body_json(json!({"message": "gone"}));
    Mock::given(method("GET")).and(path("/clusters/b")).respond_with(gone).mount(&server).await;
    let wanted = Wanted { limit: None, objects: Objects::Whole };
    let found = list::<EksCluster>(&server, EksClusterFilter::new(), wanted).await.unwrap();
    assert_eq!(names(&found), ["a", "c"]);
    assert_eq!(found[0].1.attribute("version"), &"1.33".into());
    // What a stand-in does not answer is the default.
    assert_eq!(found[0].1.attribute("support_type"), &"STANDARD".into());
}

#[tokio::test]
async fn the_groups_of_every_cluster_are_found_and_no_more_than_wanted() {
    let server = two_pages_of_clusters().await;
    page(&server, "/clusters/a/node-groups", None, json!({"nodegroups": ["x"], "nextToken": "u"})).await;
    page(&server, "/clusters/a/node-groups", Some("u"), json!({"nodegroups": ["y"]})).await;
    let gone = ResponseTemplate::new(404)
        .insert_header("x-amzn-errortype", "ResourceNotFoundException")
        .set_body_json(json!({"message": "No cluster found for name: b."}));
    Mock::given(method("GET")).and(path("/clusters/b/node-groups")).respond_with(gone).mount(&server).await;
    page(&server, "/clusters/c/node-groups", None, json!({"nodegroups": ["z"]})).await;
    let found = list::<EksNodeGroup>(&server, EksNodeGroupFilter::new(), IDENTITIES).await.unwrap();
    assert_eq!(names(&found), ["a/x", "a/y", "c/z"]);
    assert_eq!(found[2].1.attribute("cluster_name"), &"c".into());

    let filter = EksNodeGroupFilter::new().cluster_name("b");
    let error = list::<EksNodeGroup>(&server, filter, IDENTITIES).await.unwrap_err();
    assert!(error.is_not_found(), "a cluster that was asked for has to be there: {error}");

    let wanted = Wanted { limit: Some(1), ..IDENTITIES };
    let filter = EksNodeGroupFilter::new().cluster_name("c");
    assert_eq!(names(&list::<EksNodeGroup>(&server, filter, wanted).await.unwrap()), ["c/z"]);
    assert_eq!(asked(&server).await.last().unwrap(), "/clusters/c/node-groups?maxResults=1");
}

#[tokio::test]
async fn a_refusal_says_what_was_being_done() {
    let server = MockServer::start().await;
    let denied = ResponseTemplate::new(403)
        .insert_header("x-amzn-errortype", "AccessDeniedException")
        .set_body_json(json!({"message": "not allowed to eks:ListClusters"}));
    Mock::given(method("GET")).respond_with(denied).mount(&server).await;
    let error = list::<EksCluster>(&server, EksClusterFilter::new(), IDENTITIES).await.unwrap_err();
    assert!(error.to_string().contains("failed to list the clusters"), "{error}");
}

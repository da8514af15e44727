//! What AWS does and moto does not: statuses that take time, updates with ids, lost answers, failures.

mod checks;
mod clusters;
mod distributions;
mod keys;
mod launch_templates;
mod listed_buckets;
mod load_balancers;
mod network_parts;
mod networks;
mod peerings;
mod query;
mod roles;
mod security_groups;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};
use sparki_aws::Pace;
use sparki_core::{Change, Planned, Reconcile, RemoteErrorKind, State, Value};
use sparki_topology::eks_cluster::EksClusterModel;
use sparki_topology::{EksCluster, EksNodeGroup};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::support::{aws, aws_at, cluster, node_group, operation};

/// Answers by method and path, in order; the last one stays. What was asked is kept. Where requests have no path, it is
/// the operation and the region.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<BTreeMap<String, Vec<Answer>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
enum Answer {
    Ok(Json),
    Error(u16, &'static str, &'static str),
    /// As the first, with the tags of the last create request.
    WithTags(Json),
}

impl Script {
    fn on<const N: usize>(self, request: &str, answers: [Answer; N]) -> Self {
        // In reverse, so that the next one is taken from the end.
        let answers = answers.into_iter().rev().collect();
        self.answers.lock().expect("no test panics with the lock").insert(request.to_owned(), answers);
        self
    }

    async fn serve(&self) -> MockServer {
        let server = MockServer::start().await;
        Mock::given(wiremock::matchers::any()).respond_with(self.clone()).mount(&server).await;
        server
    }

    /// What was asked, bodies left out; the same thing in a row counts once.
    fn asked(&self) -> Vec<String> {
        let mut asked: Vec<_> = self
            .asked
            .lock()
            .expect("no test panics with the lock")
            .iter()
            .map(|line| first_words(line))
            .collect();
        asked.dedup();
        asked
    }
}

fn first_words(line: &str) -> String {
    line.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

impl Respond for Script {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let header =
            |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let key = match header("x-amz-target").rsplit_once('.') {
            Some((_, operation)) => {
                let region = header("authorization").split('/').nth(2).unwrap_or_default();
                format!("{operation} {region}")
            }
            None => format!("{} {}", request.method, request.url.path()),
        };
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let mut asked = self.asked.lock().expect("no test panics with the lock");
        asked.push(format!("{key} {body}"));
        let mut answers = self.answers.lock().expect("no test panics with the lock");
        let Some(list) = answers.get_mut(&key) else {
            return ResponseTemplate::new(400)
                .insert_header("x-amzn-errortype", "UnscriptedException")
                .set_body_json(json!({ "message": key }));
        };
        let answer = if list.len() > 1 { list.pop() } else { list.last().cloned() };
        match answer.expect("every request has an answer") {
            Answer::Ok(body) => ResponseTemplate::new(200).set_body_json(body),
            Answer::Error(status, code, message) => ResponseTemplate::new(status)
                .insert_header("x-amzn-errortype", code)
                .insert_header("x-amzn-requestid", "r-1")
                .set_body_json(json!({ "message": message })),
            Answer::WithTags(mut body) => {
                let create = asked.iter().rev().find(|line| line.starts_with("POST /clusters {"));
                let sent = create.and_then(|line| line.splitn(3, ' ').nth(2));
                let sent: Json = serde_json::from_str(sent.expect("a create request came first"))
                    .expect("requests are JSON");
                body["cluster"]["tags"] = sent["tags"].clone();
                ResponseTemplate::new(200).set_body_json(body)
            }
        }
    }
}

fn described(status: &str) -> Json {
    json!({ "cluster": {
        "name": "main",
        "arn": "arn:aws:eks:us-east-1:123456789012:cluster/main",
        "version": "1.33",
        "roleArn": "arn:aws:iam::123456789012:role/cluster",
        "status": status,
        "resourcesVpcConfig": {
            "subnetIds": ["subnet-1", "subnet-2"], "endpointPrivateAccess": true, "endpointPublicAccess": false,
        },
        "deletionProtection": true,
        "tags": { "team": "core", "cost-center": "7" },
    } })
}

fn in_state() -> State<EksClusterModel> {
    State::new(EksClusterModel { status: "ACTIVE".into(), ..cluster("main") })
}

#[tokio::test]
async fn a_cluster_is_waited_for_through_throttles_and_failures_of_the_service() {
    let script = Script::default().on("POST /clusters", [Answer::Ok(described("CREATING"))]).on(
        "GET /clusters/main",
        [
            Answer::Error(404, "ResourceNotFoundException", "No cluster found for name: main."),
            Answer::Ok(described("CREATING")),
            Answer::Error(503, "ServiceUnavailableException", "Try again"),
            Answer::Error(503, "ServiceUnavailableException", "Try again"),
            Answer::Ok(described("CREATING")),
            Answer::Ok(described("ACTIVE")),
        ],
    );
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let created = EksCluster::create(&ctx, Planned::new(cluster("main"))).await.unwrap();
    assert_eq!(created.status, "ACTIVE".into());
}

#[tokio::test]
async fn a_cluster_that_aws_fails_to_make_is_an_error_and_stays_in_the_state() {
    let mut failed = described("FAILED");
    failed["cluster"]["health"] = json!({ "issues": [
        { "code": "Ec2SubnetNotFound", "message": "The subnet is gone.", "resourceIds": ["subnet-1"] },
    ] });
    let script = Script::default()
        .on("POST /clusters", [Answer::Ok(described("CREATING"))])
        .on("GET /clusters/main", [Answer::Ok(described("CREATING")), Answer::Ok(failed)]);
    let server = script.serve().await;
    let (ctx, call) = operation(&aws(&server.uri()));
    let error = EksCluster::create(&ctx, Planned::new(cluster("main"))).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "failed to create the cluster: The cluster has the status FAILED. AWS's reason: Ec2SubnetNotFound: The subnet \
         is gone (subnet-1)."
    );
    let recorded = call.recorded().unwrap();
    assert_eq!(recorded.attribute("status").as_str(), Some("FAILED"));
    assert_eq!(recorded.attribute("id").as_str(), Some("us-east-1/main"));
}

#[tokio::test]
async fn a_cluster_whose_answer_was_lost_is_taken_over_by_its_mark() {
    let script = Script::default()
        .on(
            "POST /clusters",
            [
                Answer::Error(500, "ServerException", "Internal error"),
                Answer::Error(409, "ResourceInUseException", "Cluster already exists with name: main"),
            ],
        )
        .on("GET /clusters/main", [Answer::WithTags(described("ACTIVE"))]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let created = EksCluster::create(&ctx, Planned::new(cluster("main"))).await.unwrap();
    assert_eq!(created.tags, cluster("main").tags);
    let asked = script.asked.lock().unwrap();
    let tokens: Vec<Json> = asked
        .iter()
        .filter_map(|line| line.strip_prefix("POST /clusters "))
        .map(|body| serde_json::from_str::<Json>(body).unwrap()["clientRequestToken"].clone())
        .collect();
    assert!(tokens.len() == 2 && tokens[0] == tokens[1], "{tokens:?}");
}

#[tokio::test]
async fn a_role_that_was_just_made_is_tried_again() {
    let unknown =
        Answer::Error(400, "InvalidParameterException", "roleArn, arn:x:role/cluster, does not exist");
    let script = Script::default()
        .on("POST /clusters", [unknown.clone(), unknown, Answer::Ok(described("ACTIVE"))])
        .on("GET /clusters/main", [Answer::Ok(described("ACTIVE"))]);
    let server = script.serve().await;
    // The two minutes that are tried take three seconds here, so that a busy machine is within them.
    let (ctx, _) = operation(&aws_at(&server.uri(), Pace::scaled(0.025)));
    assert!(EksCluster::create(&ctx, Planned::new(cluster("main"))).await.is_ok());
}

#[tokio::test]
async fn changes_go_one_by_one_and_each_is_waited_for_by_its_id() {
    let update = |status: &str| Answer::Ok(json!({ "update": { "id": "u-1", "status": status } }));
    let busy = Answer::Error(
        409,
        "ResourceInUseException",
        "Cannot VersionUpdate because cluster main currently has update u-0 in progress",
    );
    let mut upgraded = described("ACTIVE");
    upgraded["cluster"]["version"] = "1.34".into();
    upgraded["cluster"]["deletionProtection"] = false.into();
    let script = Script::default()
        .on("POST /clusters/main/updates", [busy, update("InProgress")])
        .on("POST /clusters/main/update-config", [update("InProgress")])
        .on(
            "GET /clusters/main/updates/u-1",
            [update("InProgress"), update("Successful"), update("InProgress"), update("Successful")],
        )
        .on("GET /clusters/main", [Answer::Ok(described("ACTIVE")), Answer::Ok(upgraded)]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let planned = cluster("main").version("1.34").deletion_protection(false);
    let change = Change { prior: in_state(), planned: Planned::new(planned) };
    let updated = EksCluster::update(&ctx, change).await.unwrap();
    assert_eq!((&updated.version, &updated.deletion_protection), (&"1.34".into(), &false.into()));
    assert_eq!(
        script.asked(),
        [
            "GET /clusters/main",
            "POST /clusters/main/updates",
            "GET /clusters/main/updates/u-1",
            "GET /clusters/main",
            "POST /clusters/main/update-config",
            "GET /clusters/main/updates/u-1",
            "GET /clusters/main",
        ]
    );
}

#[tokio::test]
async fn a_failed_update_is_an_error_with_awss_reason() {
    let failed = json!({ "update": { "id": "u-1", "status": "Failed", "errors": [
        { "errorCode": "IpNotAvailable", "errorMessage": "No address is left.", "resourceIds": ["subnet-1"] },
    ] } });
    let script = Script::default()
        .on(
            "POST /clusters/main/updates",
            [Answer::Ok(json!({ "update": { "id": "u-1", "status": "InProgress" } }))],
        )
        .on("GET /clusters/main/updates/u-1", [Answer::Ok(failed)])
        .on("GET /clusters/main", [Answer::Ok(described("ACTIVE"))]);
    let server = script.serve().await;
    let (ctx, call) = operation(&aws(&server.uri()));
    let change = Change { prior: in_state(), planned: Planned::new(cluster("main").version("1.34")) };
    let error = EksCluster::update(&ctx, change).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "failed to update the cluster: The update has failed. AWS's reason: IpNotAvailable: No address is left \
         (subnet-1)."
    );
    assert_eq!(call.recorded().unwrap().attribute("version").as_str(), Some("1.33"));
}

#[tokio::test]
async fn a_removal_waits_until_the_cluster_is_gone() {
    let gone = Answer::Error(404, "ResourceNotFoundException", "No cluster found for name: main.");
    let script = Script::default().on("DELETE /clusters/main", [Answer::Ok(described("DELETING"))]).on(
        "GET /clusters/main",
        [
            Answer::Ok(described("UPDATING")),
            Answer::Ok(described("ACTIVE")),
            Answer::Ok(described("DELETING")),
            Answer::Ok(described("DELETING")),
            gone,
        ],
    );
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let state = State::new(cluster("main").deletion_protection(false));
    EksCluster::delete(&ctx, state).await.unwrap();
    assert_eq!(script.asked(), ["GET /clusters/main", "DELETE /clusters/main", "GET /clusters/main"]);
}

#[tokio::test]
async fn a_stop_ends_the_wait_and_keeps_what_is_known() {
    let script = Script::default()
        .on("POST /clusters", [Answer::Ok(described("CREATING"))])
        .on("GET /clusters/main", [Answer::Ok(described("CREATING"))]);
    let server = script.serve().await;
    let (ctx, call) = operation(&aws(&server.uri()));
    let stop = async {
        while call.recorded().is_none() {
            tokio::task::yield_now().await;
        }
        call.stop.cancel();
    };
    let (created, ()) = tokio::join!(EksCluster::create(&ctx, Planned::new(cluster("main"))), stop);
    let error = created.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::Cancelled);
    assert_eq!(call.recorded().unwrap().attribute("arn").as_str().map(|arn| &arn[..4]), Some("arn:"));
}

#[tokio::test]
async fn a_denied_request_says_so_with_the_id_of_the_request() {
    let denied = Answer::Error(
        403,
        "AccessDeniedException",
        "User: arn:x is not authorized to perform: eks:DescribeCluster",
    );
    let script = Script::default().on("GET /clusters/main", [denied]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let error = EksCluster::read(&ctx, in_state()).await.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::PermissionDenied);
    let told = error.into_diagnostics().to_string();
    assert!(
        told.contains("eks:DescribeCluster (AccessDeniedException)") && told.contains("Correlation id: r-1"),
        "{told}"
    );
}

#[tokio::test]
async fn a_node_group_that_aws_fails_to_make_is_an_error_and_stays_in_the_state() {
    let group = |status: &str| {
        json!({ "nodegroup": {
            "clusterName": "main", "nodegroupName": "workers", "status": status, "scalingConfig": { "desiredSize": 3 },
            "health": { "issues": [{ "code": "InstanceLimitExceeded", "message": "Too many vCPUs." }] },
        } })
    };
    let script = Script::default().on("POST /clusters/main/node-groups", [Answer::Ok(group("CREATING"))]).on(
        "GET /clusters/main/node-groups/workers",
        [Answer::Ok(group("CREATING")), Answer::Ok(group("CREATE_FAILED"))],
    );
    let server = script.serve().await;
    let (ctx, call) = operation(&aws(&server.uri()));
    let error = EksNodeGroup::create(&ctx, Planned::new(node_group("main", "workers"))).await.unwrap_err();
    assert!(error.to_string().contains("InstanceLimitExceeded: Too many vCPUs."), "{error}");
    let recorded = call.recorded().unwrap();
    assert_eq!(recorded.attribute("status").as_str(), Some("CREATE_FAILED"));
    assert_eq!(recorded.attribute("labels"), &Value::<String>::Null.encode());
}

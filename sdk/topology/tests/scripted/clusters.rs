//! Clusters that AWS does not remove yet, and node groups that AWS has changed and that are not well.

use serde_json::json;
use sparki_core::{Change, Diagnostics, Planned, Reconcile, RemoteError, RemoteErrorKind, State};
use sparki_topology::eks_node_group::EksNodeGroupModel;
use sparki_topology::{EksCluster, EksNodeGroup};

use super::{Answer, Script, described};
use crate::support::{aws, cluster, map, node_group, operation};

const CLUSTER: &str = "GET /clusters/main";
const REMOVAL: &str = "DELETE /clusters/main";
const GROUPS: &str = "GET /clusters/main/node-groups";
const GROUP: &str = "GET /clusters/main/node-groups/workers";
const GONE: Answer = Answer::Error(404, "ResourceNotFoundException", "It is not there");
const ATTACHED: Answer = Answer::Error(409, "ResourceInUseException", "Cluster has nodegroups attached");

fn names(names: &[&str]) -> Answer {
    Answer::Ok(json!({ "nodegroups": names }))
}

fn group(status: &str) -> Answer {
    Answer::Ok(json!({ "nodegroup": {
        "clusterName": "main", "nodegroupName": "workers", "status": status, "labels": { "tier": "web" },
        "tags": { "cost-center": "7" },
        "scalingConfig": { "minSize": 2, "maxSize": 5, "desiredSize": 3 },
        "health": { "issues": [{ "code": "AsgInstanceLaunchFailures", "message": "No capacity." }] },
    } }))
}

async fn remove(script: &Script) -> Result<(), RemoteError> {
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    EksCluster::delete(&ctx, State::new(cluster("main").deletion_protection(false))).await
}

#[tokio::test]
async fn a_cluster_is_removed_when_the_node_groups_are_gone_that_something_removes() {
    let script = Script::default()
        .on(CLUSTER, [Answer::Ok(described("ACTIVE")), Answer::Ok(described("DELETING")), GONE])
        .on(REMOVAL, [ATTACHED, ATTACHED, ATTACHED, Answer::Ok(described("DELETING"))])
        .on(GROUPS, [names(&["workers"]), names(&["workers"]), names(&[])])
        .on(GROUP, [group("DELETING"), GONE]);
    remove(&script).await.unwrap();
    assert_eq!(
        script.asked(),
        [CLUSTER, REMOVAL, GROUPS, GROUP, REMOVAL, GROUPS, GROUP, REMOVAL, GROUPS, REMOVAL, CLUSTER]
    );
}

#[tokio::test]
async fn a_cluster_with_a_node_group_that_nobody_removes_is_an_error() {
    let script = Script::default()
        .on(CLUSTER, [Answer::Ok(described("ACTIVE"))])
        .on(REMOVAL, [ATTACHED])
        .on(GROUPS, [names(&["workers"])])
        .on(GROUP, [group("DELETING"), group("ACTIVE")]);
    let error = remove(&script).await.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::Conflict);
    let told = error.into_diagnostics().to_string();
    assert!(told.contains("Cluster has nodegroups attached"), "{told}");
    assert!(told.contains("Nothing removes these node groups: workers."), "{told}");
}

#[tokio::test]
async fn node_groups_that_cannot_be_seen_leave_awss_own_words() {
    let denied = Answer::Error(403, "AccessDeniedException", "Not allowed");
    let script = Script::default()
        .on(CLUSTER, [Answer::Ok(described("ACTIVE"))])
        .on(REMOVAL, [ATTACHED])
        .on(GROUPS, [denied]);
    let error = remove(&script).await.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::Conflict);
    assert!(error.to_string().contains("Cluster has nodegroups attached"), "{error}");
}

#[tokio::test]
async fn a_removal_whose_answer_was_lost_has_begun() {
    let leaving = Answer::Error(
        409,
        "ResourceInUseException",
        "Cannot delete because cluster main currently is DELETING",
    );
    let script = Script::default()
        .on(CLUSTER, [Answer::Ok(described("ACTIVE")), Answer::Ok(described("DELETING")), GONE])
        .on(REMOVAL, [Answer::Error(503, "ServiceUnavailableException", "Try again"), leaving]);
    remove(&script).await.unwrap();
}

/// What comes of a change of labels whose update ends like this, and what is told.
async fn check_change(update: &str) -> (Result<State<EksNodeGroupModel>, RemoteError>, Diagnostics) {
    let updated = Answer::Ok(json!({ "update": { "id": "u-1", "status": update } }));
    let begun = json!({ "update": { "id": "u-1", "status": "InProgress" } });
    let script = Script::default()
        .on(GROUP, [group("ACTIVE"), group("DEGRADED")])
        .on("POST /clusters/main/node-groups/workers/update-config", [Answer::Ok(begun)])
        .on("GET /clusters/main/updates/u-1", [updated]);
    let server = script.serve().await;
    let (ctx, call) = operation(&aws(&server.uri()));
    let prior = node_group("main", "workers");
    let planned = Planned::new(prior.clone().labels(map([("tier", "web")])));
    let change = Change { prior: State::new(prior), planned };
    (EksNodeGroup::update(&ctx, change).await, call.take_warnings())
}

#[tokio::test]
async fn a_group_that_aws_has_changed_and_that_is_degraded_is_a_warning() {
    let (updated, told) = check_change("Successful").await;
    let updated = updated.unwrap();
    assert_eq!((&updated.status, &updated.labels), (&"DEGRADED".into(), &map([("tier", "web")]).into()));
    assert_eq!(
        told.to_string(),
        "warning: Node group is degraded\n  The change is made, and the group is not well all the same. The node group has \
         the status DEGRADED. AWS's reason: AsgInstanceLaunchFailures: No capacity. If EC2 has no machine left of these \
         \"instance_types\", name further ones, or \"subnet_ids\" in other availability zones."
    );
}

#[tokio::test]
async fn a_group_that_aws_could_not_change_is_an_error() {
    let (failed, told) = check_change("Failed").await;
    assert!(failed.unwrap_err().to_string().contains("The update has failed"));
    assert_eq!(told.to_string(), "");
}

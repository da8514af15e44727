//! IAM that counts for a while what was taken from a role, and state backends of which only the role is left.

use std::collections::BTreeMap;

use serde_json::json;
use sparki_core::{Reconcile, RemoteErrorKind, State};
use sparki_topology::iam_role::IamRoleModel;
use sparki_topology::state_backend::{StateBackendModel, StateReplica};
use sparki_topology::{IamRole, PolicyText, StateBackend};
use wiremock::matchers::{any, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::query::{Answer, Script, fixed, ok};
use crate::support::{aws, operation, region};

const GONE: Answer = Answer::Error(404, "NoSuchEntity");
const COUNTED: Answer =
    Answer::Refused("DeleteConflict", "Cannot delete entity, must delete policies first.");
const DONE: Answer = fixed("");

/// The role of this name, with these tags.
fn role(name: &str, tags: &[(&str, &str)]) -> Answer {
    let tag =
        |(key, value): &(&str, &str)| format!("<member><Key>{key}</Key><Value>{value}</Value></member>");
    let tags: String = tags.iter().map(tag).collect();
    ok(&format!(
        "<Role><Path>/</Path><RoleName>{name}</RoleName><RoleId>AROA1</RoleId>\
         <Arn>arn:aws:iam::123456789012:role/{name}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>\
         <Tags>{tags}</Tags></Role>"
    ))
}

/// IAM with a role that has one policy, and answers its removal like this.
fn with_policy<const N: usize>(removals: [Answer; N]) -> Script {
    Script::default()
        .on("GetRole", [role("shop", &[]), GONE])
        .on("ListAttachedRolePolicies", [fixed("<AttachedPolicies/><IsTruncated>false</IsTruncated>")])
        .on(
            "ListRolePolicies",
            [fixed("<PolicyNames><member>s3</member></PolicyNames><IsTruncated>false</IsTruncated>")],
        )
        .on(
            "GetRolePolicy",
            [fixed(
                "<RoleName>shop</RoleName><PolicyName>s3</PolicyName><PolicyDocument>%7B%7D</PolicyDocument>",
            )],
        )
        .on("DeleteRolePolicy", [DONE])
        .on("DeleteRole", removals)
}

fn shop() -> State<IamRoleModel> {
    let policy = PolicyText::new(&json!({}));
    let policies = BTreeMap::from([("s3".to_owned(), policy)]);
    State::new(IamRoleModel::new().name("shop").inline_policies(policies).force_detach(false))
}

#[tokio::test]
async fn a_role_goes_when_iam_has_seen_that_its_policies_are_gone() {
    let script = with_policy([COUNTED, COUNTED, DONE]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    IamRole::delete(&ctx, shop()).await.unwrap();
    assert_eq!((script.count("DeleteRolePolicy"), script.count("DeleteRole")), (1, 3));
}

#[tokio::test]
async fn a_role_to_which_something_gives_policies_is_told() {
    let script = with_policy([COUNTED]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let error = IamRole::delete(&ctx, shop()).await.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::Conflict);
    assert!(error.into_diagnostics().to_string().contains("\"force_detach\""));
    assert!(script.count("DeleteRole") > 1);
}

fn backend() -> State<StateBackendModel> {
    let replica =
        StateReplica::new("us-west-2".parse::<sparki_aws::Region>().expect("it is a region"), "states-copy");
    let planned = StateBackendModel::new("states").region(region()).replica(replica);
    State::new(planned.force_destroy(false).deletion_protection(false))
}

/// S3 without any bucket, beside IAM with the role of the copies, whose removal it answers like this.
async fn without_buckets<const N: usize>(removals: [Answer; N]) -> (Script, MockServer) {
    let tags = [("sparki:managed-by", "sparki"), ("sparki:part-of", "arn:aws:s3:::states")];
    let script = Script::default()
        .on("GetRole", [role("states-replication", &tags)])
        .on("GetRolePolicy", [GONE])
        .on("DeleteRolePolicy", [DONE])
        .on("DeleteRole", removals);
    let missing = "<Error><Code>NoSuchBucket</Code><Message>There is none</Message></Error>";
    let missing = ResponseTemplate::new(404).set_body_raw(missing, "application/xml");
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(missing).mount(&server).await;
    Mock::given(any()).respond_with(script.clone()).mount(&server).await;
    (script, server)
}

#[tokio::test]
async fn the_role_of_copies_goes_without_a_bucket_and_when_iam_has_seen_that_its_policy_is_gone() {
    let (script, server) = without_buckets([COUNTED, COUNTED, DONE]).await;
    let (ctx, _) = operation(&aws(&server.uri()));
    StateBackend::delete(&ctx, backend()).await.unwrap();
    assert_eq!((script.count("DeleteRolePolicy"), script.count("DeleteRole")), (1, 3));
}

#[tokio::test]
async fn a_backend_of_which_a_role_is_left_is_not_forgotten() {
    let (_script, server) = without_buckets([DONE]).await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let left = StateBackend::read(&ctx, backend()).await.unwrap().expect("the role is left");
    assert_eq!((&left.intact, &left.replica), (&false.into(), &backend().replica));
    assert_eq!((left.replica_arn.known(), left.replication_role_arn.known().is_some()), (None, true));
    assert_eq!(StateBackend::read(&ctx, left.clone()).await.unwrap(), Some(left));
}

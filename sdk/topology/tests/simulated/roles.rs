//! Roles of IAM, which moto keeps.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sparki_core::{Change, Import, Planned, Reconcile, RemoteErrorKind, State, Value};
use sparki_topology::iam_role::{IamRoleModel, Trust};
use sparki_topology::{IamRole, PolicyText};

use super::stand_in::StandIn;
use crate::Moto;
use crate::support::{all_tags, map as texts, operation};

/// A role as generic planning leaves it.
fn role() -> IamRoleModel {
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]});
    let role = IamRoleModel::new()
        .name("shop")
        .iam_path("/teams/")
        .description("For tests.")
        .trust(Trust::new().services(BTreeSet::from(["ec2.amazonaws.com".to_owned()])))
        .inline_policies(BTreeMap::from([("s3".to_owned(), PolicyText::new(&policy))]))
        .max_session_seconds(3600)
        .force_detach(false)
        .tags(texts([("team", "core")]));
    IamRoleModel { tags_all: all_tags([("team", "core")]), ..role }
}

async fn created(stand_in: &StandIn) -> State<IamRoleModel> {
    let (ctx, _) = operation(&stand_in.aws);
    IamRole::create(&ctx, Planned::new(role())).await.expect("a role is made")
}

#[tokio::test]
async fn a_role_lives_its_life() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (ctx, _) = operation(&stand_in.aws);
    let made = created(&stand_in).await;
    assert_eq!(made.arn, "arn:aws:iam::123456789012:role/teams/shop".into());
    assert_eq!(IamRole::read(&ctx, made.clone()).await.unwrap(), Some(made.clone()));
    let imported = IamRole::import(&ctx, "shop").await.unwrap();
    assert_eq!(*imported, IamRoleModel { force_detach: Value::Null, ..(*made).clone() });

    let tags_all = all_tags([("stage", "test")]);
    let planned =
        IamRoleModel { inline_policies: Value::Null, description: Value::Null, tags_all, ..(*made).clone() }
            .trust(Trust::new().pod_identity(true))
            .max_session_seconds(7200)
            .tags(texts([("stage", "test")]));
    let change = Change { prior: made.clone(), planned: Planned::new(planned.clone()) };
    let updated = IamRole::update(&ctx, change).await.unwrap();
    assert_eq!(*updated, planned);
    assert_eq!(IamRole::read(&ctx, updated.clone()).await.unwrap(), Some(updated.clone()));

    IamRole::delete(&ctx, updated.clone()).await.unwrap();
    assert_eq!(IamRole::read(&ctx, updated.clone()).await.unwrap(), None);
    IamRole::delete(&ctx, updated).await.unwrap();
}

#[tokio::test]
async fn one_role_is_made_whatever_becomes_of_the_answers() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let lost = ["CreateRole", "PutRolePolicy"];
    let lost = lost.map(|operation| json!({"kind": "lost_answer", "operation": operation, "count": 1}));
    stand_in.misbehave(json!(lost)).await;
    created(&stand_in).await;
    let (again, _) = operation(&stand_in.aws);
    let exists = IamRole::create(&again, Planned::new(role())).await.unwrap_err();
    assert_eq!(exists.kind(), RemoteErrorKind::Conflict);
    assert!(exists.to_string().contains("terraform import <address> shop"), "{exists}");
}

#[tokio::test]
async fn a_name_is_found_for_a_prefix() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (ctx, _) = operation(&stand_in.aws);
    let planned = IamRoleModel { name: Value::unknown(), ..role() }.name_prefix("shop-");
    let made = IamRole::create(&ctx, Planned::new(planned)).await.unwrap();
    assert!(made.name.known().is_some_and(|name| name.starts_with("shop-") && name.len() > 8), "{made:?}");
}

#[tokio::test]
async fn what_others_gave_the_role_goes_only_by_force() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let made = created(&stand_in).await;
    let region = "us-east-1".parse().expect("it is a region");
    let client: aws_sdk_iam::Client = stand_in.aws.client(&region).await.unwrap();
    let policy =
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}});
    let put =
        client.put_role_policy().role_name("shop").policy_name("theirs").policy_document(policy.to_string());
    put.send().await.unwrap();
    let (ctx, _) = operation(&stand_in.aws);
    let refused = IamRole::delete(&ctx, made.clone()).await.unwrap_err();
    assert!(refused.into_diagnostics().to_string().contains("\"force_detach\""));
    let forced = State::new((*made).clone().force_detach(true));
    IamRole::delete(&ctx, forced.clone()).await.unwrap();
    assert_eq!(IamRole::read(&ctx, forced).await.unwrap(), None);
}

#[tokio::test]
async fn a_later_role_of_the_same_name_is_another_one() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let first = created(&stand_in).await;
    let (ctx, _) = operation(&stand_in.aws);
    IamRole::delete(&ctx, first.clone()).await.unwrap();
    let second = created(&stand_in).await;
    assert_eq!(IamRole::read(&ctx, first.clone()).await.unwrap(), None);
    IamRole::delete(&ctx, first).await.unwrap();
    assert_eq!(IamRole::read(&ctx, second.clone()).await.unwrap(), Some(second));
}

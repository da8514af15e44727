//! The primary of a key moves, which moto cannot do: a server that knows one key, and as much of KMS as that needs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};
use sparki_aws::Region;
use sparki_core::{Change, Planned, Reconcile, State};
use sparki_topology::KmsKey;
use sparki_topology::kms_key::{KmsKeyModel, Rotation};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::support::{all_tags, aws, map, operation, region};

/// One key: its primary, and the state of the key of each region.
#[derive(Clone, Debug)]
struct Key(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    primary: String,
    states: BTreeMap<String, &'static str>,
    /// How often the keys are still looked at while they are updated.
    updating: u32,
    asked: Vec<String>,
}

impl Key {
    fn new() -> Self {
        let states = ["us-east-1", "us-west-2"].map(|region| (region.to_owned(), "Enabled"));
        let primary = "us-east-1".to_owned();
        Self(Arc::new(Mutex::new(Inner { primary, states: states.into(), updating: 0, asked: Vec::new() })))
    }

    /// What was asked for that changes something.
    fn changes(&self) -> Vec<String> {
        let inner = self.0.lock().expect("no test panics with the lock");
        let looks =
            ["DescribeKey", "GetKeyPolicy", "ListResourceTags", "ListAliases", "GetKeyRotationStatus"];
        inner.asked.iter().filter(|line| !looks.iter().any(|look| line.starts_with(look))).cloned().collect()
    }
}

pub(crate) fn arn(region: &str) -> String {
    format!("arn:aws:kms:{region}:123456789012:key/mrk-1")
}

impl Inner {
    fn described(&mut self, region: &str) -> Json {
        let state = if self.updating > 0 { "Updating" } else { self.states[region] };
        self.updating = self.updating.saturating_sub(1);
        let of = |region: &String| json!({"Arn": arn(region), "Region": region});
        let replicas: Vec<_> = self.states.keys().filter(|region| **region != self.primary).map(of).collect();
        json!({"KeyMetadata": {
            "KeyId": "mrk-1",
            "Arn": arn(region),
            "KeyState": state,
            "MultiRegion": true,
            "MultiRegionConfiguration": {"PrimaryKey": of(&self.primary), "ReplicaKeys": replicas},
        }})
    }
}

impl Respond for Key {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let header =
            |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let operation = header("x-amz-target").rsplit('.').next().unwrap_or_default().to_owned();
        let region = header("authorization").split('/').nth(2).unwrap_or_default().to_owned();
        let body: Json = serde_json::from_slice(&request.body).unwrap_or_default();
        let mut inner = self.0.lock().expect("no test panics with the lock");
        inner.asked.push(format!("{operation} {region}"));
        let answer = match operation.as_str() {
            "DescribeKey" => inner.described(&region),
            "GetKeyPolicy" => {
                let root = "arn:aws:iam::123456789012:root";
                let statement = json!({"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"});
                json!({"Policy": json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()})
            }
            "ListResourceTags" => json!({"Tags": [
                {"TagKey": "team", "TagValue": "core"}, {"TagKey": "cost-center", "TagValue": "7"},
            ]}),
            "ListAliases" => json!({"Aliases": [{"AliasName": "alias/main", "TargetKeyId": "mrk-1"}]}),
            "GetKeyRotationStatus" => json!({"KeyRotationEnabled": true, "RotationPeriodInDays": 365}),
            "UpdatePrimaryRegion" if region == inner.primary => {
                inner.primary = body["PrimaryRegion"].as_str().unwrap_or_default().to_owned();
                inner.updating = 2;
                json!({})
            }
            "ScheduleKeyDeletion" if region != inner.primary && inner.updating == 0 => {
                inner.states.insert(region, "PendingDeletion");
                json!({})
            }
            "DeleteAlias" => json!({}),
            _ => {
                let problem = json!({"__type": "KMSInvalidStateException", "message": format!("{operation} in {region}")});
                return ResponseTemplate::new(400).set_body_json(problem);
            }
        };
        ResponseTemplate::new(200).set_body_json(answer)
    }
}

pub(crate) fn regions<const N: usize>(names: [&str; N]) -> Vec<Region> {
    names.map(|name| name.parse().expect("it is a region")).into()
}

/// The key as it is in a state.
pub(crate) fn in_state() -> KmsKeyModel {
    let key = KmsKeyModel::new("main", regions(["us-east-1", "us-west-2"]))
        .primary_region(region())
        .rotation(Rotation::new().enabled(true).period_days(365))
        .deletion_window_days(7)
        .bypass_policy_lockout_safety_check(false)
        .enabled(true)
        .tags(map([("team", "core")]));
    KmsKeyModel {
        id: sparki_core::Id::new("us-east-1/mrk-1").into(),
        key_id: "mrk-1".into(),
        arn: arn("us-east-1").as_str().into(),
        arns: ["us-east-1", "us-west-2"]
            .map(|region| (region.to_owned(), arn(region)))
            .into_iter()
            .collect::<BTreeMap<_, _>>()
            .into(),
        tags_all: all_tags([("team", "core")]),
        ..key
    }
}

#[tokio::test]
async fn the_primary_moves_before_its_old_region_loses_the_key() {
    let key = Key::new();
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::any()).respond_with(key.clone()).mount(&server).await;
    let aws = aws(&server.uri());
    let (ctx, _) = operation(&aws);
    let prior = State::new(in_state());
    assert_eq!(KmsKey::read(&ctx, prior.clone()).await.unwrap(), Some(prior.clone()));
    let mut planned = in_state().primary_region(regions(["us-west-2"])[0].clone());
    planned.regions = regions(["us-west-2"]).into();
    let change = Change { prior, planned: Planned::new(planned) };
    let moved = KmsKey::update(&ctx, change).await.unwrap();
    assert_eq!(moved.arn, arn("us-west-2").as_str().into());
    assert_eq!(moved.id.known().map(|id| id.as_str()), Some("us-east-1/mrk-1"));
    assert_eq!(
        key.changes(),
        ["UpdatePrimaryRegion us-east-1", "DeleteAlias us-east-1", "ScheduleKeyDeletion us-east-1"]
    );
    assert_eq!(KmsKey::read(&ctx, moved.clone()).await.unwrap(), Some(moved));
}

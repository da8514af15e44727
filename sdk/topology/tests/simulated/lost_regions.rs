//! Regions that do not answer for a while.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use sparki_core::Dynamic;
use sparki_plan::Action;

use super::stand_in::StandIn;
use super::{caches, clusters, replicas};
use crate::Moto;
use crate::planned::{Instance, map};

/// The region that is lost.
const LOST: &str = "us-west-2";
/// How long anything may take, in seconds.
const LIMIT: u64 = 3;
/// How much longer it takes until that is told on a busy machine.
const MARGIN: Duration = Duration::from_secs(20);

type Written = Vec<(&'static str, Dynamic)>;

/// In the region, and with a limit on everything.
fn there(mut config: Written) -> Written {
    let limit = || Dynamic::from(format!("{LIMIT}s").as_str());
    let limits = ["create", "read", "update", "delete"].map(|operation| (operation, limit()));
    config.extend([("region", LOST.into()), ("timeouts", Dynamic::object(limits))]);
    config
}

/// A region that is lost is told within the limit, by its name, and takes nothing from the state; once it is back, everything goes
/// on.
async fn check(
    stand_in: &StandIn,
    type_name: &str,
    lost: Json,
    (config, change): (Written, (&'static str, Dynamic)),
) {
    let config = there(config);
    let mut other = Instance::new(type_name, &stand_in.aws);
    stand_in.misbehave(lost.clone()).await;
    let told = timely(other.fails(&config)).await;
    assert!(told.contains(LOST), "{type_name}: {told}");

    stand_in.misbehave(json!([])).await;
    let mut instance = Instance::new(type_name, &stand_in.aws);
    // What was not made leaves its name to the next.
    assert_eq!(other.state, Dynamic::Null, "{type_name}");
    assert_eq!(instance.apply(&config).await, Action::Create);
    let before = instance.state.clone();
    let mut changed = config.clone();
    changed.retain(|(name, _)| *name != change.0);
    changed.push(change);

    stand_in.misbehave(lost).await;
    let read = timely(instance.resource.read(instance.call(), before.clone())).await;
    let told = read.diagnostics.to_string();
    assert!(read.diagnostics.has_errors() && told.contains(LOST), "{type_name}: {told}");
    assert!(read.state.is_none_or(|state| state == before), "{type_name}");
    let told = timely(instance.fails(&changed)).await;
    assert!(told.contains(LOST), "{type_name}: {told}");
    assert_eq!(instance.state, before, "{type_name}: it is what it was");
    let told = timely(instance.remove()).await;
    assert!(told.contains("error: ") && told.contains(LOST), "{type_name}: {told}");

    stand_in.misbehave(json!([])).await;
    assert_eq!(instance.apply(&changed).await, Action::Update);
    assert_eq!(instance.remove().await, "", "{type_name}");
}

async fn timely<T>(operation: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let done = operation.await;
    assert!(begun.elapsed() < Duration::from_secs(LIMIT) + MARGIN, "it took {:?}", begun.elapsed());
    done
}

/// Both ways in which a region is lost: it is not reached, and it answers that it cannot.
fn losses() -> [Json; 2] {
    ["region_down", "server_error"].map(|kind| json!([{ "kind": kind, "region": LOST }]))
}

#[tokio::test]
async fn a_cluster_outlasts_the_loss_of_its_region() {
    for loss in losses() {
        let stand_in = StandIn::start().await;
        let mut cluster = clusters::config();
        cluster.push(("deletion_protection", false.into()));
        let change = ("log_types", Dynamic::set(vec!["audit".into()]));
        check(&stand_in, "sparki_eks_cluster", loss, (cluster, change)).await;
    }
}

#[tokio::test]
async fn a_replica_outlasts_the_loss_of_its_region() {
    for loss in losses() {
        let stand_in = StandIn::start().await;
        replicas::with_database_in(&stand_in, "shop", LOST.parse().unwrap()).await;
        let change = ("backup_retention_days", 3.into());
        check(&stand_in, "sparki_rds_replica", loss, (replicas::config(), change)).await;
    }
}

#[tokio::test]
async fn a_cache_outlasts_the_loss_of_its_region() {
    for loss in losses() {
        let stand_in = StandIn::start().await;
        let change = ("description", "Sessions".into());
        check(&stand_in, "sparki_elasticache_redis", loss, (caches::config(), change)).await;
    }
}

#[tokio::test]
async fn what_moto_keeps_outlasts_the_loss_of_its_region() {
    let moto = Moto::start().await;
    // Moto keeps the tags of a bucket that is gone, so that each has a name of its own.
    for (loss, name) in losses().into_iter().zip(["acme-first", "acme-second"]) {
        let stand_in = StandIn::before(&moto.url).await;
        let secret = vec![("name", "shop/database".into()), ("recovery_window_days", 0.into())];
        let change = || ("tags", map([("team", "edge")]));
        check(&stand_in, "sparki_secretsmanager_secret", loss.clone(), (secret, change())).await;
        let bucket =
            vec![("name", name.into()), ("deletion_protection", false.into()), ("require_tls", false.into())];
        check(&stand_in, "sparki_s3_bucket", loss, (bucket, change())).await;
    }
}

//! Plans are checked against AWS when that is asked for, with the stand-in for AWS.

#![cfg(feature = "aws")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sparki::aws::{EksClusterModel, Keys, Pace, Preflight, Settings};
use sparki::{Action, Sparki};
use sparki_aws_sim::Running;

/// How many times as fast as usual time runs.
const TIME_SCALE: f64 = 2000.0;

/// The folder of service models that `scripts/python-tools` has installed.
fn models() -> PathBuf {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.work/python/lib");
    let versions = std::fs::read_dir(&library).into_iter().flatten().filter_map(Result::ok);
    let mut folders = versions.map(|version| version.path().join("site-packages/botocore/data"));
    folders.find(|folder| folder.is_dir()).expect("run `scripts/python-tools` first")
}

async fn stand_in() -> Running {
    let mut settings = sparki_aws_sim::Settings::new(models());
    settings.time_scale = TIME_SCALE;
    sparki_aws_sim::start(settings).await.expect("the stand-in starts")
}

fn connect(aws: &Running, preflight: Preflight) -> Sparki {
    let settings = Settings {
        region: Some("us-east-1".parse().expect("it is a region")),
        keys: Some(Keys::new("AKIDEXAMPLE".into(), "secret".into())),
        endpoint_url: Some(aws.url().to_owned()),
        pace: Pace::scaled(1.0 / TIME_SCALE),
        preflight,
        cost_warning_usd: Some(50),
        ..Settings::default()
    };
    // No control plane is asked for anything.
    let sparki =
        Sparki::builder().endpoint("http://127.0.0.1:9").api_key("spk_1_hunter2").aws(settings).connect();
    sparki.expect("the settings are complete")
}

fn cluster(version: &str) -> EksClusterModel {
    let subnets = ["subnet-1", "subnet-2"].map(str::to_owned);
    EksClusterModel::new("main", "arn:aws:iam::123456789012:role/cluster", BTreeSet::from(subnets))
        .version(version)
        .deletion_protection(false)
}

#[tokio::test]
async fn what_aws_would_refuse_is_an_error_before_anything_is_made() {
    let aws = stand_in().await;
    let sparki = connect(&aws, Preflight::Refuse);
    let change = sparki.eks_clusters().plan(cluster("1.28"), None).expect("planning asks nobody");
    let refused = sparki.eks_clusters().check(&change).await.expect_err("AWS does not support it");
    assert!(refused.to_string().contains("error: Version not supported\n  at version"), "{refused}");
    let lenient = connect(&aws, Preflight::Warn);
    let found = lenient.eks_clusters().check(&change).await.expect("there are only warnings");
    assert!(found.to_string().contains("warning: Version not supported"), "{found}");
    let silent = connect(&aws, Preflight::Off);
    assert!(silent.eks_clusters().check(&change).await.expect("nothing is asked").is_empty());
}

#[tokio::test]
async fn what_may_be_wrong_is_told_and_can_be_applied() {
    let aws = stand_in().await;
    let sparki = connect(&aws, Preflight::Refuse);
    let clusters = sparki.eks_clusters();
    let change = clusters.plan(cluster("1.33"), None).expect("it is acceptable");
    let found = clusters.check(&change).await.expect("there are only warnings");
    let told = found.to_string();
    assert!(told.starts_with("warning: Higher monthly cost\n  at version\n"), "{told}");
    assert!(told.contains("from 0.00 to 73.00 USD a month"), "{told}");
    let made = clusters.apply(change).await.expect("nothing is in the way").expect("it is made");
    let same = clusters.plan(cluster("1.33"), Some(&made)).expect("it is acceptable");
    assert_eq!(same.action(), Action::NoOp);
    assert!(clusters.check(&same).await.expect("nothing changes").is_empty());
    let ahead = clusters.plan(cluster("1.34"), Some(&made)).expect("it is acceptable");
    assert!(clusters.check(&ahead).await.expect("it is supported").is_empty());
    let gone = clusters.plan_delete(&made).expect("it is not protected");
    assert!(clusters.check(&gone).await.expect("removal is not asked about").is_empty());
}

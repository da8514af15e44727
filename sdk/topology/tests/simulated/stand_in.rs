//! A stand-in of a test's own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value as Json;
use sparki_aws::{Aws, Pace};
use sparki_aws_sim::{Running, Settings};

use crate::support::{aws_at, region, settings};

/// How many times as fast as usual time runs.
const TIME_SCALE: f64 = 2000.0;
/// The same where seconds count.
const SLOW_SCALE: f64 = 50.0;

/// A stand-in of a test's own; it ends with the test.
pub(crate) struct StandIn {
    running: Running,
    pub(crate) aws: Arc<Aws>,
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        Self::with_moto(None).await
    }

    /// The same where moto plays every other service.
    pub(crate) async fn before(moto: &str) -> Self {
        Self::with_moto(Some(moto.to_owned())).await
    }

    /// The same where time runs so slowly that what lasts for seconds is met.
    pub(crate) async fn slowly_before(moto: &str) -> Self {
        Self::at(SLOW_SCALE, Some(moto.to_owned())).await
    }

    async fn with_moto(moto: Option<String>) -> Self {
        Self::at(TIME_SCALE, moto).await
    }

    async fn at(time_scale: f64, moto: Option<String>) -> Self {
        let mut simulation = Settings::new(models());
        simulation.time_scale = time_scale;
        simulation.moto = moto;
        let running = sparki_aws_sim::start(simulation).await.expect("the stand-in starts");
        let aws = aws_at(running.url(), Pace::scaled(1.0 / time_scale));
        Self { running, aws }
    }

    /// How often an operation was refused with a code: `eks:CreateCluster:InvalidParameterException`.
    pub(crate) async fn refusals(&self, what: &str) -> u64 {
        let client = reqwest::Client::builder().no_proxy().build().expect("there is nothing to set up");
        let request = client.get(format!("{}/_sim/counts", self.running.url()));
        let counts: Json =
            request.send().await.expect("the stand-in answers").json().await.expect("it is JSON");
        counts["refusals"][what].as_u64().unwrap_or_default()
    }

    /// A connection by which plans are told that raise a cost by more USD a month than this.
    pub(crate) fn counting(&self, most: u32) -> Arc<Aws> {
        let settings = settings(self.running.url(), Pace::scaled(1.0 / TIME_SCALE));
        Arc::new(Aws::new(sparki_aws::Settings { cost_warning_usd: Some(most), ..settings }))
    }

    /// A connection with these default tags.
    pub(crate) fn tagging<const N: usize>(&self, tags: [(&str, &str); N]) -> Arc<Aws> {
        let settings = settings(self.running.url(), Pace::scaled(1.0 / TIME_SCALE));
        let default_tags = crate::support::map(tags);
        Arc::new(Aws::new(sparki_aws::Settings { default_tags, ..settings }))
    }

    /// Makes requests fail: `[{"kind": "failure", "operation": "CreateAddon"}]`.
    pub(crate) async fn misbehave(&self, rules: Json) {
        self.order("faults", rules).await;
    }

    /// Raises or lowers a quota: `ec2`, `L-1216C47A`.
    pub(crate) async fn allow(&self, service: &str, code: &str, most: u32) {
        let quota = serde_json::json!([{ "service": service, "code": code, "value": most }]);
        self.order("quotas", quota).await;
    }

    /// Has EKS find something about clusters: `[{"cluster": "main", "name": "Deprecated APIs", "status": "ERROR"}]`.
    pub(crate) async fn find(&self, insights: Json) {
        self.order("insights", insights).await;
    }

    /// The VPC of a subnet.
    pub(crate) async fn vpc_of(&self, subnet: &str) -> String {
        let client: aws_sdk_ec2::Client = self.aws.client(&region()).await.expect("there are keys");
        let shown = client.describe_subnets().subnet_ids(subnet).send().await.expect("moto shows subnets");
        let vpc = shown.subnets().iter().find_map(|it| it.vpc_id());
        vpc.expect("a subnet is in a VPC").to_owned()
    }

    async fn order(&self, what: &str, orders: Json) {
        let client = reqwest::Client::builder().no_proxy().build().expect("there is nothing to set up");
        let request = client.put(format!("{}/_sim/{what}", self.running.url())).json(&orders);
        let answer = request.send().await.expect("the stand-in answers");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    }
}

/// Two subnets that moto has from the start, in two zones.
pub(crate) async fn subnets(moto: &str) -> [String; 2] {
    let signature = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, \
                     Signature=0";
    let client = reqwest::Client::builder().no_proxy().build().expect("there is nothing to set up");
    let request = client.post(moto).header("Authorization", signature);
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    let answer =
        request.body("Action=DescribeSubnets&Version=2016-11-15").send().await.expect("moto answers");
    let text = answer.text().await.expect("moto answers with text");
    let mut ids = text.split("<subnetId>").skip(1).filter_map(|rest| rest.split_once("</subnetId>"));
    [(); 2].map(|()| ids.next().expect("moto has subnets from the start").0.to_owned())
}

/// The folder of service models that `scripts/python-tools` has installed.
fn models() -> PathBuf {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.work/python/lib");
    let versions = std::fs::read_dir(&library).into_iter().flatten().filter_map(Result::ok);
    let mut folders = versions.map(|version| version.path().join("site-packages/botocore/data"));
    folders.find(|folder| folder.is_dir()).unwrap_or_else(|| {
        panic!("botocore is missing in {}: run `scripts/python-tools` first", library.display())
    })
}

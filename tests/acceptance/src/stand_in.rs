//! The AWS stand-ins: moto, and the one of this repository in front of it. Neither is AWS: what passes here has not passed
//! there.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::artifacts::{built, checkout, python, python_tool, tool_of};
use crate::http::{Answer, Http};
use crate::remote::Remote;
use crate::server::Server;
use crate::shared::Shared;

/// The region that cases use.
pub(crate) const REGION: &str = "us-east-1";

/// How many times as fast as AWS the simulation is.
const TIME_SCALE: u32 = 1000;

/// A running stand-in with the roles and the network that a cluster needs.
pub struct StandIn {
    // In this order they are dropped: the processes before the folder with their logs.
    _simulation: Option<Server>,
    _server: Server,
    directory: TempDir,
    endpoint: String,
    http: Http,
    fixtures: Fixtures,
    extras: Mutex<BTreeMap<&'static str, String>>,
    time_scale: Option<u32>,
}

/// What a cluster needs to be there.
#[derive(Clone, Debug)]
pub struct Fixtures {
    /// Role that the control plane assumes.
    pub cluster_role_arn: String,
    /// Role that the nodes assume.
    pub node_role_arn: String,
    /// Two subnets in two zones.
    pub subnet_ids: [String; 2],
    /// A subnet of the same VPC in a third zone.
    pub other_subnet_id: String,
    /// A security group in their VPC.
    pub security_group_id: String,
}

/// What scenarios may declare as a variable of this name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Extra {
    Certificates,
    Database,
    Function,
    UserGroups,
}

impl Extra {
    pub(crate) const ALL: [Self; 4] = [Self::Certificates, Self::Database, Self::Function, Self::UserGroups];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Certificates => "certificate_arns",
            Self::Database => "database",
            Self::Function => "function_arns",
            Self::UserGroups => "user_group_ids",
        }
    }
}

impl StandIn {
    /// Moto alone, which tests share, each with names of its own.
    #[must_use]
    pub fn moto() -> Arc<Self> {
        static SHARED: Shared<StandIn> = Shared::new();
        SHARED.get(Self::start)
    }

    /// Moto behind the stand-in of this repository, which plays EKS, RDS and ElastiCache with lifecycles and rules. Tests share
    /// it, each with names of its own.
    #[must_use]
    pub fn simulated() -> Arc<Self> {
        static SHARED: Shared<StandIn> = Shared::new();
        SHARED.get(|| Self::start().behind_a_simulation(TIME_SCALE, 0).with_room())
    }

    /// One of its own, that is so many times as fast as AWS, and whose faults follow from the seed.
    #[must_use]
    pub fn simulated_at(time_scale: u32, seed: u64) -> Arc<Self> {
        Arc::new(Self::start().behind_a_simulation(time_scale, seed).with_room())
    }

    fn behind_a_simulation(self, time_scale: u32, seed: u64) -> Self {
        let ready = self.directory.path().join("ready");
        let mut command = Command::new(built("sparki-aws-sim"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--moto", &self.endpoint]);
        command.args(["--time-scale", &time_scale.to_string(), "--seed", &seed.to_string()]);
        command.arg("--ready-file").arg(&ready).arg("--models").arg(service_models());
        let mut simulation =
            Server::start("aws-sim", &command, &self.directory.path().join("simulation.log"));
        let endpoint = simulation.wait_until(|_| std::fs::read_to_string(&ready).ok());
        let http = signed(&endpoint);
        Self { _simulation: Some(simulation), endpoint, http, time_scale: Some(time_scale), ..self }
    }

    /// With quotas that what is made at the same time does not use up.
    fn with_room(self) -> Self {
        let quotas = json!([{ "service": "vpc", "code": "L-F678F1CE", "value": 100.0 }]);
        let _ = self.http.send("PUT", "/_sim/quotas", &[], Some(&quotas)).accepted();
        self
    }

    /// Ministack in moto's place: it plays other parts of AWS, and more of some.
    #[must_use]
    pub fn ministack() -> Arc<Self> {
        static SHARED: Shared<StandIn> = Shared::new();
        SHARED.get(|| {
            let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
            let mut command = Command::new(tool_of("ministack", "ministack"));
            command.envs([("BIND_HOST", "127.0.0.1"), ("MINISTACK_ACCOUNT_ID", "123456789012")]);
            command.env("GATEWAY_PORT", free.expect("a port is free").port().to_string());
            Self::of("ministack", &command)
        })
    }

    fn start() -> Self {
        let mut command = Command::new(python_tool("moto_server"));
        command.args(["-H", "127.0.0.1", "-p", "0"]).env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true");
        Self::of("moto", &command)
    }

    fn of(name: &'static str, command: &Command) -> Self {
        let directory = tempfile::tempdir().expect("there is room for a log");
        let mut server = Server::start(name, command, &directory.path().join("log"));
        let endpoint = server.wait_until(|server| {
            let log = server.log();
            let (_, after) = log.split_once("Running on ")?;
            // The port is known once the line is complete.
            let (address, _) = after.split_once('\n')?;
            Some(address.split_whitespace().next()?.to_owned())
        });
        let fixtures = Fixtures::make(&endpoint);
        let http = signed(&endpoint);
        Self {
            _simulation: None,
            _server: server,
            directory,
            endpoint,
            http,
            fixtures,
            extras: Mutex::default(),
            time_scale: None,
        }
    }

    /// Its base URL.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// How many times as fast as AWS it is; nothing if what it does takes no time.
    #[must_use]
    pub fn time_scale(&self) -> Option<u32> {
        self.time_scale
    }

    /// What a cluster needs.
    #[must_use]
    pub fn fixtures(&self) -> &Fixtures {
        &self.fixtures
    }

    /// Makes requests fail from now on, as the rules say that the simulation's admin API takes; no rules end that.
    ///
    /// # Panics
    /// When it is no simulation, or does not take the rules.
    pub fn misbehave(&self, rules: &Value) {
        let _ = self.http.send("PUT", "/_sim/faults", &[], Some(rules)).accepted();
    }

    /// The objects of Sparki's that the simulation has, besides those with these ARNs.
    ///
    /// # Panics
    /// When it is no simulation.
    #[must_use]
    pub fn simulated_besides(&self, known: &BTreeSet<String>) -> Value {
        self.http.send("POST", "/_sim/orphans", &[], Some(&json!({ "known": known }))).accepted()
    }

    /// Lets the simulation's time pass until everything that was begun is done.
    ///
    /// # Panics
    /// When it is no simulation.
    pub fn come_to_rest(&self) {
        let _ = self.http.send("POST", "/_sim/clock/finish", &[], None).accepted();
    }

    /// What the simulation has counted.
    ///
    /// # Panics
    /// When it is no simulation.
    #[must_use]
    pub fn counts(&self) -> Value {
        self.http.send("GET", "/_sim/counts", &[], None).accepted()
    }

    /// What only some scenarios need, as Terraform takes it, made when it is first asked for. Where the stand-in cannot make
    /// it, it has a name all the same, and what uses it fails.
    pub(crate) fn extra(&self, what: Extra) -> String {
        let mut extras = self.extras.lock().unwrap_or_else(PoisonError::into_inner);
        let made = extras.entry(what.name()).or_insert_with(|| {
            let made = prepare(&self.endpoint, &[what.name()]);
            made.as_str().map_or_else(|| made.to_string(), str::to_owned)
        });
        made.clone()
    }

    /// The identifier of a database that can be replicated, made when it is first asked for.
    #[must_use]
    pub fn database(&self) -> String {
        self.extra(Extra::Database)
    }

    /// Makes everything that scenarios may ask for, before something goes wrong.
    pub fn prepare(&self) {
        for what in Extra::ALL {
            let _ = self.extra(what);
        }
    }

    /// Calls EKS: `GET /clusters/main`.
    pub fn eks(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.http.send(method, path, &[], body)
    }
}

impl Remote for StandIn {
    fn is_gone(&self, kind: &str, attributes: &Map<String, Value>) -> Option<bool> {
        let text = |name: &str| attributes[name].as_str().unwrap_or_default();
        let path = match kind {
            "sparki_eks_cluster" => format!("/clusters/{}", text("name")),
            "sparki_eks_node_group" => {
                format!("/clusters/{}/node-groups/{}", text("cluster_name"), text("name"))
            }
            "sparki_eks_addon" => format!("/clusters/{}/addons/{}", text("cluster_name"), text("name")),
            "sparki_eks_pod_identity" => {
                let (cluster, id) = (text("cluster_name"), text("association_id"));
                format!("/clusters/{cluster}/pod-identity-associations/{id}")
            }
            _ => return None,
        };
        Some(self.eks("GET", &path, None).status == 404)
    }
}

/// Speaks to EKS. The stand-ins tell services apart by what a signature says, and check no signature.
fn signed(endpoint: &str) -> Http {
    let signature = format!(
        "AWS4-HMAC-SHA256 Credential=acceptance/20260101/{REGION}/eks/aws4_request, SignedHeaders=host, Signature=0"
    );
    Http::new(endpoint, &[("Authorization", &signature)])
}

/// Botocore's folder of service models.
fn service_models() -> PathBuf {
    let library = checkout().join(".work/python/lib");
    let versions = std::fs::read_dir(&library).into_iter().flatten().flatten();
    let mut folders = versions.map(|version| version.path().join("site-packages/botocore/data"));
    folders.find(|folder| folder.is_dir()).expect("scripts/python-tools has installed botocore")
}

impl Fixtures {
    fn make(endpoint: &str) -> Self {
        let made = prepare(endpoint, &["fixtures", "--all"]);
        let text = |value: &Value| value.as_str().expect("the script prints names").to_owned();
        Self {
            cluster_role_arn: text(&made["cluster_role_arn"]),
            node_role_arn: text(&made["node_role_arn"]),
            subnet_ids: [text(&made["subnet_ids"][0]), text(&made["subnet_ids"][1])],
            other_subnet_id: text(&made["other_subnet_id"]),
            security_group_id: text(&made["security_group_id"]),
        }
    }
}

/// Has the script make what tests need; what it printed.
fn prepare(endpoint: &str, what: &[&str]) -> Value {
    let output = Command::new(python())
        .arg(checkout().join("scripts/stand_ins.py"))
        .args(what)
        .envs([("AWS_ENDPOINT_URL", endpoint), ("AWS_REGION", REGION), ("AWS_DEFAULT_REGION", REGION)])
        .envs([("AWS_ACCESS_KEY_ID", "acceptance"), ("AWS_SECRET_ACCESS_KEY", "acceptance")])
        .envs([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")])
        .env_remove("AWS_PROFILE")
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .expect("python starts");
    assert!(output.status.success(), "{what:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

//! The AWS stand-in. It is not AWS: what passes here has not passed there.

use std::process::Command;
use std::sync::Arc;

use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::artifacts::{checkout, python, python_tool};
use crate::http::{Answer, Http};
use crate::remote::Remote;
use crate::server::Server;
use crate::shared::Shared;

/// The region that cases use.
pub(crate) const REGION: &str = "us-east-1";

/// A running moto with the roles and the network that a cluster needs.
pub struct Moto {
    // In this order they are dropped: the process before the folder with its log.
    _server: Server,
    _directory: TempDir,
    endpoint: String,
    http: Http,
    fixtures: Fixtures,
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
    /// A security group in their VPC.
    pub security_group_id: String,
}

impl Moto {
    /// The one that all tests use, each with names of its own.
    #[must_use]
    pub fn shared() -> Arc<Self> {
        static SHARED: Shared<Moto> = Shared::new();
        SHARED.get(Self::start)
    }

    fn start() -> Self {
        let directory = tempfile::tempdir().expect("there is room for a log");
        let mut command = Command::new(python_tool("moto_server"));
        command.args(["-H", "127.0.0.1", "-p", "0"]).env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true");
        let mut server = Server::start("moto", &command, &directory.path().join("log"));
        let endpoint = server.wait_until(|server| {
            let log = server.log();
            let (_, after) = log.split_once("Running on ")?;
            // The port is known once the line is complete.
            let (address, _) = after.split_once('\n')?;
            Some(address.trim().to_owned())
        });
        let fixtures = Fixtures::make(&endpoint);
        // It tells services apart by what a signature says, and checks no signature.
        let signature = format!(
            "AWS4-HMAC-SHA256 Credential=acceptance/20260101/{REGION}/eks/aws4_request, SignedHeaders=host, Signature=0"
        );
        let http = Http::new(&endpoint, &[("Authorization", &signature)]);
        Self { _server: server, _directory: directory, endpoint, http, fixtures }
    }

    /// Its base URL.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What a cluster needs.
    #[must_use]
    pub fn fixtures(&self) -> &Fixtures {
        &self.fixtures
    }

    /// Calls EKS: `GET /clusters/main`.
    pub fn eks(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.http.send(method, path, &[], body)
    }
}

impl Remote for Moto {
    fn is_gone(&self, kind: &str, attributes: &Map<String, Value>) -> Option<bool> {
        let text = |name: &str| attributes[name].as_str().unwrap_or_default();
        let path = match kind {
            "sparki_eks_cluster" => format!("/clusters/{}", text("name")),
            "sparki_eks_node_group" => {
                format!("/clusters/{}/node-groups/{}", text("cluster_name"), text("name"))
            }
            _ => return None,
        };
        Some(self.eks("GET", &path, None).status == 404)
    }
}

impl Fixtures {
    fn make(endpoint: &str) -> Self {
        let output = Command::new(python())
            .arg(checkout().join("scripts/stand_ins.py"))
            .args(["fixtures", "--all"])
            .envs([("AWS_ENDPOINT_URL", endpoint), ("AWS_REGION", REGION), ("AWS_DEFAULT_REGION", REGION)])
            .envs([("AWS_ACCESS_KEY_ID", "acceptance"), ("AWS_SECRET_ACCESS_KEY", "acceptance")])
            .envs([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")])
            .env_remove("AWS_PROFILE")
            .env("NO_PROXY", "127.0.0.1")
            .output()
            .expect("python starts");
        assert!(output.status.success(), "no fixtures: {}", String::from_utf8_lossy(&output.stderr));
        let made: Value = serde_json::from_slice(&output.stdout).expect("the script prints JSON");
        let text = |value: &Value| value.as_str().expect("the script prints names").to_owned();
        Self {
            cluster_role_arn: text(&made["cluster_role_arn"]),
            node_role_arn: text(&made["node_role_arn"]),
            subnet_ids: [text(&made["subnet_ids"][0]), text(&made["subnet_ids"][1])],
            security_group_id: text(&made["security_group_id"]),
        }
    }
}

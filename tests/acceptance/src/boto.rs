//! The remote side of scenarios, by AWS's own client for Python.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::artifacts::{checkout, python};
use crate::remote::Remote;
use crate::stand_in::{REGION, StandIn};

/// The folder of scenarios.
pub(crate) fn scenarios() -> PathBuf {
    checkout().join("tests/acceptance/scenarios")
}

/// Knows of the types that have a scenario whether an object is there.
pub(crate) struct ScenarioRemote(pub(crate) Arc<StandIn>);

impl Remote for ScenarioRemote {
    fn is_gone(&self, kind: &str, attributes: &Map<String, Value>) -> Option<bool> {
        let folder = scenarios().join(kind);
        let is_there = || side_of(&folder, &self.0).asked("exists", attributes) == "true";
        folder.join("remote.py").is_file().then(|| !is_there())
    }
}

/// The remote side of one scenario.
pub(crate) struct Side<'a> {
    folder: &'a Path,
    aws: &'a StandIn,
}

/// The remote side of the scenario in a folder.
pub(crate) fn side_of<'a>(folder: &'a Path, aws: &'a StandIn) -> Side<'a> {
    Side { folder, aws }
}

impl Side<'_> {
    /// Has it do something with the object of these attributes; what it printed.
    pub(crate) fn asked(&self, what: &str, attributes: &Map<String, Value>) -> String {
        let folder = self.folder.to_str().expect("the checkout's path is text");
        run(self.aws, &[what, folder], &Value::Object(attributes.clone()).to_string())
    }
}

impl StandIn {
    /// What there is of Sparki's in services that moto plays, in words.
    ///
    /// # Panics
    /// When it cannot be asked.
    #[must_use]
    pub fn owned(&self) -> Vec<String> {
        serde_json::from_str(&run(self, &["owned"], "")).expect("the script prints JSON")
    }
}

fn run(aws: &StandIn, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(python())
        .arg(scenarios().join("aws.py"))
        .args(arguments)
        .envs([("AWS_ENDPOINT_URL", aws.endpoint()), ("AWS_REGION", REGION), ("AWS_DEFAULT_REGION", REGION)])
        .envs([("AWS_ACCESS_KEY_ID", "acceptance"), ("AWS_SECRET_ACCESS_KEY", "acceptance")])
        .envs([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")])
        .env_remove("AWS_PROFILE")
        .env("NO_PROXY", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python starts");
    child.stdin.take().expect("standard input is piped").write_all(input.as_bytes()).expect("python reads");
    let output = child.wait_with_output().expect("python ends");
    assert!(output.status.success(), "{arguments:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

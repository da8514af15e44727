//! AWS's own client for Python against the stand-in: what boto3 does not understand, AWS does not say.
//!
//! Each test is a function of `checks.py`.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod moto;
mod program;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use moto::Moto;
use program::Program;

/// A program of the Python environment that scripts/python-tools has installed.
fn python_tool(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.work/python/bin").join(name);
    assert!(path.exists(), "{} is missing: run `scripts/python-tools` first", path.display());
    path
}

/// Runs a function of `checks.py` against a stand-in that is fast enough for boto3's waiters.
fn check(name: &str, others: &[&str]) {
    let program = Program::start(&[&["--time-scale", "3000"], others].concat());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/boto3/checks.py");
    let output = Command::new(python_tool("python"))
        .arg(script)
        .arg(name)
        .env("AWS_ENDPOINT_URL", &program.url)
        .envs([("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_EC2_METADATA_DISABLED", "true")])
        .envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")])
        .envs([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")])
        .env_remove("AWS_PROFILE")
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{name}:\n{}", String::from_utf8_lossy(&output.stderr));
    program.stop();
}

#[test]
fn clusters_with_everything_in_them_live_and_die() {
    check("eks_lifecycle", &[]);
}

#[test]
fn databases_and_their_replicas_live_and_die() {
    check("rds_lifecycle", &[]);
}

#[test]
fn caches_and_their_copies_live_and_die() {
    check("elasticache_lifecycle", &[]);
}

#[test]
fn paginators_find_everything_once() {
    check("paginators", &[]);
}

#[test]
fn errors_have_the_classes_of_the_models() {
    check("error_classes", &[]);
}

#[test]
fn retries_get_over_faults() {
    check("retries", &[]);
}

#[test]
fn other_services_are_those_of_moto() {
    let moto = Moto::start();
    check("passing", &["--moto", &moto.url]);
}

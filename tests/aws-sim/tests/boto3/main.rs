//! AWS's own client for Python against the stand-in: what boto3 does not understand, AWS does not say.
//!
//! `checks.py` has a function for each test of ours; `compare.py` asks ours and another stand-in the same things.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod other;
mod program;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use other::Other;
use program::Program;

/// A program of a Python environment that scripts/python-tools has installed.
fn python_tool(environment: &str, name: &str) -> PathBuf {
    let work = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.work");
    let path = work.join(environment).join("bin").join(name);
    assert!(path.exists(), "{} is missing: run `scripts/python-tools` first", path.display());
    path
}

/// Runs one of the scripts beside this file, and expects that it is content.
fn run(script: &str, arguments: &[&str], endpoint: &str) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/boto3").join(script);
    let output = Command::new(python_tool("python", "python"))
        .arg(script)
        .args(arguments)
        .env("AWS_ENDPOINT_URL", endpoint)
        .envs([("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_EC2_METADATA_DISABLED", "true")])
        .envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")])
        .envs([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")])
        .env_remove("AWS_PROFILE")
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}:\n{}", String::from_utf8_lossy(&output.stderr));
}

/// Runs a function of `checks.py` against a stand-in that is fast enough for boto3's waiters.
fn check(name: &str, others: &[&str]) {
    let program = Program::start(&[&["--time-scale", "3000"], others].concat());
    run("checks.py", &[name], &program.url);
    program.stop();
}

/// Compares a service here with the same service there.
fn compare(service: &str, (other, name): (&Other, &str)) {
    let program = Program::start(&["--time-scale", "0"]);
    run("compare.py", &[service, &program.url, &other.url, name], &program.url);
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
fn quotas_are_those_of_the_account() {
    check("service_quotas", &[]);
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
    let moto = Other::moto();
    check("passing", &["--moto", &moto.url]);
}

#[test]
fn what_differs_from_moto_is_known() {
    let moto = Other::moto();
    for service in ["eks", "rds", "elasticache"] {
        compare(service, (&moto, "moto"));
    }
}

#[test]
fn what_differs_from_ministack_is_known() {
    let ministack = Other::ministack();
    for service in ["eks", "rds", "elasticache"] {
        compare(service, (&ministack, "ministack"));
    }
}

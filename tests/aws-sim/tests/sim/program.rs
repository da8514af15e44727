//! The stand-in as a program.

use std::{fs, process::Command};

use sparki_aws_sim::Settings;

use crate::stand_in::{models, with_settings};

fn program(arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sparki-aws-sim"));
    let output = command.args(arguments).env_remove("SPARKI_AWS_SIM_MODELS").output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

fn check_refused(arguments: &[&str], message: &str) {
    let (succeeded, said) = program(arguments);
    assert!(!succeeded && said.contains(message), "{said}");
}

#[test]
fn help_has_examples() {
    let (succeeded, said) = program(&["serve", "--help"]);
    assert!(succeeded && said.contains("Examples:") && said.contains("--time-scale 600"), "{said}");
}

#[test]
fn without_models_it_says_how_to_get_them() {
    check_refused(&["serve"], "--models <FOLDER>");
    check_refused(&["serve", "--models", "/nonexistent"], "scripts/python-tools");
}

#[test]
fn time_does_not_run_backwards() {
    check_refused(&["serve", "--models", "/nonexistent", "--time-scale=-1"], "0 or more");
}

#[tokio::test]
async fn the_ready_file_has_the_address() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(models());
    settings.ready_file = Some(folder.path().join("ready"));
    with_settings(settings, async |aws| {
        assert_eq!(fs::read_to_string(folder.path().join("ready")).unwrap(), aws.url());
    })
    .await;
}

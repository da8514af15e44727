//! The ways in which Terraform comes by the provider.

use std::process::Command;
use std::sync::Arc;

use acceptance::{Action, Case, ControlPlane, Driver, Installation, Server, Tool};

use crate::subject::{project_around, workspace_around};

/// A provider that was started by hand, and the variable that leads to it.
struct Debugged {
    // In this order they are dropped: the process before what it runs from.
    _server: Server,
    _folder: tempfile::TempDir,
    _installation: Arc<Installation>,
    variable: String,
}

impl Debugged {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("there is room");
        let installation = Installation::shared();
        let mut command = Command::new(installation.provider());
        // It is not to find what whoever runs the tests has configured.
        command.arg("--debug").env("HOME", folder.path());
        let mut server = Server::start("the provider", &command, &folder.path().join("log"));
        let variable = server.wait_until(|server| {
            let log = server.log();
            let (_, after) = log.split_once("TF_REATTACH_PROVIDERS='")?;
            let (value, _) = after.split_once('\'')?;
            Some(value.to_owned())
        });
        Self { _server: server, _folder: folder, _installation: installation, variable }
    }

    fn case(&self) -> Case {
        let tool = Tool::preferred();
        // The variable names Terraform's registry; another tool asks for the same provider under its own.
        let variable = self.variable.replace("registry.terraform.io", tool.registry());
        Case::with(ControlPlane::shared(), None, &tool, Driver::Reattach(variable))
    }
}

fn with_provider(case: &Case, configuration: &str) -> String {
    // The provider has no environment of Terraform's, so it is told by the configuration.
    let (endpoint, key) = (case.control_plane().endpoint(), case.control_plane().api_key());
    format!("provider \"sparki\" {{\n  endpoint = {endpoint:?}\n  api_key = {key:?}\n}}\n{configuration}")
}

#[test]
fn terraform_attaches_to_a_provider_that_runs_already() {
    let debugged = Debugged::start();
    let case = debugged.case();
    let config = with_provider(&case, &workspace_around(&case.unique("acme")));
    let applied = case.apply(&config);
    assert_eq!(applied.plan.action("sparki_workspace.around"), Action::Create);
    case.finish();
}

#[test]
fn one_running_provider_serves_two_configurations_at_once() {
    let debugged = Debugged::start();
    let (one, two) = (debugged.case(), debugged.case());
    let (first, second) = (one.unique("acme"), two.unique("acme"));
    one.apply(&with_provider(&one, &workspace_around(&first)));
    two.configure(&format!(
        "provider \"sparki\" {{\n  endpoint = \"http://127.0.0.1:9\"\n  api_key = \"spk_a_b\"\n}}\n{}",
        workspace_around(&second)
    ));
    assert_ne!(two.terraform().run(&["apply", "-auto-approve", "-input=false"]).code(), Some(0));
    one.expect_nothing_to_do();
    one.finish();
}

#[test]
fn a_release_is_installed_from_a_mirror_with_a_lock_file() {
    for tool in Tool::all() {
        let case = Case::with(ControlPlane::shared(), None, &tool, Driver::Mirror);
        case.apply(&project_around(&case.unique("acme")));
        assert!(case.terraform().read(".terraform.lock.hcl").is_some());
        case.finish();
    }
}

#[test]
fn the_provider_prints_nothing_unless_it_is_asked() {
    let mut case = Case::new();
    case.terraform_mut().set("TF_LOG_PATH", "terraform.log");
    case.terraform_mut().set("TF_LOG_CORE", "TRACE");
    case.configure(&workspace_around(&case.unique("acme")));
    let _ = case.terraform().run(&["plan", "-input=false"]).succeeded();
    let log = case.terraform().read("terraform.log").unwrap();
    let log = String::from_utf8_lossy(&log);
    assert!(log.contains("provider"), "there is a log");
    assert!(!log.contains("unexpected data"), "{log}");
    assert!(!log.contains("plugin failed to exit gracefully"), "{log}");
}

//! `sparki_access_token`

use std::time::{Duration, Instant};

use acceptance::{Case, Evidence};

use crate::subject::{environment_around, workspace_around};

/// A provider that is a service account, a token of its, and a provider that has no more than this token.
const PROVIDERS: &str = "
variable \"client_id\" {
  type = string
}

variable \"client_secret\" {
  type      = string
  sensitive = true
  ephemeral = true
}

provider \"sparki\" {
  alias         = \"account\"
  client_id     = var.client_id
  client_secret = var.client_secret
}

ephemeral \"sparki_access_token\" \"it\" {
  provider = sparki.account
}

provider \"sparki\" {
  alias = \"bearer\"
  token = ephemeral.sparki_access_token.it.token
}
";

#[test]
fn a_token_configures_a_provider_and_is_nowhere() {
    let mut case = Case::alone();
    case.apply(&environment_around("acme"));
    let (id, secret) = case.control_plane().service_account("acme", "ci");
    // What all tokens of a control plane have in common is enough to find any.
    let token = case.control_plane().access_token((&id, &secret));
    let header = token.split('.').next().unwrap_or_default().to_owned();
    assert!(header.len() > 20, "{header}");
    case.terraform_mut().set("TF_LOG", "TRACE");
    case.terraform_mut().set("TF_LOG_PATH", "terraform.log");
    case.terraform_mut().set("TF_VAR_client_id", &id);
    case.terraform_mut().set("TF_VAR_client_secret", &secret);
    // Once through the provider that has the token, once as a secret that is written and never read.
    let config = format!(
        "{PROVIDERS}{}resource \"sparki_pipeline\" \"it\" {{\n  provider = sparki.bearer\n  project_id = sparki_project.around.id\n  \
         name = \"ci\"\n  stages = [{{ name = \"test\", steps = [{{ name = \"unit\", command = \"make\" }}] }}]\n}}\n\
         resource \"sparki_deployment_target\" \"it\" {{\n  environment_id = sparki_environment.around.id\n  name = \"it\"\n  \
         custom = {{\n    script = \"./deploy\"\n    signing_secret_wo = ephemeral.sparki_access_token.it.token\n    \
         signing_secret_wo_version = 1\n  }}\n}}\n",
        environment_around("acme")
    );
    let mut evidence = Evidence::new();
    let mut run = |case: &Case, arguments: &[&str]| {
        let output = case.terraform().run(arguments).succeeded();
        evidence
            .add(&format!("the output of {arguments:?}"), format!("{}{}", output.stdout(), output.stderr()));
    };
    case.configure(&config);
    run(&case, &["plan", "-input=false", "-out=plan"]);
    run(&case, &["show", "-json", "plan"]);
    run(&case, &["apply", "-input=false", "plan"]);
    run(&case, &["show", "-json"]);
    run(&case, &["plan", "-input=false", "-detailed-exitcode"]);
    let state = case.state();
    assert!(state.value("sparki_deployment_target.it", "/signing_secret_fingerprint").is_string());
    assert!(state.value("sparki_deployment_target.it", "/custom/signing_secret_wo").is_null());
    run(&case, &["destroy", "-input=false", "-auto-approve"]);

    let opened = case.control_plane().requests("POST /auth/token") - 1;
    assert!(opened >= 4, "plan, apply, plan and destroy have a token each: {opened}");
    assert_eq!(case.control_plane().requests("POST /auth/revoke"), opened, "and give it back");
    evidence.add("the log of the control plane", case.control_plane().log());
    evidence.add_folder(case.terraform().path(), &[]);
    evidence.lacks(&header);
    evidence.lacks(&secret);
}

#[test]
fn only_a_service_account_gets_a_token() {
    let case = Case::new();
    let config =
        format!("{}ephemeral \"sparki_access_token\" \"it\" {{}}\n", workspace_around(&case.unique("acme")));
    let refusal = case.refuses_plan(&config);
    let told = format!("{}{}", refusal.output().stdout(), refusal.output().stderr());
    for words in ["configured with an API key", "SPARKI_CLIENT_ID"] {
        assert!(told.contains(words), "{told}");
    }
    assert!(!told.contains(case.control_plane().api_key()), "{told}");
}

/// A control plane on its own with a workspace, for runs of a service account.
fn case_with_account() -> Case {
    let mut case = Case::alone();
    case.apply(&workspace_around("acme"));
    let (id, secret) = case.control_plane().service_account("acme", "ci");
    case.terraform_mut().set("TF_VAR_client_id", &id);
    case.terraform_mut().set("TF_VAR_client_secret", &secret);
    case
}

#[test]
fn a_run_that_cannot_give_its_token_back_says_so_and_goes_on() {
    let case = case_with_account();
    case.control_plane().misbehave(&[acceptance::Fault::on("POST", "/auth/revoke").times(100).status(422)]);
    case.configure(&format!("{PROVIDERS}{}", workspace_around("acme")));
    let output = case.terraform().run(&["plan", "-input=false", "-no-color"]).succeeded();
    let told = format!("{}{}", output.stdout(), output.stderr());
    assert!(told.contains("Access token not revoked") && told.contains("stays valid until 20"), "{told}");
}

#[test]
fn a_run_does_not_wait_long_to_give_its_token_back() {
    let case = case_with_account();
    let hang = acceptance::Fault::on("POST", "/auth/revoke").times(100).delay(Duration::from_secs(60));
    case.control_plane().misbehave(&[hang]);
    case.configure(&format!("{PROVIDERS}{}", workspace_around("acme")));
    let started = Instant::now();
    let output = case.terraform().run(&["plan", "-input=false", "-no-color"]).succeeded();
    let told = format!("{}{}", output.stdout(), output.stderr());
    assert!(told.contains("Access token not revoked"), "{told}");
    assert!(started.elapsed() < Duration::from_secs(40), "it waited: {told}");
}

#[test]
fn a_token_outlives_an_apply_that_fails() {
    let case = case_with_account();
    let config = format!(
        "{PROVIDERS}{}resource \"sparki_project\" \"it\" {{\n  provider = sparki.bearer\n  workspace_id = \
         sparki_workspace.around.id\n  name = \"web\"\n  git_url = \"https://github.com/acme/web\"\n}}\n",
        workspace_around("acme")
    );
    let count = || {
        let requests = |what: &str| case.control_plane().requests(what);
        (requests("POST /auth/token"), requests("POST /auth/revoke"))
    };
    case.configure(&config);
    let _ = case.terraform().run(&["plan", "-input=false", "-out=plan"]).succeeded();
    let (opened, closed) = count();
    assert_eq!(opened, closed, "a plan that succeeds gives its token back");
    case.control_plane().misbehave(&[acceptance::Fault::on("POST", "/projects").times(100).status(422)]);
    let output = case.terraform().run(&["apply", "-input=false", "-no-color", "plan"]);
    assert_ne!(output.code(), Some(0), "{output}");
    // Terraform does not close what is ephemeral after an error, so the token ends when it expires.
    assert_eq!(count(), (opened + 1, closed), "{output}");
    case.control_plane().misbehave(&[]);
    let _ = case.terraform().run(&["apply", "-input=false", "-auto-approve"]).succeeded();
    let (all_opened, all_closed) = count();
    assert_eq!(all_opened - all_closed, 1, "only the token of the run that failed was not given back");
}

//! Secrets stay where they were written.

use acceptance::{Case, Evidence};

use crate::subject::environment_around;

const SECRET: &str = "correct horse battery staple";

#[test]
fn a_write_only_secret_is_nowhere() {
    let mut case = Case::alone();
    let key = case.control_plane().api_key().to_owned();
    case.terraform_mut().set("TF_LOG", "TRACE");
    case.terraform_mut().set("TF_LOG_PATH", "terraform.log");
    case.terraform_mut().set("TF_VAR_secret", SECRET);
    let config = |version: u32, name: &str| {
        format!(
            "variable \"secret\" {{\n  type = string\n  sensitive = true\n  ephemeral = true\n}}\n{}\
             resource \"sparki_deployment_target\" \"it\" {{\n  environment_id = sparki_environment.around.id\n  name = {name:?}\n  \
             custom = {{\n    script = \"./deploy\"\n    signing_secret_wo = var.secret\n    signing_secret_wo_version = {version}\n  }}\n}}\n",
            environment_around("acme")
        )
    };
    let mut evidence = Evidence::new();
    let mut run = |case: &Case, arguments: &[&str]| {
        let output = case.terraform().run(arguments).succeeded();
        evidence
            .add(&format!("the output of {arguments:?}"), format!("{}{}", output.stdout(), output.stderr()));
    };
    for (version, name) in [(1, "it"), (2, "it"), (2, "renamed")] {
        case.configure(&config(version, name));
        run(&case, &["plan", "-input=false", "-out=plan"]);
        run(&case, &["show", "-json", "plan"]);
        run(&case, &["apply", "-input=false", "plan"]);
        run(&case, &["show", "-json"]);
        let fingerprint = case.state();
        assert!(fingerprint.value("sparki_deployment_target.it", "/signing_secret_fingerprint").is_string());
        assert!(fingerprint.value("sparki_deployment_target.it", "/custom/signing_secret_wo").is_null());
        run(&case, &["plan", "-input=false", "-detailed-exitcode"]);
    }
    run(&case, &["destroy", "-input=false", "-auto-approve"]);
    evidence.add("the log of the control plane", case.control_plane().log());
    evidence.add_folder(case.terraform().path(), &[]);
    evidence.lacks(SECRET);
    // The key opens everything, and was in the environment of every process.
    evidence.lacks(&key);
}

#[test]
fn a_secret_is_not_in_the_error_when_it_is_refused() {
    let mut case = Case::alone();
    case.terraform_mut().set("TF_LOG", "TRACE");
    case.terraform_mut().set("TF_LOG_PATH", "terraform.log");
    let config = format!(
        "{}resource \"sparki_deployment_target\" \"it\" {{\n  environment_id = sparki_environment.around.id\n  name = \"it\"\n  \
         custom = {{\n    script = \"./deploy\"\n    signing_secret_wo = var.secret\n    signing_secret_wo_version = 1\n  }}\n}}\n\
         variable \"secret\" {{\n  type = string\n  ephemeral = true\n}}\n",
        environment_around("acme")
    );
    case.terraform_mut().set("TF_VAR_secret", SECRET);
    case.apply(&environment_around("acme"));
    case.control_plane()
        .misbehave(&[acceptance::Fault::on("POST", "/deployment-targets").times(9).status(422)]);
    let refusal = case.refuses_apply(&config);
    let mut evidence = Evidence::new();
    evidence.add("the output", format!("{}{}", refusal.output().stdout(), refusal.output().stderr()));
    evidence.add_folder(case.terraform().path(), &[]);
    evidence.lacks(SECRET);
}

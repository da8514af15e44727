//! Values that exist for one run, and values that are only passed on.

use acceptance::{Evidence, PlanCheck, StateCheck, at};

use crate::providers::{Halls, IT};

const CODE: &str = "code of the vault";

fn config(version: u32) -> String {
    format!(
        "provider \"depot\" {{\n  hall = \"main\"\n}}\n\
         ephemeral \"depot_key\" \"vault\" {{\n  door = \"the vault\"\n}}\n\
         resource \"depot_parcel\" \"it\" {{\n  name = \"gold\"\n  code_wo = ephemeral.depot_key.vault.code\n  \
         code_wo_version = {version}\n  items = [{{ kind = \"bar\", word_wo = ephemeral.depot_key.vault.code }}]\n}}\n"
    )
}

/// How often something was opened and closed, as the machine-readable output tells.
fn count(output: &str, action: &str) -> usize {
    let is_it = |line: &&str| {
        line.contains("\"ephemeral_op_complete\"") && line.contains(&format!("\"action\":\"{action}\""))
    };
    output.lines().filter(is_it).count()
}

#[test]
fn what_is_opened_is_passed_on_closed_and_nowhere_afterwards() {
    let halls = Halls::new();
    let mut case = halls.case();
    case.terraform_mut().set("TF_LOG", "TRACE");
    case.terraform_mut().set("TF_LOG_PATH", "terraform.log");
    case.configure(&config(1));
    let planned = case.terraform().run(&["plan", "-json", "-input=false", "-out=plan"]).succeeded();
    let applied = case.terraform().run(&["apply", "-json", "-input=false", "plan"]).succeeded();
    for output in [&planned, &applied] {
        assert_eq!((count(output.stdout(), "open"), count(output.stdout(), "close")), (1, 1), "{output}");
    }
    case.expect_nothing_to_do();
    let mut evidence = Evidence::new();
    evidence.add("the plan", case.terraform().run(&["show", "-json", "plan"]).succeeded().stdout());
    evidence.add("the state", case.terraform().run(&["show", "-json"]).succeeded().stdout());
    evidence.add("what was said", format!("{}{}", planned.stdout(), applied.stdout()));
    evidence.add_folder(case.terraform().path(), &["terraform-provider-depot"]);
    evidence.lacks(CODE);
    case.finish();
}

#[test]
fn a_write_only_value_is_no_change_and_its_version_is_one() {
    let halls = Halls::new();
    let case = halls.case();
    case.step(&config(1))
        .plan(PlanCheck::null(IT, at("code_wo")))
        .state(StateCheck::known(IT, at("code_wo_version"), 1))
        .state(StateCheck::known(IT, at("code_wo"), acceptance::Expected::null()))
        .run();
    case.step(&config(1).replace("the vault", "another vault")).plan_only().run();
    case.step(&config(2)).plan(PlanCheck::action(IT, acceptance::Action::Update)).run();
    case.finish();
}

#[test]
fn an_object_whose_update_fails_is_kept_without_its_secret() {
    let halls = Halls::new();
    let case = halls.case();
    case.apply(&config(1));
    let broken = config(2).replace("name = \"gold\"", "name = \"gold\"\n  mishap = \"fails_late\"");
    let _ = case.refuses_apply(&broken);
    let state = case.state();
    assert_eq!(state.value(IT, "/code_wo"), &serde_json::Value::Null);
    assert_eq!(state.value(IT, "/code_wo_version"), 2, "what was done is known");
    let mut evidence = Evidence::new();
    evidence.add_folder(case.terraform().path(), &["terraform-provider-depot"]);
    evidence.lacks(CODE);
}

#[test]
fn what_cannot_be_opened_ends_the_run() {
    let halls = Halls::new();
    let case = halls.case();
    let broken = "ephemeral \"depot_key\" \"broken\" {\n  door = ephemeral.depot_key.vault.door\n  mishap = \"open\"\n}\n";
    let refusal = case.refuses_plan(&format!("{}{broken}", config(1)));
    let text = refusal.output().stdout();
    assert!(text.contains("Failed to open the door"), "{text}");
    assert_eq!(count(text, "open"), 1, "{text}");
}

#[test]
fn a_key_that_opens_something_else_is_refused_by_name() {
    let halls = Halls::new();
    let case = halls.case();
    let refusal = case.refuses_plan(&config(1).replace("door = ", "mishap = \"another\"\n  door = "));
    assert!(refusal.output().stdout().contains("Provider opened something else"), "{}", refusal.output());
}

//! `deletion_protection` of a type on AWS that AWS itself does not protect.

use acceptance::{Action, Case, Provider, Setup, StandIn};

const IT: &str = "sparki_iam_role.it";

fn role(name: &str, protection: &str) -> String {
    format!(
        "resource \"sparki_iam_role\" \"it\" {{\n  name = {name:?}\n  trust = {{\n    pod_identity = true\n  }}\n{protection}}}\n"
    )
}

fn protected(name: &str) -> String {
    role(name, "  deletion_protection = true\n")
}

fn alone() -> Case {
    Setup::new(&Provider::sparki()).aws(StandIn::moto()).case()
}

#[test]
fn a_protected_role_is_neither_removed_nor_replaced() {
    let case = alone();
    let [name, other] = ["guarded", "other"].map(|name| case.unique(name));
    let applied = case.apply(&role(&name, ""));
    assert_eq!(applied.state.value(IT, "/deletion_protection"), false);
    let applied = case.apply(&protected(&name));
    assert_eq!(applied.plan.action(IT), Action::Update);
    let words = ["Role is protected from removal", "deletion_protection", "set it to false"];
    case.refuses_destroy().says(&words).blames_nobody();
    case.refuses_plan(&protected(&other)).says(&words).blames_nobody();
    case.configure("");
    case.refuses_plan("").says(&words);

    let applied = case.apply(&role(&name, "  deletion_protection = false\n"));
    assert_eq!(applied.plan.action(IT), Action::Update);
    let applied = case.apply(&role(&other, ""));
    assert_eq!(applied.plan.action(IT), Action::Replace);
    case.finish();
}

#[test]
fn a_protected_role_that_is_tainted_stays() {
    let case = alone();
    let name = case.unique("tainted");
    let before = case.apply(&protected(&name)).state.text(IT, "/unique_id").to_owned();
    case.taint(IT);
    case.refuses_apply(&protected(&name)).says(&["deletion_protection", "terraform untaint"]);
    let _ = case.terraform().run(&["untaint", "-no-color", IT]).succeeded();
    let applied = case.apply(&role(&name, ""));
    assert_eq!(applied.state.text(IT, "/unique_id"), before);
    case.finish();
}

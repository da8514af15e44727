//! Functions in configuration.

use acceptance::Case;
use serde_json::json;

#[test]
fn functions_can_be_called_while_planning() {
    let case = Case::new();
    let applied = case.apply(
        "locals {\n  granted = [\"environment:*\", \"pipeline:read\"]\n  web = provider::sparki::parse_git_url(\"git@github.com:acme/web.git\")\n}\n\
         output \"slug\" {\n  value = provider::sparki::slugify(\"Acme & Sons\")\n}\n\
         output \"web\" {\n  value = \"${local.web.host} ${local.web.owner} ${local.web.repository}\"\n}\n\
         output \"image\" {\n  value = provider::sparki::parse_image(\"ghcr.io/acme/web:1.4.2\")\n}\n\
         output \"seconds\" {\n  value = provider::sparki::parse_duration(\"1h30m\")\n}\n\
         output \"may\" {\n  value = provider::sparki::permission_match(\"environment:update\", local.granted...)\n}\n\
         output \"may_not\" {\n  value = provider::sparki::permission_match(\"pipeline:create\", local.granted...)\n}\n",
    );
    let output = |name: &str| applied.state.output(name).clone();
    assert_eq!(output("slug"), json!("acme-sons"));
    assert_eq!(output("web"), json!("github.com acme web"));
    assert_eq!(
        output("image"),
        json!({"registry": "ghcr.io", "repository": "acme/web", "tag": "1.4.2", "digest": null})
    );
    assert_eq!(output("seconds"), json!(5400));
    assert_eq!((output("may"), output("may_not")), (json!(true), json!(false)));
    case.finish();
}

#[test]
fn a_slug_is_what_the_control_plane_makes_of_the_name() {
    let case = Case::alone();
    let names = [
        "Acme & Sons, Ltd. ",
        "web-2--x_y",
        "A1",
        "\u{dc}n\u{ef}code",
        "  a\tb  ",
        "--c--d--",
        "\u{ff21}bc 12",
    ];
    let outputs = names.iter().enumerate().map(|(index, name)| {
        format!("output \"slug_{index}\" {{\n  value = provider::sparki::slugify({})\n}}\n", json!(name))
    });
    let applied = case.apply(&outputs.collect::<String>());
    for (index, name) in names.iter().enumerate() {
        let made = case.control_plane().create("workspaces", &json!({"name": name}));
        assert_eq!(*applied.state.output(&format!("slug_{index}")), made["slug"], "{name:?}");
    }
}

#[test]
fn a_function_without_a_result_says_why() {
    let case = Case::new();
    let refusal = case.refuses_plan("output \"slug\" {\n  value = provider::sparki::slugify(\"!\")\n}\n");
    let told = format!("{}{}", refusal.output().stdout(), refusal.output().stderr());
    assert!(told.contains("No slug can be made of"), "{told}");
}

//! Values with several spellings: only a change of the meaning is a change.

use expect_test::expect;

use crate::world::check_plan;

#[test]
fn a_document_written_differently_is_no_change() {
    check_plan(
        r#"{"name": "a", "policy": "{\"a\":1,\"b\":[1.0]}"}"#,
        r#"{"name": "a", "policy": "{ \"b\": [1], \"a\": 1 }"}"#,
        &expect![[r#"
            No changes.
        "#]],
    );
}

#[test]
fn a_duration_written_differently_is_no_change() {
    check_plan(
        r#"{"name": "a", "period": "90m", "timeouts": {"create": "60s"}}"#,
        r#"{"name": "a", "period": "1h30m", "timeouts": {"create": "1m"}}"#,
        &expect![[r#"
            No changes.
        "#]],
    );
}

#[test]
fn another_meaning_is_a_change() {
    check_plan(
        r#"{"name": "a", "policy": "{\"a\":1}", "period": "90m"}"#,
        r#"{"name": "a", "policy": "{\"a\":2}", "period": "91m"}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              ~ policy = "{\"a\":1}" -> "{\"a\":2}"
              ~ period = "90m" -> "91m"
              ~ status = "#7" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn the_old_spelling_stays_while_something_else_changes() {
    check_plan(
        r#"{"name": "a", "policy": "{\"a\":1}"}"#,
        r#"{"name": "a", "policy": "{ \"a\": 1 }", "note": "n"}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              + note = "n"
              ~ status = "#7" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn spelling_does_not_count_inside_lists_and_sets_either() {
    check_plan(
        r#"{"name": "a", "disks": [{"name": "x", "policy": "{\"a\":1}"}], "rules": [{"port": 80, "policy": "[1,2]"}, {"port": 81, "policy": "[1,2]"}]}"#,
        r#"{"name": "a", "disks": [{"name": "x", "policy": "{\"a\": 1}"}], "rules": [{"port": 81, "policy": "[1, 2]"}, {"port": 80, "policy": "[ 1,2 ]"}]}"#,
        &expect![[r#"
            No changes.
        "#]],
    );
}

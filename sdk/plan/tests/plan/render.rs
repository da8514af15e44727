//! How plans look on a terminal.

use expect_test::expect;

use crate::world::check_plan;

#[test]
fn sensitive_values_are_never_shown() {
    check_plan(
        r#"{"name": "a"}"#,
        r#"{"name": "a", "secret": "hunter2"}"#,
        &expect![[r##"
        # m will be updated in place
        ~ m {
          ~ status = "#7" -> (known after apply)
          + secret = (sensitive value)
        }
    "##]],
    );
    check_plan(
        r#"{"name": "a", "secret": "hunter2"}"#,
        r#"{"name": "a", "secret": "hunter3"}"#,
        &expect![[r##"
        # m will be updated in place
        ~ m {
          ~ status = "#7" -> (known after apply)
          ~ secret = (sensitive value) -> (sensitive value)
        }
    "##]],
    );
    check_plan(
        r#"{"name": "a", "secret": "hunter2"}"#,
        r#"{"name": "a"}"#,
        &expect![[r##"
        # m will be updated in place
        ~ m {
          ~ status = "#7" -> (known after apply)
          - secret = (sensitive value) -> null
        }
    "##]],
    );
    check_plan(
        r#"{"name": "a", "users": {"u": {"role": "r", "key": "hunter2"}}}"#,
        r#"{"name": "a", "users": {"u": {"role": "r", "key": "hunter3"}}}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              ~ users = {
                  "u" = {
                    ~ key = (sensitive value) -> (sensitive value)
                  }
                }
              ~ status = "#7" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn what_is_inside_an_object_that_becomes_unknown_is_not_shown() {
    check_plan(
        r#"{"name": "a", "users": {"u": {"role": "r", "key": "hunter2"}}}"#,
        r#"{"name": "a", "users": "?"}"#,
        &expect![[r##"
            # m must be replaced
            -/+ m {
              ~ users = {...} -> (known after apply) # forces replacement
              ~ status = "#7" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn text_is_quoted_and_collections_are_on_one_line() {
    check_plan(
        r#"{"name": "a"}"#,
        r#"{"name": "a", "note": "say \"hi\"\n", "labels": ["x", "y"], "tags": {"a": "b"}, "timeouts": {"create": "5m"}}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              + note = "say \"hi\"\n"
              + tags = { a = "b" }
              + labels = ["x", "y"]
              ~ status = "#7" -> (known after apply)
              + timeouts = {
                + create = "5m"
                }
            }
        "##]],
    );
}

//! What the resource itself adds to a plan.

use expect_test::expect;

use crate::world::check_plan;

#[test]
fn a_value_that_follows_from_configuration_is_known_while_planning() {
    check_plan(
        r#"{"name": "a", "disks": [{"name": "x"}]}"#,
        r#"{"name": "a", "disks": [{"name": "x"}, {"name": "y", "size_gib": 5}]}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              ~ disks = {
                  [1] = {
                    + name = "y"
                    + size_gib = 5
                    + id = (known after apply)
                  }
                }
              ~ status = "#8" -> (known after apply)
              ~ total_gib = 10 -> 15
            }
        "##]],
    );
}

#[test]
fn a_change_that_the_resource_takes_back_makes_nothing_unknown() {
    check_plan(
        r#"{"name": "a", "note": "hello"}"#,
        r#"{"name": "a", "note": "HELLO"}"#,
        &expect![[r#"
        No changes.
    "#]],
    );
}

#[test]
fn the_resource_may_ask_for_a_new_object_for_what_changes() {
    check_plan(
        r#"{"name": "a"}"#,
        r#"{"name": "a", "note": "move"}"#,
        &expect![[r##"
        # m must be replaced
        -/+ m {
          + note = "move" # forces replacement
          ~ status = "#7" -> (known after apply)
        }
    "##]],
    );
    check_plan(
        r#"{"name": "a"}"#,
        r#"{"name": "a", "note": "stay"}"#,
        &expect![[r##"
        # m will be updated in place
        ~ m {
          + note = "stay"
          ~ status = "#7" -> (known after apply)
        }
    "##]],
    );
}

#[test]
fn what_the_typed_view_cannot_hold_is_planned_as_configured() {
    check_plan(
        r#"{"name": "a", "disks": [{"name": "x"}]}"#,
        r#"{"name": "a", "disks": [{"name": "x", "copies": ["eu", "?"]}], "rules": [{"port": "?"}, {"port": "?"}]}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              ~ disks = {
                  [0] = {
                    + copies = ["eu", (known after apply)]
                  }
                }
              + rules = {
                  element = {
                    + port = (known after apply)
                    + protocol = "tcp"
                    + label = (known after apply)
                    + id = (known after apply)
                  }
                  element = {
                    + port = (known after apply)
                    + protocol = "tcp"
                    + label = (known after apply)
                    + id = (known after apply)
                  }
                }
              ~ status = "#8" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn messages_of_the_resource_come_with_the_plan() {
    check_plan(
        r#"{"name": "a"}"#,
        r#"{"name": "a", "note": "refuse"}"#,
        &expect![[r##"
        # m will be updated in place
        ~ m {
          + note = "refuse"
          ~ status = "#7" -> (known after apply)
        }
        error: Refused
          at note
          The note says so.
    "##]],
    );
}

//! Which changes need a new remote object.

use expect_test::expect;

use crate::world::{check_plan, config, made, plan};

#[test]
fn a_change_of_what_cannot_change_in_place_replaces() {
    check_plan(
        r#"{"name": "a", "region": "eu"}"#,
        r#"{"name": "a", "region": "us"}"#,
        &expect![[r##"
        # m must be replaced
        -/+ m {
          ~ region = "eu" -> "us" # forces replacement
          ~ status = "#7" -> (known after apply)
        }
    "##]],
    );
    check_plan(
        r#"{"name": "a", "region": "eu"}"#,
        r#"{"name": "a"}"#,
        &expect![[r##"
        # m must be replaced
        -/+ m {
          - region = "eu" -> null # forces replacement
          ~ status = "#7" -> (known after apply)
        }
    "##]],
    );
}

#[test]
fn what_is_not_known_yet_counts_as_changed() {
    check_plan(
        r#"{"name": "a", "region": "eu"}"#,
        r#"{"name": "a", "region": "?"}"#,
        &expect![[r##"
        # m must be replaced
        -/+ m {
          ~ region = "eu" -> (known after apply) # forces replacement
          ~ status = "#7" -> (known after apply)
        }
    "##]],
    );
}

#[test]
fn replace_if_configured_needs_configuration() {
    check_plan(
        r#"{"name": "a", "image": "i"}"#,
        r#"{"name": "a", "image": "j"}"#,
        &expect![[r##"
        # m must be replaced
        -/+ m {
          ~ image = "i" -> "j" # forces replacement
          ~ status = "#6" -> (known after apply)
        }
    "##]],
    );
    check_plan(
        r#"{"name": "a", "image": "i"}"#,
        r#"{"name": "a", "note": "n"}"#,
        &expect![[r##"
        # m will be updated in place
        ~ m {
          + note = "n"
          ~ status = "#6" -> (known after apply)
        }
    "##]],
    );
}

#[test]
fn replace_if_asks_the_function() {
    check_plan(
        r#"{"name": "a", "size": 5}"#,
        r#"{"name": "a", "size": 6}"#,
        &expect![[r##"
        # m will be updated in place
        ~ m {
          ~ size = 5 -> 6
          ~ status = "#7" -> (known after apply)
        }
    "##]],
    );
    check_plan(
        r#"{"name": "a", "size": 5}"#,
        r#"{"name": "a", "size": 4}"#,
        &expect![[r##"
        # m must be replaced
        -/+ m {
          ~ size = 5 -> 4 # forces replacement
          ~ status = "#7" -> (known after apply)
        }
    "##]],
    );
}

#[test]
fn a_change_inside_what_cannot_change_in_place_replaces() {
    check_plan(
        r#"{"name": "a", "network": {"subnet": "s"}}"#,
        r#"{"name": "a", "network": {"subnet": "t"}}"#,
        &expect![[r##"
            # m must be replaced
            -/+ m {
              ~ network = { # forces replacement
                ~ subnet = "s" -> "t"
                ~ ip = "#6" -> (known after apply)
                }
              ~ status = "#8" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn what_the_remote_computes_inside_it_is_no_reason_to_replace() {
    check_plan(
        r#"{"name": "a", "network": {"subnet": "s"}}"#,
        r#"{"name": "a", "network": {"subnet": "s"}, "note": "n"}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              + note = "n"
              ~ network = {
                ~ ip = "#6" -> (known after apply)
                }
              ~ status = "#8" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn a_map_element_that_changes_may_replace_and_one_that_comes_or_goes_does_not() {
    let before = r#"{"name": "a", "users": {"x": {"role": "admin"}, "y": {"role": "guest"}}}"#;
    check_plan(
        before,
        r#"{"name": "a", "users": {"x": {"role": "guest"}, "y": {"role": "guest"}}}"#,
        &expect![[r##"
        # m must be replaced
        -/+ m {
          ~ users = {
              "x" = {
                ~ role = "admin" -> "guest" # forces replacement
              }
            }
          ~ status = "#7" -> (known after apply)
        }
    "##]],
    );
    check_plan(
        before,
        r#"{"name": "a", "users": {"x": {"role": "admin"}, "z": {"role": "guest"}}}"#,
        &expect![[r##"
        # m will be updated in place
        ~ m {
          ~ users = {
              "y" = {
                - role = "guest" -> null
                - key = (sensitive value) -> null
              }
              "z" = {
                + role = "guest"
                + key = (sensitive value)
              }
            }
          ~ status = "#7" -> (known after apply)
        }
    "##]],
    );
}

#[test]
fn a_set_replaces_only_for_elements_that_differ_in_what_cannot_change_in_place() {
    let before = r#"{"name": "a", "rules": [{"port": 80, "chain": "c"}, {"port": 81}]}"#;
    check_plan(
        before,
        r#"{"name": "a", "rules": [{"port": 80, "chain": "d"}, {"port": 81}]}"#,
        &expect![[r##"
        # m must be replaced
        -/+ m {
          ~ rules = { # forces replacement
              element = {
                - port = 80 -> null
                - protocol = "tcp" -> null
                - label = "#10" -> null
                - chain = "c" -> null
                - id = "#9" -> null
              }
              element = {
                + port = 80
                + protocol = "tcp"
                + label = (known after apply)
                + chain = "d"
                + id = (known after apply)
              }
            }
          ~ status = "#11" -> (known after apply)
        }
    "##]],
    );
    check_plan(
        before,
        r#"{"name": "a", "rules": [{"port": 82, "chain": "c"}, {"port": 81}]}"#,
        &expect![[r##"
        # m will be updated in place
        ~ m {
          ~ rules = {
              element = {
                + port = 82
                + protocol = "tcp"
                + label = (known after apply)
                + chain = "c"
                + id = (known after apply)
              }
              element = {
                - port = 80 -> null
                - protocol = "tcp" -> null
                - label = "#10" -> null
                - chain = "c" -> null
                - id = "#9" -> null
              }
            }
          ~ status = "#11" -> (known after apply)
        }
    "##]],
    );
    check_plan(
        before,
        r#"{"name": "a", "rules": [{"port": 80, "chain": "c"}, {"port": 81}], "note": "n"}"#,
        &expect![[r##"
        # m will be updated in place
        ~ m {
          + note = "n"
          ~ status = "#11" -> (known after apply)
        }
    "##]],
    );
}

#[test]
fn a_protected_object_is_not_replaced_either() {
    check_plan(
        r#"{"name": "a", "region": "eu", "note": "protected"}"#,
        r#"{"name": "a", "region": "us", "note": "protected"}"#,
        &expect![[r##"
            # m must be replaced
            -/+ m {
              ~ region = "eu" -> "us" # forces replacement
              ~ status = "#7" -> (known after apply)
            }
            error: Protected
              at note
              The note says so.
        "##]],
    );
}

#[test]
fn an_unknown_collection_counts_as_a_change_of_what_is_inside_it() {
    let replaced = |before: &str, after: &str| {
        let found = plan(&config(after), &made(before));
        found.requires_replace.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let users = r#"{"name": "a", "users": {"u": {"role": "r"}}}"#;
    assert_eq!(replaced(users, r#"{"name": "a", "users": "?"}"#), ["users"]);
    let mounts = r#"{"name": "a", "mounts": [{"path": "/"}]}"#;
    assert_eq!(replaced(mounts, r#"{"name": "a", "mounts": "?"}"#), ["mounts"]);
    let rules = r#"{"name": "a", "rules": [{"port": 1, "chain": "c"}]}"#;
    assert_eq!(replaced(rules, r#"{"name": "a", "rules": "?"}"#), ["rules"]);
    // Nothing in it needs a new object, or there was nothing.
    let disks = r#"{"name": "a", "disks": [{"name": "d"}]}"#;
    assert_eq!(replaced(disks, r#"{"name": "a", "disks": "?"}"#), [] as [&str; 0]);
    assert_eq!(replaced(r#"{"name": "a"}"#, r#"{"name": "a", "users": "?"}"#), [] as [&str; 0]);
}

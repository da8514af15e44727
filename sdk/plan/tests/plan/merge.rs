//! What is proposed: configuration, defaults, and what computed values become.

use expect_test::expect;

use crate::world::check_plan;

#[test]
fn a_new_object_has_its_defaults_and_everything_computed_is_unknown() {
    check_plan(
        "",
        r#"{"name": "a"}"#,
        &expect![[r##"
            # m will be created
            + m {
              + id = (known after apply)
              + arn = (known after apply)
              + host_name = (known after apply)
              + name = "a"
              + image = (known after apply)
              + size = 2
              + zone = (known after apply)
              + probe = {
                + path = "/"
                + latency = (known after apply)
                }
              + facts = (known after apply)
              + status = (known after apply)
              + total_gib = (known after apply)
              + ports = (known after apply)
              + on_destroy = "delete"
            }
        "##]],
    );
}

#[test]
fn the_same_configuration_plans_nothing() {
    let config = r#"{"name": "a", "disks": [{"name": "d"}], "rules": [{"port": 80}, {"port": 81}],
                     "users": {"x": {"role": "admin"}}, "network": {"subnet": "s"}, "password_wo": "p",
                     "password_wo_version": 1, "timeouts": {"create": "30m"}}"#;
    check_plan(
        config,
        config,
        &expect![[r#"
        No changes.
    "#]],
    );
}

#[test]
fn a_change_makes_unknown_only_what_may_follow_from_it() {
    check_plan(
        r#"{"name": "a"}"#,
        r#"{"name": "a", "note": "n"}"#,
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
fn what_follows_from_what_follows_becomes_unknown_too() {
    check_plan(
        r#"{"name": "a"}"#,
        r#"{"name": "b"}"#,
        &expect![[r##"
        # m will be updated in place
        ~ m {
          ~ arn = "arn:#1" -> (known after apply)
          ~ host_name = "#3" -> (known after apply)
          ~ name = "a" -> "b"
          ~ status = "#7" -> (known after apply)
        }
    "##]],
    );
}

#[test]
fn an_optional_attribute_that_is_removed_becomes_null_or_its_default() {
    check_plan(
        r#"{"name": "a", "note": "n", "size": 5, "probe": {"path": "/up"}, "tags": {"a": "b"}}"#,
        r#"{"name": "a", "size": 2}"#,
        &expect![[r##"
            # m must be replaced
            -/+ m {
              ~ size = 5 -> 2 # forces replacement
              - note = "n" -> null
              - tags = { a = "b" } -> null
              ~ probe = {
                ~ path = "/up" -> "/"
                }
              ~ status = "#7" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn an_optional_computed_attribute_that_is_removed_stays() {
    check_plan(
        r#"{"name": "a", "zone": "z", "image": "i"}"#,
        r#"{"name": "a"}"#,
        &expect![[r#"
        No changes.
    "#]],
    );
}

#[test]
fn an_unknown_value_is_planned_as_such_at_any_depth() {
    check_plan(
        r#"{"name": "a", "disks": [{"name": "d"}], "users": {"x": {"role": "admin"}}}"#,
        r#"{"name": "?", "labels": ["x", "?"], "tags": {"k": "?"}, "disks": [{"name": "d", "size_gib": "?"}, "?"],
            "users": "?", "rules": [{"port": "?"}, {"port": "?"}, "?"], "probe": {"path": "?"}}"#,
        &expect![[r##"
            # m must be replaced
            -/+ m {
              ~ arn = "arn:#1" -> (known after apply)
              ~ host_name = "#4" -> (known after apply)
              ~ name = "a" -> (known after apply)
              + tags = { k = (known after apply) }
              + labels = ["x", (known after apply)]
              ~ disks = {
                  [0] = {
                    ~ size_gib = 10 -> (known after apply)
                  }
                  [1] = (known after apply)
                }
              + rules = {
                  element = (known after apply)
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
              ~ users = {...} -> (known after apply) # forces replacement
              ~ probe = {
                ~ path = "/" -> (known after apply)
                }
              ~ status = "#8" -> (known after apply)
              ~ total_gib = 10 -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn everything_unknown_is_no_error() {
    check_plan(
        r#"{"name": "a"}"#,
        r#"{"name": "?", "region": "?", "image": "?", "size": "?", "zone": "?", "note": "?", "policy": "?",
            "period": "?", "tags": "?", "labels": "?", "disks": "?", "rules": "?", "users": "?", "network": "?",
            "probe": "?", "password_wo": "?", "password_wo_version": "?", "secret": "?", "on_destroy": "?",
            "timeouts": "?"}"#,
        &expect![[r##"
            # m must be replaced
            -/+ m {
              ~ arn = "arn:#1" -> (known after apply)
              ~ host_name = "#3" -> (known after apply)
              ~ name = "a" -> (known after apply)
              + region = (known after apply) # forces replacement
              ~ image = "#5" -> (known after apply) # forces replacement
              ~ size = 2 -> (known after apply)
              ~ zone = "#9" -> (known after apply)
              + note = (known after apply)
              + policy = (known after apply)
              + period = (known after apply)
              + tags = (known after apply)
              + labels = (known after apply)
              + disks = (known after apply)
              + rules = (known after apply)
              + users = (known after apply)
              + network = (known after apply) # forces replacement
              ~ probe = {...} -> (known after apply)
              ~ status = "#7" -> (known after apply)
              ~ total_gib = 8 -> (known after apply)
              + password_wo_version = (known after apply)
              + secret = (sensitive value)
              ~ on_destroy = "delete" -> (known after apply)
              + timeouts = (known after apply)
            }
        "##]],
    );
}

#[test]
fn a_write_only_value_is_in_no_plan_at_any_depth() {
    check_plan(
        "",
        r#"{"name": "a", "password_wo": "hunter2", "password_wo_version": 1, "disks": [{"name": "d", "key_wo": "hunter2"}]}"#,
        &expect![[r##"
            # m will be created
            + m {
              + id = (known after apply)
              + arn = (known after apply)
              + host_name = (known after apply)
              + name = "a"
              + image = (known after apply)
              + size = 2
              + zone = (known after apply)
              + disks = {
                  [0] = {
                    + name = "d"
                    + size_gib = 10
                    + id = (known after apply)
                  }
                }
              + probe = {
                + path = "/"
                + latency = (known after apply)
                }
              + facts = (known after apply)
              + status = (known after apply)
              + total_gib = 10
              + password_wo_version = 1
              + ports = (known after apply)
              + on_destroy = "delete"
            }
        "##]],
    );
}

#[test]
fn a_new_write_only_value_alone_is_no_change_and_its_version_is_one() {
    let before = r#"{"name": "a", "password_wo": "old", "password_wo_version": 1}"#;
    check_plan(
        before,
        r#"{"name": "a", "password_wo": "new", "password_wo_version": 1}"#,
        &expect![[r#"
        No changes.
    "#]],
    );
    check_plan(
        before,
        r#"{"name": "a", "password_wo": "new", "password_wo_version": 2}"#,
        &expect![[r##"
        # m will be updated in place
        ~ m {
          ~ status = "#7" -> (known after apply)
          ~ password_wo_version = 1 -> 2
        }
    "##]],
    );
}

#[test]
fn an_empty_collection_is_not_the_same_as_none() {
    check_plan(
        r#"{"name": "a"}"#,
        r#"{"name": "a", "tags": {}, "disks": [], "note": ""}"#,
        &expect![[r##"
        # m will be updated in place
        ~ m {
          + note = ""
          + tags = {}
          + disks = []
          ~ status = "#7" -> (known after apply)
          ~ total_gib = 8 -> 0
        }
    "##]],
    );
}

#[test]
fn removal_shows_what_is_lost_and_protection_stops_it() {
    check_plan(
        r#"{"name": "a"}"#,
        "",
        &expect![[r##"
        # m will be destroyed
        - m {
          - id = "#4" -> null
          - arn = "arn:#1" -> null
          - host_name = "#3" -> null
          - name = "a" -> null
          - image = "#5" -> null
          - size = 2 -> null
          - zone = "#9" -> null
          - probe = {
            - path = "/" -> null
            - latency = 6 -> null
            }
          - facts = {
            - kernel = "#2" -> null
            }
          - status = "#7" -> null
          - total_gib = 8 -> null
          - on_destroy = "delete" -> null
        }
    "##]],
    );
    check_plan(
        r#"{"name": "a", "note": "protected"}"#,
        "",
        &expect![[r##"
        # m will be destroyed
        - m {
          - id = "#4" -> null
          - arn = "arn:#1" -> null
          - host_name = "#3" -> null
          - name = "a" -> null
          - image = "#5" -> null
          - size = 2 -> null
          - zone = "#9" -> null
          - note = "protected" -> null
          - probe = {
            - path = "/" -> null
            - latency = 6 -> null
            }
          - facts = {
            - kernel = "#2" -> null
            }
          - status = "#7" -> null
          - total_gib = 8 -> null
          - on_destroy = "delete" -> null
        }
        error: Protected
          at note
          The note says so.
    "##]],
    );
    check_plan(
        "",
        "",
        &expect![[r#"
        No changes.
    "#]],
    );
}

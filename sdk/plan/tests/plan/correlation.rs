//! Which element is which: lists, maps and sets of objects.

use expect_test::expect;

use crate::world::check_plan;

#[test]
fn a_list_element_keeps_what_the_remote_computed_when_it_changes() {
    check_plan(
        r#"{"name": "a", "disks": [{"name": "x"}, {"name": "y"}]}"#,
        r#"{"name": "a", "disks": [{"name": "x", "size_gib": 20}, {"name": "y"}]}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              ~ disks = {
                  [0] = {
                    ~ size_gib = 10 -> 20
                  }
                }
              ~ status = "#9" -> (known after apply)
              ~ total_gib = 20 -> 30
            }
        "##]],
    );
}

#[test]
fn list_elements_that_move_take_along_what_the_remote_computed() {
    check_plan(
        r#"{"name": "a", "disks": [{"name": "x"}, {"name": "y"}]}"#,
        r#"{"name": "a", "disks": [{"name": "y"}, {"name": "x"}]}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              ~ disks = {
                  [0] = {
                    ~ name = "x" -> "y"
                    ~ id = "#2" -> "#3"
                  }
                  [1] = {
                    ~ name = "y" -> "x"
                    ~ id = "#3" -> "#2"
                  }
                }
              ~ status = "#9" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn an_element_put_in_front_does_not_take_over_what_belongs_to_the_next() {
    check_plan(
        r#"{"name": "a", "disks": [{"name": "x"}, {"name": "y"}]}"#,
        r#"{"name": "a", "disks": [{"name": "new"}, {"name": "x"}, {"name": "y"}]}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              ~ disks = {
                  [0] = {
                    ~ name = "x" -> "new"
                    ~ id = "#2" -> (known after apply)
                  }
                  [1] = {
                    ~ name = "y" -> "x"
                    ~ id = "#3" -> "#2"
                  }
                  [2] = {
                    + name = "y"
                    + size_gib = 10
                    + id = "#3"
                  }
                }
              ~ status = "#9" -> (known after apply)
              ~ total_gib = 20 -> 30
            }
        "##]],
    );
}

#[test]
fn removing_the_first_element_leaves_the_others_as_they_are() {
    check_plan(
        r#"{"name": "a", "disks": [{"name": "x"}, {"name": "y"}]}"#,
        r#"{"name": "a", "disks": [{"name": "y"}]}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              ~ disks = {
                  [0] = {
                    ~ name = "x" -> "y"
                    ~ id = "#2" -> "#3"
                  }
                  [1] = {
                    - name = "y" -> null
                    - size_gib = 10 -> null
                    - id = "#3" -> null
                  }
                }
              ~ status = "#9" -> (known after apply)
              ~ total_gib = 20 -> 10
            }
        "##]],
    );
}

#[test]
fn the_spelling_of_a_moved_element_is_that_of_configuration() {
    // Terraform compares with the element that was at the same place, and would refuse the old spelling.
    check_plan(
        r#"{"name": "a", "disks": [{"name": "x", "policy": "{\"a\":1}"}, {"name": "y", "policy": "{\"b\":1}"}]}"#,
        r#"{"name": "a", "disks": [{"name": "y", "policy": "{\"b\": 1}"}, {"name": "x", "policy": "{\"a\": 1}"}]}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              ~ disks = {
                  [0] = {
                    ~ name = "x" -> "y"
                    ~ policy = "{\"a\":1}" -> "{\"b\": 1}"
                    ~ id = "#2" -> (known after apply)
                  }
                  [1] = {
                    ~ name = "y" -> "x"
                    ~ policy = "{\"b\":1}" -> "{\"a\": 1}"
                    ~ id = "#3" -> (known after apply)
                  }
                }
              ~ status = "#9" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn map_elements_correspond_by_key() {
    check_plan(
        r#"{"name": "a", "users": {"x": {"role": "admin"}, "y": {"role": "guest"}}}"#,
        r#"{"name": "a", "users": {"y": {"role": "guest"}, "z": {"role": "admin"}}}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              ~ users = {
                  "x" = {
                    - role = "admin" -> null
                    - key = (sensitive value) -> null
                  }
                  "z" = {
                    + role = "admin"
                    + key = (sensitive value)
                  }
                }
              ~ status = "#7" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn set_elements_correspond_by_what_configuration_says_of_them() {
    check_plan(
        r#"{"name": "a", "rules": [{"port": 80}, {"port": 81, "probe": {"path": "/up"}}]}"#,
        r#"{"name": "a", "rules": [{"port": 81, "probe": {"path": "/up"}}, {"port": 82}]}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              ~ rules = {
                  element = {
                    + port = 82
                    + protocol = "tcp"
                    + label = (known after apply)
                    + id = (known after apply)
                  }
                  element = {
                    - port = 80 -> null
                    - protocol = "tcp" -> null
                    - label = "#8" -> null
                    - id = "#7" -> null
                  }
                }
              ~ status = "#12" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn what_the_remote_computes_deep_inside_a_set_element_does_not_make_it_another() {
    let config =
        r#"{"name": "a", "rules": [{"port": 80, "probe": {"path": "/up"}}, {"port": 81, "probe": {}}]}"#;
    check_plan(
        config,
        config,
        &expect![[r#"
        No changes.
    "#]],
    );
}

#[test]
fn an_optional_computed_attribute_inside_a_set_may_be_set_or_left() {
    check_plan(
        r#"{"name": "a", "rules": [{"port": 80}, {"port": 81}]}"#,
        r#"{"name": "a", "rules": [{"port": 80, "label": "new"}, {"port": 81}]}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              ~ rules = {
                  element = {
                    + port = 80
                    + protocol = "tcp"
                    + label = "new"
                    + id = (known after apply)
                  }
                  element = {
                    - port = 80 -> null
                    - protocol = "tcp" -> null
                    - label = "#8" -> null
                    - id = "#7" -> null
                  }
                }
              ~ status = "#11" -> (known after apply)
            }
        "##]],
    );
    check_plan(
        r#"{"name": "a", "rules": [{"port": 80, "label": "x"}, {"port": 81}]}"#,
        r#"{"name": "a", "rules": [{"port": 80}, {"port": 81}]}"#,
        &expect![[r#"
            No changes.
        "#]],
    );
}

#[test]
fn defaults_inside_sets_are_filled_into_each_element_once() {
    check_plan(
        "",
        r#"{"name": "a", "rules": [{"port": 80}, {"port": 81, "protocol": "udp"}, {"port": 82}]}"#,
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
              + rules = {
                  element = {
                    + port = 80
                    + protocol = "tcp"
                    + label = (known after apply)
                    + id = (known after apply)
                  }
                  element = {
                    + port = 81
                    + protocol = "udp"
                    + label = (known after apply)
                    + id = (known after apply)
                  }
                  element = {
                    + port = 82
                    + protocol = "tcp"
                    + label = (known after apply)
                    + id = (known after apply)
                  }
                }
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
    check_plan(
        r#"{"name": "a", "rules": [{"port": 80}, {"port": 81}]}"#,
        r#"{"name": "a", "rules": [{"port": 80, "protocol": "tcp"}, {"port": 81}]}"#,
        &expect![[r#"
            No changes.
        "#]],
    );
}

#[test]
fn elements_that_differ_only_in_what_is_unknown_stay_apart() {
    check_plan(
        r#"{"name": "a", "rules": [{"port": 80}]}"#,
        r#"{"name": "a", "rules": [{"port": 80, "label": "?"}, {"port": 80, "protocol": "?"}, {"port": 80, "protocol": "udp"}]}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              ~ rules = {
                  element = {
                    + port = 80
                    + protocol = (known after apply)
                    + label = (known after apply)
                    + id = (known after apply)
                  }
                  element = {
                    + port = 80
                    + protocol = "udp"
                    + label = (known after apply)
                    + id = (known after apply)
                  }
                  element = {
                    + port = 80
                    + protocol = "tcp"
                    + label = (known after apply)
                    + id = "#7"
                  }
                  element = {
                    - port = 80 -> null
                    - protocol = "tcp" -> null
                    - label = "#8" -> null
                    - id = "#7" -> null
                  }
                }
              ~ status = "#9" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn a_local_attribute_inside_a_set_changes_nothing_else() {
    check_plan(
        r#"{"name": "a", "rules": [{"port": 80, "weight": 1}, {"port": 81, "weight": 2}]}"#,
        r#"{"name": "a", "rules": [{"port": 80, "weight": 1}, {"port": 81, "weight": 3}]}"#,
        &expect![[r##"
            # m will be updated in place
            ~ m {
              ~ rules = {
                  element = {
                    - port = 81 -> null
                    - protocol = "tcp" -> null
                    - label = "#10" -> null
                    - weight = 2 -> null
                    - id = "#9" -> null
                  }
                  element = {
                    + port = 81
                    + protocol = "tcp"
                    + label = "#10"
                    + weight = 3
                    + id = "#9"
                  }
                }
              ~ status = "#11" -> (known after apply)
            }
        "##]],
    );
}

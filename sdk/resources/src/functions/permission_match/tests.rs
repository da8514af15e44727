//! Tests of `permission_match`.

use expect_test::expect;

use super::PermissionMatch;
use crate::golden::check_call;

#[test]
fn any_pattern_may_cover_the_permission() {
    check_call::<PermissionMatch>(
        &[
            r#"["environment:update", "environment:update"]"#,
            r#"["environment:update", "environment:*"]"#,
            r#"["environment:update", "*:update"]"#,
            r#"["environment:update", "*"]"#,
            r#"["environment:update", "*:*"]"#,
            r#"["deployment_target:create", "project:*", "deployment_target:create"]"#,
        ],
        &expect![[r#"
            ["environment:update", "environment:update"] -> true
            ["environment:update", "environment:*"] -> true
            ["environment:update", "*:update"] -> true
            ["environment:update", "*"] -> true
            ["environment:update", "*:*"] -> true
            ["deployment_target:create", "project:*", "deployment_target:create"] -> true
        "#]],
    );
}

#[test]
fn what_no_pattern_covers_is_not_allowed() {
    check_call::<PermissionMatch>(
        &[
            r#"["environment:update"]"#,
            r#"["environment:update", "environment:read", "project:update"]"#,
            r#"["environment:update", "environments:*"]"#,
        ],
        &expect![[r#"
            ["environment:update"] -> false
            ["environment:update", "environment:read", "project:update"] -> false
            ["environment:update", "environments:*"] -> false
        "#]],
    );
}

#[test]
fn a_wrong_argument_is_named_also_where_another_one_covers() {
    check_call::<PermissionMatch>(
        &[
            r#"["environment", "*"]"#,
            r#"["environment:*", "*"]"#,
            r#"["environment:update", "*", "env*:update"]"#,
            r#"["environment:update", ""]"#,
            r#"["environment:update", "a:b:c"]"#,
            r#"["environment:update", "*", null]"#,
        ],
        &expect![[r#"
            ["environment", "*"] -> argument Some(0): This is not a permission. Write it as resource:action, such as "environment:update".
            ["environment:*", "*"] -> argument Some(0): This is not a permission. Write it as resource:action, such as "environment:update".
            ["environment:update", "*", "env*:update"] -> argument Some(2): This is not a pattern of permissions. Write it as resource:action, with "*" for any resource or any action, such as "environment:*".
            ["environment:update", ""] -> argument Some(1): This is not a pattern of permissions. Write it as resource:action, with "*" for any resource or any action, such as "environment:*".
            ["environment:update", "a:b:c"] -> argument Some(1): This is not a pattern of permissions. Write it as resource:action, with "*" for any resource or any action, such as "environment:*".
            ["environment:update", "*", null] -> argument Some(2): "patterns" must not be null.
        "#]],
    );
}

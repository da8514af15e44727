//! Tests of `parse_git_url`.

use expect_test::expect;

use super::ParseGitUrl;
use crate::golden::check_call;

#[test]
fn every_form_of_an_address_has_the_same_parts() {
    check_call::<ParseGitUrl>(
        &[
            r#"["https://GitHub.com/acme/web.git"]"#,
            r#"["ssh://git@github.com/acme/web"]"#,
            r#"["git@github.com:acme/web.git"]"#,
        ],
        &expect![[r#"
            ["https://GitHub.com/acme/web.git"] -> {"host":"github.com","owner":"acme","path":"acme/web","repository":"web"}
            ["ssh://git@github.com/acme/web"] -> {"host":"github.com","owner":"acme","path":"acme/web","repository":"web"}
            ["git@github.com:acme/web.git"] -> {"host":"github.com","owner":"acme","path":"acme/web","repository":"web"}
        "#]],
    );
}

#[test]
fn ports_nested_groups_and_dots_are_kept() {
    check_call::<ParseGitUrl>(
        &[
            r#"["https://git.example.com:8443/acme/web"]"#,
            r#"["https://git.example.com:443/acme/web/"]"#,
            r#"["git@gitlab.com:acme/platform/edge/proxy.rs"]"#,
        ],
        &expect![[r#"
            ["https://git.example.com:8443/acme/web"] -> {"host":"git.example.com:8443","owner":"acme","path":"acme/web","repository":"web"}
            ["https://git.example.com:443/acme/web/"] -> {"host":"git.example.com","owner":"acme","path":"acme/web","repository":"web"}
            ["git@gitlab.com:acme/platform/edge/proxy.rs"] -> {"host":"gitlab.com","owner":"acme/platform/edge","path":"acme/platform/edge/proxy.rs","repository":"proxy.rs"}
        "#]],
    );
}

#[test]
fn what_is_no_address_and_what_holds_a_secret_is_refused() {
    check_call::<ParseGitUrl>(
        &[r#"["web"]"#, r#"["https://github.com/web"]"#, r#"["ftp://github.com/acme/web"]"#, r#"[null]"#],
        &expect![[r#"
            ["web"] -> argument Some(0): "url" must be the address of a Git repository, such as "https://github.com/acme/web" or "git@github.com:acme/web.git".
            ["https://github.com/web"] -> argument Some(0): "url" must be an address whose path is an owner and a repository, without white space, "\" and parts like "..", such as "https://github.com/acme/web".
            ["ftp://github.com/acme/web"] -> argument Some(0): "url" must begin with "https://" or "ssh://", or have the form "git@github.com:acme/web.git".
            [null] -> argument Some(0): "url" must not be null.
        "#]],
    );
    for address in [
        "https://jane:hunter2@github.com/acme/web",
        "https://github.com/acme/web?access_token=hunter2",
        "git+ssh://git:hunter2@github.com/acme/web",
    ] {
        let error =
            crate::golden::call::<ParseGitUrl>(&format!("[{address:?}]")).expect_err("it holds a secret");
        assert!(!error.text.contains("hunter2"), "{error}");
    }
}

//! Tests of `parse_image`.

use expect_test::expect;

use super::ParseImage;
use crate::golden::check_call;

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn what_is_left_out_is_docker_hubs() {
    check_call::<ParseImage>(
        &[r#"["nginx"]"#, r#"["acme/web:1.4.2"]"#, r#"["nginx:1.29-alpine"]"#, r#"["docker.io/nginx"]"#],
        &expect![[r#"
            ["nginx"] -> {"digest":null,"registry":"docker.io","repository":"library/nginx","tag":null}
            ["acme/web:1.4.2"] -> {"digest":null,"registry":"docker.io","repository":"acme/web","tag":"1.4.2"}
            ["nginx:1.29-alpine"] -> {"digest":null,"registry":"docker.io","repository":"library/nginx","tag":"1.29-alpine"}
            ["docker.io/nginx"] -> {"digest":null,"registry":"docker.io","repository":"library/nginx","tag":null}
        "#]],
    );
}

#[test]
fn registries_are_told_from_repositories() {
    check_call::<ParseImage>(
        &[
            r#"["ghcr.io/acme/web:main"]"#,
            r#"["localhost/web"]"#,
            r#"["localhost:5000/web"]"#,
            r#"["registry:5000/acme/web:1"]"#,
            r#"["[::1]:5000/web"]"#,
            r#"["acme/team/web"]"#,
            r#"["123456789012.dkr.ecr.us-east-1.amazonaws.com/acme/web_api--x.y__z"]"#,
        ],
        &expect![[r#"
            ["ghcr.io/acme/web:main"] -> {"digest":null,"registry":"ghcr.io","repository":"acme/web","tag":"main"}
            ["localhost/web"] -> {"digest":null,"registry":"localhost","repository":"web","tag":null}
            ["localhost:5000/web"] -> {"digest":null,"registry":"localhost:5000","repository":"web","tag":null}
            ["registry:5000/acme/web:1"] -> {"digest":null,"registry":"registry:5000","repository":"acme/web","tag":"1"}
            ["[::1]:5000/web"] -> {"digest":null,"registry":"[::1]:5000","repository":"web","tag":null}
            ["acme/team/web"] -> {"digest":null,"registry":"docker.io","repository":"acme/team/web","tag":null}
            ["123456789012.dkr.ecr.us-east-1.amazonaws.com/acme/web_api--x.y__z"] -> {"digest":null,"registry":"123456789012.dkr.ecr.us-east-1.amazonaws.com","repository":"acme/web_api--x.y__z","tag":null}
        "#]],
    );
}

#[test]
fn a_registry_has_one_spelling() {
    check_call::<ParseImage>(
        &[r#"["index.docker.io/nginx"]"#, r#"["GHCR.io/acme/web"]"#, r#"["Docker.IO/nginx"]"#],
        &expect![[r#"
            ["index.docker.io/nginx"] -> {"digest":null,"registry":"docker.io","repository":"library/nginx","tag":null}
            ["GHCR.io/acme/web"] -> {"digest":null,"registry":"ghcr.io","repository":"acme/web","tag":null}
            ["Docker.IO/nginx"] -> {"digest":null,"registry":"docker.io","repository":"library/nginx","tag":null}
        "#]],
    );
}

#[test]
fn the_id_of_an_image_is_no_reference() {
    let id = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    check_call::<ParseImage>(
        &[&format!(r#"["{id}"]"#), &format!(r#"["acme/{id}"]"#)],
        &expect![[r#"
            ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"] -> argument Some(0): This is not the reference of an image: 64 hexadecimal digits alone are the id of an image on one machine.
            ["acme/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"] -> {"digest":null,"registry":"docker.io","repository":"acme/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","tag":null}
        "#]],
    );
}

#[test]
fn a_digest_may_stand_with_or_without_a_tag() {
    check_call::<ParseImage>(
        &[&format!(r#"["ghcr.io/acme/web@{DIGEST}"]"#), &format!(r#"["web:1@{DIGEST}"]"#)],
        &expect![[r#"
            ["ghcr.io/acme/web@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"] -> {"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","registry":"ghcr.io","repository":"acme/web","tag":null}
            ["web:1@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"] -> {"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","registry":"docker.io","repository":"library/web","tag":"1"}
        "#]],
    );
}

#[test]
fn what_is_no_reference_says_why() {
    check_call::<ParseImage>(
        &[
            r#"[""]"#,
            r#"["Web"]"#,
            r#"["ghcr.io/Acme/web"]"#,
            r#"["Acme/web"]"#,
            r#"["acme//web"]"#,
            r#"["acme/web-"]"#,
            r#"["acme/we___b"]"#,
            r#"["web:"]"#,
            r#"["web:.1"]"#,
            r#"["web@sha256:abc"]"#,
            r#"["web@"]"#,
            r#"["ghcr.io:port/web"]"#,
            r#"["https://ghcr.io/acme/web"]"#,
            r#"["-a.io/web"]"#,
        ],
        &expect![[r#"
            [""] -> argument Some(0): This is not the reference of an image: it is empty.
            ["Web"] -> argument Some(0): This is not the reference of an image: its repository has to consist of lower-case letters and digits, with ".", "_", "__" or hyphens between them and "/" between its parts.
            ["ghcr.io/Acme/web"] -> argument Some(0): This is not the reference of an image: its repository has to consist of lower-case letters and digits, with ".", "_", "__" or hyphens between them and "/" between its parts.
            ["Acme/web"] -> argument Some(0): This is not the reference of an image: its repository has to consist of lower-case letters and digits, with ".", "_", "__" or hyphens between them and "/" between its parts.
            ["acme//web"] -> argument Some(0): This is not the reference of an image: its repository has to consist of lower-case letters and digits, with ".", "_", "__" or hyphens between them and "/" between its parts.
            ["acme/web-"] -> argument Some(0): This is not the reference of an image: its repository has to consist of lower-case letters and digits, with ".", "_", "__" or hyphens between them and "/" between its parts.
            ["acme/we___b"] -> argument Some(0): This is not the reference of an image: its repository has to consist of lower-case letters and digits, with ".", "_", "__" or hyphens between them and "/" between its parts.
            ["web:"] -> argument Some(0): This is not the reference of an image: its tag has to be up to 128 letters, digits, "_", "." and "-", and not begin with "." or "-".
            ["web:.1"] -> argument Some(0): This is not the reference of an image: its tag has to be up to 128 letters, digits, "_", "." and "-", and not begin with "." or "-".
            ["web@sha256:abc"] -> argument Some(0): This is not the reference of an image: its digest has to be an algorithm, a colon and its hexadecimal digits, which are 64 for sha256.
            ["web@"] -> argument Some(0): This is not the reference of an image: its digest has to be an algorithm, a colon and its hexadecimal digits, which are 64 for sha256.
            ["ghcr.io:port/web"] -> argument Some(0): This is not the reference of an image: its registry is not a host with an optional port.
            ["https://ghcr.io/acme/web"] -> argument Some(0): This is not the reference of an image: it is an address. Leave the protocol out, as in "ghcr.io/acme/web".
            ["-a.io/web"] -> argument Some(0): This is not the reference of an image: its registry is not a host with an optional port.
        "#]],
    );
}

//! Tests of `parse_duration`.

use expect_test::expect;

use super::ParseDuration;
use crate::golden::check_call;

#[test]
fn lengths_of_time_are_seconds() {
    check_call::<ParseDuration>(
        &[r#"["30s"]"#, r#"["1h30m"]"#, r#"["0s"]"#, r#"["1s1ns"]"#, r#"["250ms"]"#, r#"["10000h"]"#],
        &expect![[r#"
            ["30s"] -> 30
            ["1h30m"] -> 5400
            ["0s"] -> 0
            ["1s1ns"] -> 1.000000001
            ["250ms"] -> 0.25
            ["10000h"] -> 36000000
        "#]],
    );
}

#[test]
fn what_is_no_length_of_time_is_refused() {
    check_call::<ParseDuration>(
        &[
            r#"[""]"#,
            r#"["soon"]"#,
            r#"["-3s"]"#,
            r#"["90"]"#,
            r#"["1y"]"#,
            r#"["1d"]"#,
            r#"["2562048h"]"#,
            r#"[null]"#,
        ],
        &expect![[r#"
            [""] -> argument Some(0): "text" must be a length of time: numbers with the units h, m, s, ms, us or ns, such as "45m" or "1h30m".
            ["soon"] -> argument Some(0): "text" must be a length of time: numbers with the units h, m, s, ms, us or ns, such as "45m" or "1h30m".
            ["-3s"] -> argument Some(0): "text" must be a length of time that is not negative.
            ["90"] -> argument Some(0): "text" must be a length of time: numbers with the units h, m, s, ms, us or ns, such as "45m" or "1h30m".
            ["1y"] -> argument Some(0): "text" must be a length of time: numbers with the units h, m, s, ms, us or ns, such as "45m" or "1h30m".
            ["1d"] -> argument Some(0): "text" must be a length of time in h, m, s, ms, us or ns, where a day is 24h.
            ["2562048h"] -> argument Some(0): "text" must be a length of time of up to 2562047h.
            [null] -> argument Some(0): "text" must not be null.
        "#]],
    );
}

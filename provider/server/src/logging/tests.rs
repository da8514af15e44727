use super::*;
use expect_test::{Expect, expect};
use std::sync::Arc;

const ABOUT: About = About {
    name: "depot",
    title: "Depot",
    address: "example.com/acme/depot",
    version: "1.0.0",
    log_targets: &["sparki"],
};

/// A place to write to that can be read afterwards.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn logged(level: LevelFilter, log: impl FnOnce()) -> String {
    let lines = Lines::default();
    tracing::subscriber::with_default(subscriber(&ABOUT, level, lines.clone()), log);
    let bytes = lines.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

/// The lines without their timestamps, which are checked for their form instead.
fn check_log(level: LevelFilter, log: impl FnOnce(), expected: Expect) {
    let mut shown = String::new();
    for line in logged(level, log).lines() {
        let mut line: Map<String, Json> = serde_json::from_str(line).unwrap();
        let time = line.remove("@timestamp").unwrap();
        let digits = time.as_str().unwrap().strip_suffix('Z').unwrap().split_once('.').unwrap().1;
        assert_eq!(digits.len(), 6);
        shown += &Json::Object(line).to_string();
        shown += "\n";
    }
    expected.assert_eq(&shown);
}

fn check_level(variables: &[(&str, &str)], expected: LevelFilter) {
    let variable =
        |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    assert_eq!(level(&ABOUT, variable), expected);
}

#[test]
fn nothing_is_logged_unless_somebody_asks() {
    check_level(&[], LevelFilter::OFF);
    check_level(&[("TF_LOG", "")], LevelFilter::OFF);
    check_level(&[("TF_LOG", "off")], LevelFilter::OFF);
}

#[test]
fn the_most_specific_variable_counts() {
    check_level(&[("TF_LOG", "trace"), ("TF_LOG_PROVIDER", "warn")], LevelFilter::WARN);
    check_level(&[("TF_LOG_PROVIDER", "warn"), ("TF_LOG_PROVIDER_DEPOT", "ERROR")], LevelFilter::ERROR);
    check_level(&[("TF_LOG_PROVIDER", "off"), ("TF_LOG", "trace")], LevelFilter::OFF);
}

#[test]
fn what_terraform_takes_for_trace_is_trace() {
    check_level(&[("TF_LOG", "JSON")], LevelFilter::TRACE);
    check_level(&[("TF_LOG", "1")], LevelFilter::TRACE);
}

#[test]
fn an_event_carries_the_fields_of_its_spans() {
    check_log(
        LevelFilter::TRACE,
        || {
            let _span = tracing::error_span!("rpc", tf_rpc = "ReadResource", tries = 1).entered();
            tracing::info!(tries = 2, ok = true, "read {}", "it");
        },
        expect![[r#"
            {"@level":"info","@message":"read it","@module":"tfplugin_server::logging::tests","ok":true,"tf_rpc":"ReadResource","tries":2}
        "#]],
    );
}

#[test]
fn fields_never_take_the_place_of_the_forms_own_keys() {
    check_log(
        LevelFilter::TRACE,
        || tracing::warn!("@level" = 1, "@message" = 2.5, "@timestamp" = false, "text"),
        expect![[r#"
            {"@level":"warn","@message":"text","@module":"tfplugin_server::logging::tests","level":1,"message":2.5,"timestamp":false}
        "#]],
    );
}

#[test]
fn values_under_telling_names_are_redacted() {
    check_log(
        LevelFilter::TRACE,
        || {
            let _span = tracing::error_span!("rpc", api_key = "s1").entered();
            tracing::info!(authorization = ?"s2", token = 3, "call");
        },
        expect![[r#"
            {"@level":"info","@message":"call","@module":"tfplugin_server::logging::tests","api_key":"***","authorization":"***","token":"***"}
        "#]],
    );
}

#[test]
fn errors_come_with_their_causes() {
    #[derive(Debug, thiserror::Error)]
    #[error("failed to read")]
    struct Outer(#[source] io::Error);
    let error = Outer(io::Error::other("no such thing"));
    check_log(
        LevelFilter::TRACE,
        || tracing::error!(error = &error as &dyn Error, "stopped"),
        expect![[r#"
            {"@level":"error","@message":"stopped","@module":"tfplugin_server::logging::tests","error":"failed to read: no such thing"}
        "#]],
    );
}

#[test]
fn other_crates_log_warnings_at_most() {
    check_log(
        LevelFilter::TRACE,
        || {
            tracing::debug!(target: "h2::codec", "frame");
            tracing::warn!(target: "h2::codec", "broken frame");
            tracing::trace!(target: "sparki_client::retry", "waiting");
        },
        expect![[r#"
            {"@level":"warn","@message":"broken frame","@module":"h2::codec"}
            {"@level":"trace","@message":"waiting","@module":"sparki_client::retry"}
        "#]],
    );
}

#[test]
fn a_line_is_never_as_long_as_64_kib() {
    let control = "\u{1}".repeat(1 << 20);
    let text = logged(LevelFilter::TRACE, || {
        tracing::info!(a = %control, b = %control, "{control}");
        tracing::info!("{control}");
    });
    for line in text.lines() {
        assert!(line.len() < 64 * 1024);
        assert!(serde_json::from_str::<Json>(line).is_ok());
    }
    assert_eq!(text.lines().count(), 2);
}

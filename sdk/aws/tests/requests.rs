//! What becomes of answers, and of their absence, on the wire.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::process::Command;
use std::time::Duration;

use sparki_aws::{Aws, AwsError, Class, Deadline, Keys, Pace, Region, Seen, Settings, Wait};
use sparki_core::RemoteErrorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use wiremock::matchers::{any, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn region() -> Region {
    "us-east-1".parse().expect("it is a region")
}

fn settings(endpoint: &str) -> Settings {
    Settings {
        region: Some(region()),
        keys: Some(Keys::new("AKIDEXAMPLE".into(), "hunter2".into())),
        endpoint_url: Some(endpoint.to_owned()),
        max_attempts: NonZeroU32::new(1),
        ..Settings::default()
    }
}

/// The failure of looking at a cluster.
async fn look(settings: Settings) -> AwsError {
    let eks =
        Aws::new(settings).client::<aws_sdk_eks::Client>(&region()).await.expect("no account is excluded");
    let found = eks.describe_cluster().name("main").send().await;
    found.map_err(AwsError::from).expect_err("the server answers with failures only")
}

async fn answer(template: ResponseTemplate) -> AwsError {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    look(settings(&server.uri())).await
}

#[tokio::test]
async fn a_missing_object_is_told_by_its_code_and_never_by_the_status_alone() {
    let gone = ResponseTemplate::new(404)
        .insert_header("x-amzn-errortype", "ResourceNotFoundException")
        .set_body_string(r#"{"message":"No cluster found for name: main."}"#);
    let error = answer(gone).await;
    assert_eq!((error.class(), error.message()), (Class::NotFound, "No cluster found for name: main."));
    let page = ResponseTemplate::new(404).set_body_raw("<html>Not Found</html>", "text/html");
    assert_eq!(answer(page).await.class(), Class::Garbled);
}

#[tokio::test]
async fn a_failure_keeps_the_id_of_the_request_and_no_more_than_awss_first_line() {
    let refused = ResponseTemplate::new(403)
        .insert_header("x-amzn-errortype", "SignatureDoesNotMatch")
        .insert_header("x-amzn-requestid", "r-1")
        .set_body_string("{\"message\":\"The signature does not match.\\nx-amz-security-token:topsecret\"}");
    let error = answer(refused).await;
    assert_eq!(error.class(), Class::Unauthenticated);
    let told = error.reading("failed to read the cluster").into_diagnostics().to_string();
    assert!(told.contains("The signature does not match (SignatureDoesNotMatch)."), "{told}");
    assert!(told.ends_with("Correlation id: r-1") && !told.contains("topsecret"), "{told}");
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_was_not_asked_anything() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = look(settings(&format!("http://{free}"))).await;
    assert_eq!((error.class(), error.maybe_applied()), (Class::Unavailable, false), "{error}");
    assert!(error.message().starts_with("AWS could not be reached (eks in us-east-1): "), "{error}");
    let broken = answer(ResponseTemplate::new(500).set_body_string("<html></html>")).await;
    assert_eq!((broken.class(), broken.maybe_applied()), (Class::Unavailable, true));
}

/// A server that breaks off the first connections in the middle of a request, and then answers that the cluster is there.
/// Returns its address, and afterwards how many it broke off.
async fn breaking_off(times: usize) -> (String, tokio::task::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("it has an address"));
    let server = tokio::spawn(async move {
        for _ in 0..times {
            let (mut connection, _) = listener.accept().await.expect("somebody connects");
            connection.read_u8().await.expect("a request begins");
            // What was not read makes the system answer with a reset.
            drop(connection);
        }
        let (mut connection, _) = listener.accept().await.expect("somebody connects");
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(connection.read_u8().await.expect("a request comes in whole"));
        }
        let body = r#"{"cluster":{"status":"ACTIVE"}}"#;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        connection.write_all(format!("{head}{body}").as_bytes()).await.expect("it is still there");
        times
    });
    (endpoint, server)
}

#[tokio::test]
async fn a_wait_outlasts_connections_that_are_reset() {
    let (endpoint, server) = breaking_off(3).await;
    let eks = Aws::new(settings(&endpoint)).client::<aws_sdk_eks::Client>(&region()).await;
    let eks = eks.expect("no account is excluded");
    let failures = std::sync::Mutex::new(Vec::new());
    let look = || async {
        let found = eks.describe_cluster().name("main").send().await.map_err(AwsError::from);
        if let Err(error) = &found {
            failures.lock().expect("nobody panics with it").push((error.class(), error.maybe_applied()));
        }
        let status = found?.cluster.and_then(|cluster| cluster.status);
        Ok(status.map_or(Seen::Missing, |status| Seen::Reached(status.as_str().to_owned())))
    };
    let wait = Wait { doing: "failed to create the cluster", usual: Duration::from_secs(600) };
    let deadline = Deadline::new(Duration::from_secs(60), &CancellationToken::new());
    let reached = wait.until(&deadline, Pace::scaled(0.000_01), look).await.expect("it is reached");
    assert_eq!((reached.as_str(), server.await.expect("the server ends well")), ("ACTIVE", 3));
    // A request that was reset may have arrived.
    assert_eq!(failures.into_inner().expect("nobody panics with it"), [(Class::Unavailable, true); 3]);
}

#[tokio::test]
async fn an_account_that_is_not_allowed_is_never_touched() {
    let server = MockServer::start().await;
    let identity = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>222222222222</Account>\
                    </GetCallerIdentityResult></GetCallerIdentityResponse>";
    let identity = ResponseTemplate::new(200).set_body_raw(identity, "text/xml");
    Mock::given(method("POST")).respond_with(identity).expect(2).mount(&server).await;
    let allowed_account_ids = BTreeSet::from(["111111111111".to_owned()]);
    let aws = Aws::new(Settings { allowed_account_ids, ..settings(&server.uri()) });
    for _ in 0..2 {
        let error = aws.client::<aws_sdk_eks::Client>(&region()).await.unwrap_err();
        assert_eq!(error.kind(), RemoteErrorKind::PermissionDenied);
        assert!(error.to_string().contains("\"222222222222\""), "{error}");
    }
    let allowed_account_ids = BTreeSet::from(["222222222222".to_owned()]);
    let server = MockServer::start().await;
    let identity = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>222222222222</Account>\
                    </GetCallerIdentityResult></GetCallerIdentityResponse>";
    let identity = ResponseTemplate::new(200).set_body_raw(identity, "text/xml");
    Mock::given(method("POST")).respond_with(identity).expect(1).mount(&server).await;
    let aws = Aws::new(Settings { allowed_account_ids, ..settings(&server.uri()) });
    assert!(
        aws.client::<aws_sdk_eks::Client>(&region()).await.is_ok()
            && aws.client::<aws_sdk_eks::Client>(&region()).await.is_ok()
    );
}

/// Runs a test of this file in a process without any credentials, region or configuration, and returns its output.
fn without_aws_environment(test: &str) -> String {
    let this = std::env::current_exe().expect("this program has a path");
    let mut child = Command::new(this);
    child.args(["--exact", test, "--ignored", "--nocapture"]).env_clear();
    let folder = std::env::temp_dir().join("sparki-no-such-folder");
    child.env("HOME", folder).env("AWS_EC2_METADATA_DISABLED", "true");
    let output = child.output().expect("this program can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn missing_credentials_and_a_missing_region_say_what_was_tried() {
    let told = without_aws_environment("in_a_bare_environment");
    assert!(told.contains("class=Unauthenticated No usable AWS credentials were found."), "{told}");
    assert!(told.contains("AWS_ACCESS_KEY_ID"), "{told}");
    assert!(
        told.contains("kind=Invalid failed to choose an AWS region: The resource names no region"),
        "{told}"
    );
}

#[tokio::test]
#[ignore = "started by another test in an environment of its own"]
async fn in_a_bare_environment() {
    let error = look(Settings { keys: None, ..settings("http://127.0.0.1:9") }).await;
    println!("class={:?} {error}", error.class());
    let error = Aws::new(Settings::default()).default_region().await.unwrap_err();
    println!("kind={:?} {error}", error.kind());
}

//! The identity of a CI in exchange for tokens.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sparki_client::{Client, Credential, Environment, Oidc, Request};
use url::form_urlencoded;

use crate::fixture::{Log, Thing, VirtualTimer, call, chain, settings};
use crate::server::{Reply, Seen, Server};

/// Exchanges `jwt-<n>` for `token-jwt-<n>`, which lives for 10 minutes.
fn control_plane(request: &Seen, _: usize) -> Reply {
    if request.target.ends_with("/auth/token") {
        let subject = form(request).into_iter().find(|(name, _)| name == "subject_token").unwrap().1;
        return Reply::json(
            200,
            json!({"access_token": format!("token-{subject}"), "token_type": "Bearer", "expires_in": 600,
                "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}),
        );
    }
    Reply::json(200, json!({"id": request.header("authorization")}))
}

fn form(request: &Seen) -> Vec<(String, String)> {
    form_urlencoded::parse(request.body.as_bytes()).into_owned().collect()
}

async fn as_ci<const N: usize>(
    server: &Server,
    timer: &VirtualTimer,
    variables: [(&str, &str); N],
) -> Client {
    let mut settings = settings(server, timer);
    settings.credential = Credential::Oidc(Oidc::detect("acme/ci", &Environment::of(variables)).unwrap());
    Client::new(settings).unwrap()
}

async fn who(client: &Client) -> Result<String, String> {
    match client.get::<Thing>(Request::get("/things/t-1"), &call()).await {
        Ok(thing) => Ok(thing.unwrap().value.id),
        Err(error) => Err(chain(&error)),
    }
}

#[tokio::test]
async fn a_token_in_a_variable_is_exchanged_by_form() {
    let server = Server::start(control_plane).await;
    let variables = [("TFC_WORKLOAD_IDENTITY_TOKEN_SPARKI", "jwt-1"), ("SPARKI_OIDC_AUDIENCE", "a/b c")];
    let client = as_ci(&server, &VirtualTimer::new(), variables).await;
    assert_eq!(who(&client).await.unwrap(), "Bearer token-jwt-1");
    let exchange = &server.seen()[0];
    assert_eq!((exchange.method.as_str(), exchange.target.as_str()), ("POST", "/api/v1/auth/token"));
    assert_eq!(exchange.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(exchange.header("authorization"), None);
    let fields = form(exchange);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        fields,
        [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", "jwt-1"),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
            ("audience", "a/b c"),
            ("service_account", "acme/ci"),
        ]
    );
}

/// GitHub's service: fails once, then gives `jwt-<n>`.
async fn github() -> Server {
    Server::start(|_, position| match position {
        0 => Reply::text(503, "text/plain", "try again"),
        _ => Reply::json(200, json!({"value": format!("jwt-{position}"), "count": 1})),
    })
    .await
}

#[tokio::test]
async fn github_is_asked_anew_for_each_exchange() {
    let (server, github) = (Server::start(control_plane).await, github().await);
    let timer = VirtualTimer::new();
    let url = format!("{}/token?api-version=2.0", github.url());
    let variables =
        [("ACTIONS_ID_TOKEN_REQUEST_URL", url.as_str()), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "runner-s3cret")];
    let client = as_ci(&server, &timer, variables).await;
    assert_eq!(github.seen().len(), 0, "nothing is fetched before it is needed");
    assert_eq!(who(&client).await.unwrap(), "Bearer token-jwt-1");
    assert_eq!(who(&client).await.unwrap(), "Bearer token-jwt-1");
    timer.pass(std::time::Duration::from_secs(600));
    assert_eq!(who(&client).await.unwrap(), "Bearer token-jwt-2");
    let asked = github.seen();
    assert_eq!(asked.len(), 3, "one failed, and there were two exchanges");
    assert_eq!(asked[1].target, "/token?api-version=2.0&audience=sparki");
    assert_eq!(asked[1].header("authorization"), Some("Bearer runner-s3cret"));
}

#[tokio::test]
async fn a_ci_that_refuses_is_named_with_what_to_set_and_no_secret_is_told() {
    let server = Server::start(control_plane).await;
    let github =
        Server::start(|request, _| Reply::json(403, json!({"message": format!("{:?}", request.headers)})))
            .await;
    let variables = [
        ("ACTIONS_ID_TOKEN_REQUEST_URL", &*github.url()),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "runner-s3cret"),
    ];
    Log::start();
    let client = as_ci(&server, &VirtualTimer::new(), variables).await;
    let told = who(&client).await.unwrap_err();
    assert_eq!(
        told,
        "failed to do the thing: could not sign in: failed to exchange the identity of GitHub Actions (audience \
         \"sparki\") for an access token of acme/ci: GitHub Actions gives no identity token: it answered 403; give \
         the job \"permissions: id-token: write\""
    );
    let printed = format!("{told} {client:?} {:?} {}", client.settings(), Log::stop());
    assert!(!printed.contains("s3cret"), "{printed}");
    assert_eq!((github.seen().len(), server.seen().len()), (1, 0));
}

#[tokio::test]
async fn a_control_plane_that_does_not_trust_the_ci_is_told_with_account_and_audience() {
    let server = Server::start(|request, _| {
        Reply::problem(
            403,
            json!({"code": "permission_denied", "detail": format!("No trust fits {}.", request.body)}),
        )
    })
    .await;
    let client = as_ci(&server, &VirtualTimer::new(), [("SPARKI_ID_TOKEN", "jwt-s3cret")]).await;
    let error = client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap_err();
    assert!(error.is_unauthorized());
    let told = sparki_core::RemoteError::from(error).into_diagnostics().to_string();
    assert!(told.contains("exchange the identity of SPARKI_ID_TOKEN (audience \"sparki\")"), "{told}");
    assert!(told.contains("for an access token of acme/ci") && told.contains("No trust fits"), "{told}");
    assert!(told.contains("that the service account trusts it"), "{told}");
    assert!(!told.contains("s3cret"), "{told}");
}

/// A program named `buildkite-agent` that prints what it was asked, after this beginning of a script.
fn buildkite_agent(folder: &Path, beginning: &str) {
    let path = folder.join("buildkite-agent");
    let mut program = std::fs::File::create(&path).unwrap();
    write!(program, "#!/bin/sh\n{beginning}\necho \"jwt-$1-$2-$3-$4\"\n").unwrap();
    program.set_permissions(std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn the_agent_of_buildkite_is_run() {
    let server = Server::start(control_plane).await;
    let folder = tempfile::tempdir().unwrap();
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let client = as_ci(&server, &VirtualTimer::new(), [("BUILDKITE", "true"), ("PATH", path.as_str())]).await;
    let missing = who(&client).await.unwrap_err();
    assert!(
        missing.contains("Buildkite gives no identity token: buildkite-agent cannot be run"),
        "{missing}"
    );
    buildkite_agent(folder.path(), "exit 3");
    let failed = who(&client).await.unwrap_err();
    assert!(failed.contains("buildkite-agent ended with exit status: 3"), "{failed}");
    buildkite_agent(folder.path(), "");
    assert_eq!(who(&client).await.unwrap(), "Bearer token-jwt-oidc-request-token---audience-sparki");
}

#[tokio::test]
async fn a_file_is_read_anew_for_each_exchange() {
    let server = Server::start(control_plane).await;
    let timer = VirtualTimer::new();
    let file = tempfile::NamedTempFile::new().unwrap();
    let variables = [("SPARKI_ID_TOKEN_FILE", file.path().to_str().unwrap())];
    let client = as_ci(&server, &timer, variables).await;
    let empty = who(&client).await.unwrap_err();
    let expected = "SPARKI_ID_TOKEN_FILE gives no identity token: it is empty; set SPARKI_ID_TOKEN_FILE";
    assert!(empty.contains(expected), "{empty}");
    for token in ["jwt-1", "jwt-2"] {
        std::fs::write(file.path(), format!("{token}\n")).unwrap();
        assert_eq!(who(&client).await.unwrap(), format!("Bearer token-{token}"));
        timer.pass(std::time::Duration::from_secs(600));
    }
    drop(file);
    let gone = who(&client).await.unwrap_err();
    assert!(gone.contains("cannot be read (No such file or directory"), "{gone}");
}

/// A token with these claims, as far as anybody looks.
fn token(claims: &Value) -> String {
    format!("e30.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()))
}

#[tokio::test]
async fn the_token_of_eks_is_shown_to_nobody_whom_it_is_not_for() {
    let server = Server::start(control_plane).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let variables = [("AWS_WEB_IDENTITY_TOKEN_FILE", file.path().to_str().unwrap())];
    let client = as_ci(&server, &VirtualTimer::new(), variables).await;
    for foreign in [token(&json!({"aud": ["sts.amazonaws.com"]})), token(&json!({})), "jwt-1".to_owned()] {
        std::fs::write(file.path(), &foreign).unwrap();
        let told = who(&client).await.unwrap_err();
        assert!(told.ends_with("name its file in SPARKI_ID_TOKEN_FILE"), "{told}");
        assert!(!told.contains(&foreign), "{told}");
    }
    assert_eq!(server.seen().len(), 0);
    for own in [json!("sparki"), json!(["sts.amazonaws.com", "sparki"])] {
        let own = token(&json!({"aud": own}));
        std::fs::write(file.path(), format!("{own}\n")).unwrap();
        let client = as_ci(&server, &VirtualTimer::new(), variables).await;
        assert_eq!(who(&client).await.unwrap(), format!("Bearer token-{own}"));
    }
}

#[tokio::test]
async fn a_ci_gives_tokens_to_others_too() {
    let server = Server::start(control_plane).await;
    let client = as_ci(&server, &VirtualTimer::new(), [("SPARKI_ID_TOKEN", "jwt-1")]).await;
    let token = client.access_token(&call()).await.unwrap().unwrap();
    assert_eq!(token.token.expose(), "token-jwt-1");
}

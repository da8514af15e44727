//! No token, key or body in anything that is printed.

use std::error::Error;

use serde_json::json;
use sparki_client::{Client, Credential, Environment, Oidc, Request};
use sparki_core::RemoteError;

use crate::fixture::{API_KEY, Log, Thing, VirtualTimer, call, chain, settings};
use crate::server::{Reply, Seen, Server};

const CLIENT_SECRET: &str = "c1-s3cret-of-the-client";
const ID_TOKEN: &str = "id-token/of+the-job";
const ACCESS_TOKEN: &str = "at-0123456789";
const BODY_SECRET: &str = "wh\"sec\n0123456789";
const BODY_NAME: &str = "orchid-garden";

/// Repeats everything it was sent.
fn echo(request: &Seen) -> String {
    let headers: String = request.headers.iter().map(|(name, value)| format!("{name}: {value} ")).collect();
    format!("{headers} {}", request.body)
}

fn echoing(request: &Seen, position: usize) -> Reply {
    if request.target.ends_with("/auth/token") {
        return Reply::json(200, json!({"access_token": ACCESS_TOKEN, "expires_in": 900}));
    }
    match position % 4 {
        0 => Reply::text(500, "text/html", format!("<pre>{}</pre>", echo(request))),
        1 => Reply::problem(
            422,
            json!({"code": "validation_failed", "detail": echo(request), "existing_id": echo(request),
                "errors": [{"pointer": "/signing_secret", "detail": echo(request)}]}),
        ),
        2 => Reply::json(200, json!({"id": [echo(request)]})),
        _ => Reply::json(200, format!("{{\"wrong\": \"{BODY_SECRET}")),
    }
}

#[tokio::test]
async fn nothing_that_is_printed_holds_a_secret() {
    let server = Server::start(echoing).await;
    Log::start();
    let mut printed = String::new();
    for credential in [
        Credential::ApiKey(API_KEY.into()),
        Credential::Token(ACCESS_TOKEN.into()),
        Credential::ClientCredentials { client_id: "ci".into(), client_secret: CLIENT_SECRET.into() },
        Credential::Oidc(Oidc::detect("acme/ci", &Environment::of([("SPARKI_ID_TOKEN", ID_TOKEN)])).unwrap()),
    ] {
        let mut settings = settings(&server, &VirtualTimer::new());
        settings.credential = credential;
        let client = Client::new(settings.clone()).unwrap();
        printed += &format!("{settings:?} {client:?}");
        for _ in 0..8 {
            let body = json!({"name": BODY_NAME, "settings": {"signing_secret": BODY_SECRET}});
            let request = Request::post("/things").json(&body);
            printed += &format!("{request:?}");
            let error = client.create::<Thing>(request, &call()).await.unwrap_err();
            printed += &format!("{error:?} {error:#?} {} ", chain(&error));
            let error = RemoteError::from(error);
            printed += &format!("{error:?} {error} {:?} ", error.source().map(ToString::to_string));
            printed += &error.into_diagnostics().to_string();
        }
    }
    let log = Log::stop();
    assert!(log.contains(r#""message":"request""#), "the log was captured");
    let sent: String = server.seen().iter().map(|seen| format!("{:?}{}", seen.headers, seen.body)).collect();
    let escaped_token = "id-token%2Fof%2Bthe-job";
    for secret in [API_KEY, ACCESS_TOKEN, CLIENT_SECRET, escaped_token] {
        assert!(sent.contains(secret), "{secret} was sent");
    }
    let escaped = BODY_SECRET.replace('"', "\\\"").replace('\n', "\\n");
    let secrets = [API_KEY, ACCESS_TOKEN, CLIENT_SECRET, ID_TOKEN, escaped_token, BODY_SECRET, &escaped];
    for secret in secrets.into_iter().chain(["0123456789", "Hunter2"]) {
        for (place, text) in [("printed", &printed), ("logged", &log)] {
            if let Some(position) = text.find(secret) {
                let around = &text[position.saturating_sub(200)..(position + 100).min(text.len())];
                panic!("{secret:?} was {place}: {around}");
            }
        }
    }
}

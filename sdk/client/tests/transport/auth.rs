//! Credentials.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use sparki_client::{Client, Credential, Request};
use tokio::sync::Barrier;
use tokio_util::sync::CancellationToken;

use crate::fixture::{API_KEY, Thing, VirtualTimer, call, chain, settings};
use crate::server::{Reply, Seen, Server};

const EXPIRED: &str = r#"{"code":"token_expired"}"#;

fn machine(server: &Server, timer: &VirtualTimer) -> Client {
    let mut settings = settings(server, timer);
    settings.max_concurrency = NonZeroUsize::new(20).unwrap();
    settings.credential =
        Credential::ClientCredentials { client_id: "ci".into(), client_secret: "c1-s3cret".into() };
    Client::new(settings).unwrap()
}

fn token_requests(server: &Server) -> usize {
    server.seen().iter().filter(|seen| seen.target == "/api/v1/auth/token").count()
}

async fn read_at_once(client: &Client, readers: usize) -> Vec<Result<(), String>> {
    let read = async || match client.get::<Thing>(Request::get("/things/t-1"), &call()).await {
        Ok(_) => Ok(()),
        Err(error) => Err(chain(&error)),
    };
    join_all((0..readers).map(|_| read())).await
}

/// Issues token-1, token-2, ... and accepts only the last one, or `least` and later.
fn issuing(least: usize) -> impl Fn(&Seen, usize) -> Reply {
    let issued = AtomicUsize::new(0);
    move |request, _| {
        if request.target == "/api/v1/auth/token" {
            let token = format!("token-{}", issued.fetch_add(1, Ordering::SeqCst) + 1);
            return Reply::json(
                200,
                json!({"access_token": token, "token_type": "Bearer", "expires_in": 900}),
            );
        }
        let sent = request.header("authorization").and_then(|value| value.strip_prefix("Bearer token-"));
        match sent.and_then(|number| number.parse::<usize>().ok()) {
            Some(number) if number >= least => Reply::json(200, r#"{"id":"t-1"}"#),
            _ => Reply::problem(401, EXPIRED),
        }
    }
}

#[tokio::test]
async fn a_key_and_a_token_are_sent_as_they_are() {
    let server = Server::replying(vec![Reply::json(200, r#"{"id":"t-1"}"#)]).await;
    let mut settings = settings(&server, &VirtualTimer::new());
    let by_key = Client::new(settings.clone()).unwrap();
    settings.credential = Credential::Token("j.w.t".into());
    let by_token = Client::new(settings).unwrap();
    for client in [by_key, by_token] {
        client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap();
    }
    let seen = server.seen();
    assert_eq!((seen[0].header("x-api-key"), seen[0].header("authorization")), (Some(API_KEY), None));
    assert_eq!((seen[1].header("x-api-key"), seen[1].header("authorization")), (None, Some("Bearer j.w.t")));
}

#[tokio::test]
async fn twenty_first_requests_fetch_one_token() {
    let server = Server::start(issuing(1)).await;
    let client = machine(&server, &VirtualTimer::new());
    assert_eq!(server.seen().len(), 0, "nothing is fetched before it is needed");
    assert!(read_at_once(&client, 20).await.iter().all(Result::is_ok));
    assert_eq!(token_requests(&server), 1);
    let fetch = &server.seen()[0];
    assert_eq!(
        fetch.json(),
        json!({"grant_type": "client_credentials", "client_id": "ci", "client_secret": "c1-s3cret"})
    );
    assert_eq!((fetch.method.as_str(), fetch.header("authorization")), ("POST", None));
}

#[tokio::test]
async fn twenty_expired_tokens_fetch_one_other() {
    // Every token-1 is refused as expired, token-2 is good.
    let server = Server::start(issuing(2)).await;
    let client = machine(&server, &VirtualTimer::new());
    assert_eq!(read_at_once(&client, 20).await, vec![Ok(()); 20]);
    assert_eq!(token_requests(&server), 2);
}

#[tokio::test]
async fn a_storm_after_the_token_expired_fetches_one_other() {
    let server = Server::start(issuing(1)).await;
    let timer = VirtualTimer::new();
    let client = machine(&server, &timer);
    assert_eq!(read_at_once(&client, 1).await, vec![Ok(())]);
    timer.pass(Duration::from_secs(900));
    assert_eq!(read_at_once(&client, 50).await, vec![Ok(()); 50]);
    assert_eq!(token_requests(&server), 2);
    assert_eq!(server.seen().len(), 2 + 51, "nothing was sent with the old token");
}

#[tokio::test]
async fn fifty_requests_that_are_all_refused_at_once_fetch_one_other() {
    let all = Arc::new(Barrier::new(50));
    let issuing = issuing(2);
    let server = Server::start(move |request, position| match issuing(request, position) {
        refusal if request.header("authorization") == Some("Bearer token-1") => {
            Reply::Together(Arc::clone(&all), Box::new(refusal))
        }
        other => other,
    })
    .await;
    let mut settings = machine(&server, &VirtualTimer::new()).settings().clone();
    settings.max_concurrency = NonZeroUsize::new(50).unwrap();
    let client = Client::new(settings).unwrap();
    assert_eq!(read_at_once(&client, 50).await, vec![Ok(()); 50]);
    assert_eq!((token_requests(&server), server.seen().len()), (2, 2 + 50 + 50));
}

#[tokio::test]
async fn those_who_wait_for_a_place_are_not_sent_with_a_token_that_was_refused_meanwhile() {
    let server = Server::start(issuing(2)).await;
    let mut settings = machine(&server, &VirtualTimer::new()).settings().clone();
    settings.max_concurrency = NonZeroUsize::MIN;
    let client = Client::new(settings).unwrap();
    assert_eq!(read_at_once(&client, 50).await, vec![Ok(()); 50]);
    let refused =
        server.seen().iter().filter(|seen| seen.header("authorization") == Some("Bearer token-1")).count();
    assert_eq!((token_requests(&server), refused), (2, 1));
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires() {
    let server = Server::start(issuing(1)).await;
    let timer = VirtualTimer::new();
    let client = machine(&server, &timer);
    for (seconds, fetched) in [(0, 1), (839, 1), (2, 2)] {
        timer.pass(Duration::from_secs(seconds));
        assert!(read_at_once(&client, 1).await[0].is_ok());
        assert_eq!(token_requests(&server), fetched);
    }
}

#[tokio::test]
async fn a_token_that_stays_expired_is_refetched_once() {
    let server = Server::start(issuing(usize::MAX)).await;
    let client = machine(&server, &VirtualTimer::new());
    let error = client.create::<Thing>(Request::post("/things"), &call()).await.unwrap_err();
    assert!(error.is_unauthorized() && !error.maybe_applied());
    assert_eq!((token_requests(&server), error.attempts()), (2, 2));
}

#[tokio::test]
async fn a_token_that_was_revoked_is_replaced_whatever_the_refusal_says() {
    let issuing = issuing(2);
    let server = Server::start(move |request, position| match issuing(request, position) {
        _ if request.header("authorization") == Some("Bearer token-1") => {
            Reply::problem(401, r#"{"code":"token_invalid"}"#)
        }
        other => other,
    })
    .await;
    let client = machine(&server, &VirtualTimer::new());
    for _ in 0..10 {
        assert_eq!(read_at_once(&client, 1).await, vec![Ok(())]);
    }
    assert_eq!(token_requests(&server), 2);
}

#[tokio::test]
async fn those_who_waited_for_a_token_share_the_silence_of_who_should_give_it() {
    let server = Server::replying(vec![Reply::Hang]).await;
    let mut settings = machine(&server, &VirtualTimer::new()).settings().clone();
    settings.request_timeout = Duration::from_millis(30);
    let client = Client::new(settings).unwrap();
    let read = read_at_once(&client, 20).await;
    assert!(read.iter().all(|read| read.as_ref().is_err_and(|error| error.contains("did not answer"))));
    assert_eq!(server.seen().len(), 4, "one of them has tried");
}

#[tokio::test]
async fn a_deadline_that_passed_while_a_token_was_fetched_is_nobody_elses() {
    let late = CancellationToken::new();
    let (gate, issuing) = (late.clone(), issuing(1));
    let server = Server::start(move |request, position| match issuing(request, position) {
        reply if position == 1 => Reply::Late(gate.clone(), Box::new(reply)),
        _ if position == 0 => Reply::Hang,
        reply => reply,
    })
    .await;
    let client = machine(&server, &VirtualTimer::new());
    let hasty = call().deadline(Duration::from_millis(50));
    let hasty = client.get::<Thing>(Request::get("/things/t-1"), &hasty);
    let (hasty, patient, ()) = tokio::join!(hasty, read_at_once(&client, 1), async {
        server.has_seen(2).await;
        late.cancel();
    });
    assert!(hasty.unwrap_err().is_timeout());
    assert_eq!(patient, vec![Ok(())]);
}

#[tokio::test]
async fn a_failed_sign_in_has_the_id_of_the_request_that_failed() {
    let refusal = Reply::problem(401, r#"{"code":"token_invalid"}"#);
    for reply in [refusal, Reply::text(200, "text/html", "<p>Sign in</p>")] {
        let server = Server::replying(vec![reply]).await;
        let client = machine(&server, &VirtualTimer::new());
        let error = client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap_err();
        let seen = server.seen();
        assert_eq!(error.correlation_id(), seen[0].header("x-correlation-id"));
        assert_eq!((seen.len(), error.attempts()), (1, 0), "what was asked for was not sent");
    }
}

#[tokio::test]
async fn a_static_token_that_expired_is_an_error() {
    let server = Server::replying(vec![Reply::problem(401, EXPIRED)]).await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.credential = Credential::Token("j.w.t".into());
    let error = Client::new(settings).unwrap().get::<Thing>(Request::get("/x"), &call()).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn those_who_waited_for_a_token_share_the_refusal() {
    let refusal = r#"{"code":"token_invalid","detail":"Unknown client."}"#;
    let server = Server::replying(vec![Reply::problem(401, refusal)]).await;
    let client = machine(&server, &VirtualTimer::new());
    let refused = read_at_once(&client, 20).await;
    let expected = "failed to do the thing: could not sign in: failed to get an access token: the \
                    control plane answered 401 token_invalid: Unknown client";
    assert!(
        refused.iter().all(|refused| refused.as_ref().is_err_and(|error| error == expected)),
        "{refused:?}"
    );
    assert_eq!(server.seen().len(), 1);
    let error = client.get::<Thing>(Request::get("/x"), &call()).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(server.seen().len(), 2, "a later request asks again");
}

#[tokio::test]
async fn a_token_can_be_fetched_when_only_one_request_may_be_in_flight() {
    let server = Server::start(issuing(2)).await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.max_concurrency = NonZeroUsize::MIN;
    settings.credential =
        Credential::ClientCredentials { client_id: "ci".into(), client_secret: "c1-s3cret".into() };
    let client = Client::new(settings).unwrap();
    assert_eq!(read_at_once(&client, 5).await, vec![Ok(()); 5]);
}

#[tokio::test]
async fn a_token_in_an_unknown_form_is_not_shown() {
    let server = Server::replying(vec![Reply::text(200, "text/plain", "access_token=t0p-s3cret")]).await;
    let client = machine(&server, &VirtualTimer::new());
    let error = client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap_err();
    assert!(!format!("{} {error:?}", chain(&error)).contains("t0p-s3cret"));
    assert!(chain(&error).ends_with("it is not JSON (line 1 column 1)"), "{}", chain(&error));
}

#[tokio::test]
async fn a_token_for_others_is_one_of_its_own_and_can_be_given_back() {
    let server = Server::start(|request, attempt| match request.target.as_str() {
        "/api/v1/auth/token" => Reply::json(
            200,
            json!({"access_token": format!("token-{attempt}"), "token_type": "Bearer", "expires_in": 600}),
        ),
        "/api/v1/auth/revoke" => Reply::json(204, ""),
        _ => Reply::json(200, r#"{"id":"t-1"}"#),
    })
    .await;
    let client = machine(&server, &VirtualTimer::new());
    client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap();
    let first = client.access_token(&call()).await.unwrap().unwrap();
    let second = client.access_token(&call()).await.unwrap().unwrap();
    assert_ne!(first.token, second.token);
    assert_eq!(first.expires_at, 784_111_777 + 600);
    assert!(!format!("{first:?}").contains("token-"), "{first:?}");
    client.revoke(&first.token, &call()).await.unwrap();
    let seen = server.seen();
    let revocation = seen.last().unwrap();
    assert_eq!(revocation.json(), json!({"access_token": first.token.expose()}));
    assert_eq!(revocation.header("authorization"), None);
    assert_eq!(token_requests(&server), 3);
}

#[tokio::test]
async fn only_client_credentials_give_tokens_to_others() {
    let server = Server::replying(vec![Reply::json(200, "{}")]).await;
    let client = Client::new(settings(&server, &VirtualTimer::new())).unwrap();
    assert!(client.access_token(&call()).await.unwrap().is_none());
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn a_revocation_is_tried_once() {
    let server =
        Server::start(|_, _| Reply::json(503, json!({"code": "unavailable", "detail": "Later."}))).await;
    let client = machine(&server, &VirtualTimer::new());
    client.revoke(&"token".into(), &call()).await.unwrap_err();
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_refused_revocation_does_not_show_the_token() {
    let server = Server::start(|request, _| {
        Reply::json(422, json!({"code": "validation_failed", "detail": request.body.clone()}))
    })
    .await;
    let client = machine(&server, &VirtualTimer::new());
    let error = client.revoke(&"t0p-s3cret-token".into(), &call()).await.unwrap_err();
    assert!(!format!("{} {error:?}", chain(&error)).contains("t0p-s3cret"), "{}", chain(&error));
}

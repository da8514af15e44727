//! Reads of many objects of a kind.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde_json::json;
use sparki_client::{BatchReads, Call, Client, Locator, Request};
use tokio_util::sync::CancellationToken;

use crate::account::{Account, Asked, etag, id, is_batch};
use crate::fixture::{VirtualTimer, call, chain, client, settings};
use crate::server::{Reply, Seen, Server};

/// Serves an account.
async fn serve(account: &Account) -> Server {
    let account = account.clone();
    Server::start(move |request, _| account.answer(request)).await
}

/// Reads one thing: its version, or nothing if it is gone.
async fn read(client: &Client, id: &str) -> Option<u64> {
    let found = client.read(&Locator::new("/things", "thing", id).under("parent_id", "p"), &call()).await;
    let found = found.unwrap()?;
    assert_eq!(found.value["id"], id);
    let version = found.value["version"].as_u64().unwrap();
    assert_eq!(found.etag.unwrap().as_str(), etag(version));
    Some(version)
}

/// Reads things with these numbers, ten at once, in an order that mixes old and new.
async fn read_all(client: &Client, numbers: std::ops::Range<usize>) -> BTreeMap<String, Option<u64>> {
    let many = numbers.len();
    // A number without common factors with the others' number visits each once.
    let mixed = (0..many).map(|step| id(numbers.start + step * 7_919 % many));
    stream::iter(mixed)
        .map(|id| async move { (id.clone(), read(client, &id).await) })
        .buffer_unordered(10)
        .collect()
        .await
}

#[tokio::test]
async fn few_objects_take_a_request_each_and_many_take_few() {
    for (things, most) in [(1, 1), (2, 2), (4, 4), (10, 11), (1_000, 60)] {
        let server = serve(&Account::of(things)).await;
        let (client, _) = client(&server);
        let found = read_all(&client, 0..things).await;
        assert_eq!(found.len(), things);
        assert!(found.values().all(|version| *version == Some(1)));
        let asked = Asked::of(&server.seen());
        assert!(asked.requests() <= most, "{things}: {asked:?}");
    }
}

#[tokio::test]
async fn foreign_objects_are_not_all_listed_nor_read() {
    let account = Account::of(21_000);
    let server = serve(&account).await;
    let (client, _) = client(&server);
    assert_eq!(read_all(&client, 20_900..21_000).await.len(), 100);
    let asked = Asked::of(&server.seen());
    // Its pages are paid for by reads, and none of them shows anything of use.
    assert!(asked.single == 100 && asked.pages <= 20 && asked.batches == 0, "{asked:?}");
}

#[tokio::test]
async fn each_object_is_read_alone_where_batches_are_turned_off() {
    let server = serve(&Account::of(30)).await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.batch_reads = BatchReads::Disabled;
    read_all(&Client::new(settings).unwrap(), 0..30).await;
    assert_eq!(Asked::of(&server.seen()), Asked { single: 30, pages: 0, batches: 0 });
}

#[tokio::test]
async fn a_write_is_seen_by_every_read_that_follows() {
    let account = Account::of(60);
    let server = serve(&account).await;
    let (client, _) = client(&server);
    read_all(&client, 0..30).await;
    let before = Asked::of(&server.seen());
    assert!(before.batches > 0, "{before:?}");
    account.change(&id(55));
    let request = Request::patch("/things").segment(id(50)).if_match(etag(1)).json(&json!({}));
    client.update::<serde_json::Value>(request, &call()).await.unwrap();
    // Both had been read ahead, the one that was written and the one that was not.
    assert_eq!(read(&client, &id(50)).await, Some(2));
    assert_eq!(read(&client, &id(55)).await, Some(2));
    let after = Asked::of(&server.seen());
    assert_eq!((after.single, after.batches), (before.single + 2, before.batches));
    let last = server.seen().pop().unwrap();
    assert_eq!(last.header("sparki-min-revision"), Some("1"));
}

#[tokio::test]
async fn what_was_written_stays_out_when_a_batch_under_way_brings_it_back() {
    let account = Account::of(60);
    let release = CancellationToken::new();
    let (script, gate) = (account.clone(), release.clone());
    let server = Server::start(move |request, _| {
        let reply = script.answer(request);
        if is_batch(request) { Reply::Late(gate.clone(), Box::new(reply)) } else { reply }
    })
    .await;
    let (client, _) = client(&server);
    for number in 0..5 {
        read(&client, &id(number)).await;
    }
    server.has_seen(6).await;
    // The page is listed as soon as it has come, which the first read that is answered by batch shows.
    let waiting = {
        let client = client.clone();
        tokio::spawn(async move {
            for number in 5..50 {
                read(&client, &id(number)).await;
            }
        })
    };
    while !server.seen().iter().any(is_batch) {
        tokio::task::yield_now().await;
    }
    let request = Request::patch("/things").segment(id(55)).if_match(etag(1)).json(&json!({}));
    client.update::<serde_json::Value>(request, &call()).await.unwrap();
    release.cancel();
    waiting.await.unwrap();
    assert_eq!(read(&client, &id(55)).await, Some(2));
}

#[tokio::test]
async fn a_write_in_doubt_counts_as_a_write() {
    let account = Account::of(60);
    let script = account.clone();
    let server = Server::start(move |request, _| {
        let reply = script.answer(request);
        if request.method == "PATCH" { Reply::Drop } else { reply }
    })
    .await;
    let (client, _) = client(&server);
    read_all(&client, 0..30).await;
    let request = Request::patch("/things").segment(id(50)).json(&json!({}));
    let error = client.update::<serde_json::Value>(request, &call()).await.unwrap_err();
    assert!(error.maybe_applied());
    // Others are read ahead again, but not this one.
    read_all(&client, 0..30).await;
    let single = Asked::of(&server.seen()).single;
    assert_eq!(read(&client, &id(50)).await, Some(2));
    assert_eq!(Asked::of(&server.seen()).single, single + 1);
}

#[tokio::test]
async fn an_object_that_is_missing_is_asked_for_once_more_before_it_counts_as_gone() {
    let account = Account::of(60);
    let server = serve(&account).await;
    let (client, _) = client(&server);
    read_all(&client, 0..5).await;
    server.has_seen(6).await;
    // The list has shown it, and the batch does not have it.
    account.remove(&id(40));
    let mut found = read_all(&client, 5..60).await;
    assert_eq!(found.remove(&id(40)), Some(None));
    assert!(found.values().all(Option::is_some));
    let alone = server.seen().iter().filter(|seen| seen.target.ends_with(&id(40))).count();
    assert_eq!(alone, 1);
    assert_eq!(read(&client, "t-unlisted").await, None);
}

#[tokio::test]
async fn an_object_with_a_wrong_document_is_read_alone() {
    let account = Account::of(60);
    let server = Server::start(move |request, _| match account.answer(request) {
        Reply::Answer { status, headers, body } if is_batch(request) => {
            let body =
                String::from_utf8(body).unwrap().replace(r#"resource":{"id":"t-"#, r#"resource":{"id":"x-"#);
            Reply::Answer { status, headers, body: body.into_bytes() }
        }
        reply => reply,
    })
    .await;
    let (client, _) = client(&server);
    assert!(read_all(&client, 0..60).await.values().all(|version| *version == Some(1)));
    let asked = Asked::of(&server.seen());
    assert!(asked.single == 60 && asked.batches > 0, "{asked:?}");
}

/// Answers an account, but not what this picks.
async fn broken(account: &Account, is_broken: fn(&Seen) -> bool, reply: Reply) -> Server {
    let account = account.clone();
    Server::start(move |request, _| if is_broken(request) { reply.clone() } else { account.answer(request) })
        .await
}

#[tokio::test]
async fn a_list_or_a_batch_that_fails_is_not_told_and_not_tried_again() {
    let is_list: fn(&Seen) -> bool = |seen| seen.target.contains("/things?");
    let internal = || Reply::problem(500, json!({"code": "internal", "retryable": true}));
    let unknown = || Reply::text(404, "text/html", "<h1>Not found</h1>");
    for (is_broken, reply) in [
        (is_list, internal()),
        (is_list, unknown()),
        (is_list, Reply::Drop),
        (is_list, Reply::json(200, r#"{"data":[{"name":"no id"}]}"#)),
        (is_batch, internal()),
        (is_batch, unknown()),
        (is_batch, Reply::Drop),
        (is_batch, Reply::json(200, r#"{"data":[]}"#)),
    ] {
        let server = broken(&Account::of(300), is_broken, reply).await;
        let (client, timer) = client(&server);
        assert!(read_all(&client, 0..60).await.values().all(|version| *version == Some(1)));
        let failed = || server.seen().iter().filter(|seen| is_broken(seen)).count();
        let first = failed();
        // Batches may have been under way together.
        assert!((1..=4).contains(&first), "{first}");
        read_all(&client, 60..120).await;
        assert_eq!(failed(), first);
        assert!(timer.slept().is_empty(), "nobody waits for another attempt");
        timer.pass(Duration::from_secs(61));
        read_all(&client, 120..180).await;
        assert!(failed() > first, "after a minute it is tried again");
    }
}

#[tokio::test]
async fn the_error_of_an_object_is_that_of_reading_it_alone() {
    let is_forbidden = Arc::new(AtomicBool::new(false));
    let (account, forbidden) = (Account::of(60), Arc::clone(&is_forbidden));
    let server = Server::start(move |request, _| {
        let refused = || Reply::problem(403, json!({"code": "permission_denied", "detail": "No."}));
        if forbidden.load(Ordering::SeqCst) { refused() } else { account.answer(request) }
    })
    .await;
    let (client, _) = client(&server);
    read_all(&client, 0..5).await;
    server.has_seen(6).await;
    is_forbidden.store(true, Ordering::SeqCst);
    for number in 5..30 {
        let id = id(number);
        let error =
            client.read(&Locator::new("/things", "thing", &id).under("parent_id", "p"), &call()).await;
        let error = error.unwrap_err();
        assert!(error.is_permission_denied());
        assert_eq!(
            chain(&error),
            "failed to do the thing: the control plane answered 403 permission_denied: No"
        );
    }
}

#[tokio::test]
async fn what_is_older_than_a_minute_is_read_again_under_its_version() {
    let account = Account::of(60);
    let server = serve(&account).await;
    let (client, timer) = client(&server);
    read_all(&client, 0..60).await;
    let before = server.seen().len();
    account.change(&id(33));
    timer.pass(Duration::from_secs(61));
    let found = read_all(&client, 0..60).await;
    let changed = found.iter().filter(|(_, version)| **version == Some(2)).map(|(id, _)| id.clone());
    assert_eq!(changed.collect::<Vec<_>>(), [id(33)]);
    let seen = server.seen();
    let again: Vec<_> = seen[before..].iter().filter(|seen| is_batch(seen)).map(Seen::json).collect();
    let items = again.iter().flat_map(|batch| batch["items"].as_array().unwrap());
    let versions = items.filter(|item| item["if_none_match"] == etag(1)).count();
    assert!(versions > 30, "{versions}");
}

#[tokio::test]
async fn an_object_that_is_asked_for_again_is_read_again() {
    let account = Account::of(60);
    let server = serve(&account).await;
    let (client, timer) = client(&server);
    read_all(&client, 0..60).await;
    account.change(&id(59));
    assert_eq!(read(&client, &id(59)).await, Some(2));
    timer.pass(Duration::from_secs(1));
    account.change(&id(59));
    assert_eq!(read(&client, &id(59)).await, Some(3));
}

#[tokio::test]
async fn a_read_that_waits_for_others_can_be_cancelled() {
    let account = Account::of(60);
    let server = Server::start(
        move |request, _| {
            if is_batch(request) { Reply::Hang } else { account.answer(request) }
        },
    )
    .await;
    let (client, _) = client(&server);
    read_all(&client, 0..5).await;
    let stop = CancellationToken::new();
    let call = Call::new("read the thing").cancelled_by(&stop);
    let reading = async {
        for number in 5.. {
            let id = id(number);
            let thing = Locator::new("/things", "thing", &id).under("parent_id", "p");
            if let Err(error) = client.read(&thing, &call).await {
                return error;
            }
        }
        unreachable!("the account has an end")
    };
    let stopping = async {
        while !server.seen().iter().any(is_batch) {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    let (error, ()) = tokio::join!(reading, stopping);
    assert!(error.is_cancelled());
}

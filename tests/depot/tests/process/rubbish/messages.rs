//! Rubbish in place of HTTP/2, of gRPC, and of messages.

use depot::PARCEL;
use prost::Message;
use tfplugin6::v6::validate_resource_config;

use super::peer::{PREFACE, Peer, noise};
use super::target::Target;

/// The largest message that is taken.
const LIMIT: usize = 256 << 20;

/// The five bytes in front of a message.
fn head(compressed: u8, length: u32) -> Vec<u8> {
    [&[compressed], &length.to_be_bytes()[..]].concat()
}

#[tokio::test]
async fn the_peer_that_sends_rubbish_is_answered_when_it_sends_none() {
    let target = Target::start().await;
    let message = validate_resource_config::Request { type_name: PARCEL.into(), ..Default::default() };
    let message = message.encode_to_vec();
    let body = [head(0, message.len().try_into().unwrap()), message].concat();
    let mut peer = Peer::call(&target.plugin).await;
    assert_eq!(peer.body(&body, body.len()).await, body.len());
    peer.finish().await;
    assert!(peer.has_message());
}

#[tokio::test]
async fn bytes_that_are_no_http_end_their_connection_only() {
    let target = Target::start().await;
    for seed in 0..20 {
        let mut peer = Peer::silent(&target.plugin).await;
        peer.send(&noise(seed, 1 << seed)).await;
        target.is_well_after("noise").await;
    }
    for request in ["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSN\r\n\r\n", "\r\n"] {
        let mut peer = Peer::silent(&target.plugin).await;
        peer.send(request.as_bytes()).await;
        target.is_well_after(request).await;
    }
}

#[tokio::test]
async fn frames_that_mean_nothing_end_their_connection_only() {
    let target = Target::start().await;
    for seed in 0..20 {
        let mut peer = Peer::silent(&target.plugin).await;
        peer.send(PREFACE).await;
        peer.send(&noise(seed, 1 << (seed % 16))).await;
        target.is_well_after("a preface and noise").await;
    }
    // Every kind of frame, with a payload that is none.
    for kind in 0..=10 {
        for stream in [0, 1, 2, u32::MAX] {
            let mut peer = Peer::call(&target.plugin).await;
            peer.frame(kind, 0xff, stream, &noise(kind.into(), 100)).await;
            peer.frame(kind, 0, stream, &[]).await;
        }
        target.is_well_after(&format!("frames of kind {kind}")).await;
    }
    // A frame that is longer than any may be, and one that never ends.
    for length in [b"\xff\xff\xff", b"\x00\x40\x00"] {
        let mut peer = Peer::call(&target.plugin).await;
        peer.send(&[&length[..], b"\x00\x00\x00\x00\x00\x01", &noise(1, 1000)].concat()).await;
        target.is_well_after("a frame that is cut off").await;
    }
}

#[tokio::test]
async fn a_message_that_is_cut_off_is_refused() {
    let target = Target::start().await;
    for body in [vec![], vec![0], vec![0, 0, 0], head(0, 1), [head(0, 100), noise(1, 50)].concat()] {
        let mut peer = Peer::call(&target.plugin).await;
        peer.body(&body, body.len()).await;
        peer.finish().await;
        target.is_well_after(&format!("{} bytes", body.len())).await;
    }
}

#[tokio::test]
async fn a_message_that_is_no_protobuf_is_refused() {
    let target = Target::start().await;
    for seed in 0..50 {
        let message = noise(seed, 100);
        let mut peer = Peer::call(&target.plugin).await;
        let body = [head(0, 100), message].concat();
        peer.body(&body, body.len()).await;
        peer.finish().await;
    }
    target.is_well_after("noise in place of messages").await;
}

#[tokio::test]
async fn a_message_that_says_that_it_is_compressed_is_refused() {
    let target = Target::start().await;
    for flag in [1, 2, 0xff] {
        let mut peer = Peer::call(&target.plugin).await;
        peer.body(&[head(flag, 3), b"abc".to_vec()].concat(), 8).await;
        peer.finish().await;
        target.is_well_after("a flag").await;
    }
}

#[tokio::test]
async fn a_message_that_is_too_large_is_refused_before_it_is_there() {
    let target = Target::start().await;
    let over = u32::try_from(LIMIT + 1).unwrap();
    for length in [over, u32::MAX] {
        let mut peer = Peer::call(&target.plugin).await;
        let sent = peer.body(&head(0, length), LIMIT + 6).await;
        assert!(sent < LIMIT / 4, "{} MiB were taken", sent >> 20);
        peer.is_answered().await;
        target.is_well_after("a message that is too large").await;
    }
}

#[tokio::test]
async fn a_claim_alone_takes_no_memory() {
    let target = Target::start().await;
    let mut peers = Vec::new();
    for _ in 0..20 {
        let mut peer = Peer::call(&target.plugin).await;
        peer.body(&head(0, u32::try_from(LIMIT).unwrap()), 5).await;
        peers.push(peer);
    }
    target.is_well_after("twenty claims of 256 MiB").await;
}

#[tokio::test]
async fn what_a_broken_connection_has_sent_is_given_back() {
    let target = Target::start().await;
    let mut peer = Peer::call(&target.plugin).await;
    let sent = peer.body(&head(0, u32::try_from(LIMIT).unwrap()), LIMIT / 2).await;
    assert_eq!(sent, LIMIT / 2, "a message of the largest size is taken");
    drop(peer);
    // The next connection is served by the same thread, after the end of this one.
    let mut peer = Peer::call(&target.plugin).await;
    peer.finish().await;
    target.is_well_after("half of the largest message").await;
}

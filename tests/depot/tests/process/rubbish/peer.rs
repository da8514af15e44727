//! HTTP/2 by hand: as little as it takes to send what no library would.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use acceptance::Plugin;

/// Longer than anything may take on a busy machine.
const LONG: Duration = Duration::from_secs(60);

pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const GO_AWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;

const END_STREAM: u8 = 1;
const ACKNOWLEDGED: u8 = 1;
const END_HEADERS: u8 = 4;

/// The only call of a connection.
const CALL: u32 = 1;

/// The largest frame that everybody takes.
const FRAME: usize = 16_384;

/// One connection with one call.
pub(super) struct Peer {
    reader: Box<dyn AsyncRead + Unpin>,
    writer: Box<dyn AsyncWrite + Unpin>,
    received: Vec<u8>,
    /// How much may be sent, on the connection and for the call.
    windows: [i64; 2],
    /// How large the second one was at first.
    initial: i64,
    answered: bool,
    /// Whether a message has come back, and not only the end of the call.
    has_message: bool,
}

impl Peer {
    /// A connection on which nothing was said.
    pub(super) async fn silent(plugin: &Plugin) -> Self {
        let (reader, writer) = tokio::io::split(plugin.connector().stream().await.unwrap());
        Self {
            reader: Box::new(reader),
            writer: Box::new(writer),
            received: Vec::new(),
            windows: [65_535; 2],
            initial: 65_535,
            answered: false,
            has_message: false,
        }
    }

    /// A connection with a call of `ValidateResourceConfig` that has no body yet.
    pub(super) async fn call(plugin: &Plugin) -> Self {
        let mut peer = Self::silent(plugin).await;
        peer.send(PREFACE).await;
        peer.frame(SETTINGS, 0, 0, &[]).await;
        let mut headers = b"\x83\x86".to_vec();
        for (name, value) in [
            (b"\x04".as_slice(), "/tfplugin6.Provider/ValidateResourceConfig"),
            (b"\x01", "localhost"),
            (b"\x0f\x10", "application/grpc"),
            (b"\x00\x02te", "trailers"),
        ] {
            headers.extend(name);
            headers.push(value.len().try_into().unwrap());
            headers.extend(value.bytes());
        }
        peer.frame(HEADERS, END_HEADERS, CALL, &headers).await;
        peer
    }

    /// Sends bytes. That the other side has hung up is no surprise.
    pub(super) async fn send(&mut self, bytes: &[u8]) {
        let sent = async {
            self.writer.write_all(bytes).await?;
            self.writer.flush().await
        };
        if timeout(LONG, sent).await.expect("the process reads or hangs up").is_err() {
            self.answered = true;
        }
    }

    pub(super) async fn frame(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        self.send(&[&head, payload].concat()).await;
    }

    /// Sends the body of the call, or as much of it as the other side takes; returns how much that was.
    pub(super) async fn body(&mut self, start: &[u8], length: usize) -> usize {
        let mut sent = 0;
        let piece = [start, &[0; FRAME][..FRAME - start.len()]].concat();
        while sent < length && !self.answered {
            let window = self.windows.into_iter().min().unwrap_or(0);
            let fitting = piece.len().min(length - sent).min(usize::try_from(window).unwrap_or(0));
            self.receive(if fitting == 0 { LONG } else { Duration::ZERO }).await;
            if fitting > 0 && !self.answered {
                let piece = if sent == 0 { &piece[..fitting] } else { &[0; FRAME][..fitting] };
                self.frame(DATA, 0, CALL, piece).await;
                self.windows = self.windows.map(|window| window - i64::try_from(fitting).unwrap());
                sent += fitting;
            }
        }
        sent
    }

    /// Ends the call and waits until it is answered in some way, or the connection is closed.
    pub(super) async fn finish(&mut self) {
        self.frame(DATA, END_STREAM, CALL, &[]).await;
        self.is_answered().await;
    }

    /// Whether the call was answered with a message.
    pub(super) const fn has_message(&self) -> bool {
        self.has_message
    }

    /// Waits until the call is answered in some way, or the connection is closed.
    pub(super) async fn is_answered(&mut self) {
        while !self.answered {
            assert!(self.receive(LONG).await, "neither an answer nor an end");
        }
    }

    /// Takes what has come in, or comes in before the time is over; says whether it is not.
    async fn receive(&mut self, limit: Duration) -> bool {
        match timeout(limit, self.reader.read_buf(&mut self.received)).await {
            Err(_) => return false,
            Ok(Ok(0) | Err(_)) => self.answered = true,
            Ok(Ok(_)) => {}
        }
        while let Some((head, rest)) = self.received.split_first_chunk::<9>() {
            let [a, b, c, kind, flags, stream @ ..] = *head;
            let length = u32::from_be_bytes([0, a, b, c]) as usize;
            let Some(payload) = rest.get(..length) else { break };
            let payload = payload.to_vec();
            self.received.drain(..9 + length);
            self.heed(kind, flags, u32::from_be_bytes(stream), &payload).await;
        }
        true
    }

    async fn heed(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        match kind {
            SETTINGS if flags & ACKNOWLEDGED == 0 => {
                for setting in payload.chunks_exact(6) {
                    if setting[..2] == [0, 4] {
                        let initial = i64::from(number(&setting[2..]));
                        self.windows[1] += initial - self.initial;
                        self.initial = initial;
                    }
                }
                Box::pin(self.frame(SETTINGS, ACKNOWLEDGED, 0, &[])).await;
            }
            WINDOW_UPDATE => self.windows[usize::from(stream == CALL)] += i64::from(number(payload)),
            HEADERS | DATA => {
                self.has_message |= kind == DATA && !payload.is_empty();
                self.answered |= flags & END_STREAM != 0;
            }
            RESET | GO_AWAY => self.answered = true,
            _ => {}
        }
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

/// Bytes without any meaning, the same ones for the same seed.
pub(super) fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

//! What every scenario needs: a client with virtual time, and a way to tell an error in one line.

use std::cell::RefCell;
use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex, Once};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use sparki_client::{Call, Client, Credential, Endpoint, Settings, Timer};

use crate::server::Server;

/// An API key in the shape of Sparki's.
pub(crate) const API_KEY: &str = "spk_0190b5c4_Xq9sSecretHunter2";

/// Any object.
#[derive(Debug, Deserialize, PartialEq)]
pub(crate) struct Thing {
    pub(crate) id: String,
}

/// Time that passes only while somebody waits, and a jitter that never shortens a wait.
#[derive(Clone, Debug)]
pub(crate) struct VirtualTimer {
    start: Instant,
    slept: Arc<Mutex<Vec<Duration>>>,
}

impl VirtualTimer {
    pub(crate) fn new() -> Self {
        Log::prepare();
        Self { start: Instant::now(), slept: Arc::default() }
    }

    /// Every wait so far, in seconds.
    pub(crate) fn slept(&self) -> Vec<f64> {
        self.slept.lock().unwrap().iter().map(Duration::as_secs_f64).collect()
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, duration: Duration) {
        self.slept.lock().unwrap().push(duration);
    }
}

impl Timer for VirtualTimer {
    fn now(&self) -> Instant {
        self.start + self.slept.lock().unwrap().iter().sum::<Duration>()
    }

    fn unix_seconds(&self) -> i64 {
        784_111_777
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let timer = self.clone();
        async move {
            timer.pass(duration);
            tokio::task::yield_now().await;
        }
        .boxed()
    }

    fn jitter(&self) -> f64 {
        1.0
    }
}

/// Settings for a server, with an API key and virtual time.
pub(crate) fn settings(server: &Server, timer: &VirtualTimer) -> Settings {
    let endpoint = Endpoint::parse(&server.url()).unwrap();
    let mut settings = Settings::new(endpoint, Credential::ApiKey(API_KEY.into()));
    settings.timer = Arc::new(timer.clone());
    settings
}

/// A client for a server, and its time.
pub(crate) fn client(server: &Server) -> (Client, VirtualTimer) {
    let timer = VirtualTimer::new();
    (Client::new(settings(server, &timer)).unwrap(), timer)
}

/// The call of most scenarios.
pub(crate) fn call() -> Call {
    Call::new("do the thing")
}

/// An error with its chain of sources, as it would be printed.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(": {error}");
        source = error.source();
    }
    text
}

thread_local! {
    static LOGGED: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Everything that is logged on this thread from `start` to `stop`.
pub(crate) struct Log;

impl Log {
    /// Makes the process log. Every scenario does so before its first event, because what is logged first by a
    /// thread without a subscriber may not be logged by another thread later.
    pub(crate) fn prepare() {
        static PREPARED: Once = Once::new();
        PREPARED.call_once(|| {
            tracing_subscriber::fmt()
                .json()
                .with_max_level(tracing::Level::TRACE)
                .with_writer(|| Self)
                .init();
        });
    }

    pub(crate) fn start() {
        Self::prepare();
        LOGGED.set(Some(Vec::new()));
    }

    pub(crate) fn stop() -> String {
        String::from_utf8(LOGGED.take().unwrap()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| {
            if let Some(logged) = logged {
                logged.extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

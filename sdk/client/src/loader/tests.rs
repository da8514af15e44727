//! The read-ahead against a world that is told when each answer arrives.

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::sync::{Arc, Mutex};

use crate::config::Settings;
use crate::credentials::Credential;
use crate::endpoint::Endpoint;
use crate::timer::Timer;

use super::{BatchReads, Loader};

mod interleaving;
mod refresh;

/// Time that a test lets pass.
#[derive(Clone, Debug)]
struct StoppedTimer(Arc<Mutex<Instant>>);

impl StoppedTimer {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn pass(&self, duration: Duration) {
        *self.0.lock().unwrap() += duration;
    }
}

impl Timer for StoppedTimer {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap()
    }

    fn unix_seconds(&self) -> i64 {
        0
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        std::future::pending().boxed()
    }

    fn jitter(&self) -> f64 {
        0.0
    }
}

/// A read-ahead of its own.
fn loader(timer: &StoppedTimer, batch_reads: BatchReads) -> Loader {
    let endpoint = Endpoint::parse("http://127.0.0.1:9").unwrap();
    let mut settings = Settings::new(endpoint, Credential::ApiKey("spk_a_b".into()));
    settings.timer = Arc::new(timer.clone());
    settings.batch_reads = batch_reads;
    Loader::new(&settings)
}

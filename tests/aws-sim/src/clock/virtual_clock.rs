//! A clock that runs faster than others, or only when it is told to.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// A clock that runs `scale` times as fast as time does; at 0 it stands still, and only `advance` moves it.
#[derive(Debug)]
pub(crate) struct Clock {
    origin: Timestamp,
    started: Instant,
    scale: f64,
    ahead: SignedDuration,
}

impl Clock {
    pub(crate) fn new(origin: Timestamp, scale: f64) -> Self {
        Self { origin, started: Instant::now(), scale, ahead: SignedDuration::ZERO }
    }

    pub(crate) fn read(&self) -> Timestamp {
        let run = SignedDuration::from_secs_f64(self.started.elapsed().as_secs_f64() * self.scale);
        self.origin + run + self.ahead
    }

    pub(crate) fn advance(&mut self, by: SignedDuration) {
        self.ahead += by;
    }

    pub(crate) fn scale(&self) -> f64 {
        self.scale
    }
}

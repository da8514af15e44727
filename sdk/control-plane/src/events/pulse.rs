//! The pulse: tells everyone on this server who waits for events that there are new ones, also those of other servers.
//!
//! One query for all of them, now and then, and none while nobody waits.

use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{database::Database, events::store};

#[derive(Debug)]
pub(crate) struct Pulse {
    newest: watch::Sender<i64>,
    /// Ends every wait when the server stops.
    stop: CancellationToken,
}

impl Pulse {
    pub(crate) fn new(stop: CancellationToken) -> Self {
        Self { newest: watch::Sender::new(0), stop }
    }

    /// Someone who waits. What happens from now on wakes them.
    pub(crate) fn listener(&self) -> Listener {
        Listener { newest: self.newest.subscribe(), stop: self.stop.clone() }
    }

    /// Beats until the server stops.
    pub(crate) async fn beat(&self, database: &Database, every: Duration) {
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            if self.newest.receiver_count() == 0 {
                continue;
            }
            match store::newest(database).await {
                Ok(newest) => {
                    self.newest.send_if_modified(|known| std::mem::replace(known, newest) != newest);
                }
                Err(error) => {
                    tracing::warn!(component = "events", error = %error, "new events could not be looked for");
                }
            }
        }
    }
}

/// Waits for events.
#[derive(Debug)]
pub(crate) struct Listener {
    newest: watch::Receiver<i64>,
    stop: CancellationToken,
}

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Woken {
    /// There is something new, though maybe nothing of interest.
    News,
    /// The server stops.
    Stopping,
    /// The time is up.
    Late,
}

impl Listener {
    pub(crate) async fn wait(&mut self, at_most: Duration) -> Woken {
        tokio::select! {
            () = self.stop.cancelled() => Woken::Stopping,
            changed = tokio::time::timeout(at_most, self.newest.changed()) => match changed {
                Ok(Ok(())) => Woken::News,
                Ok(Err(_)) => Woken::Stopping,
                Err(_) => Woken::Late,
            },
        }
    }
}

//! What is going to happen, and when.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;

use crate::world::World;

type Event = Box<dyn FnOnce(&mut World) + Send>;

/// Events by the time they are due; those due together happen in the order they were planned in.
#[derive(Default)]
pub(crate) struct Agenda {
    events: BTreeMap<(Timestamp, u64), Event>,
    sequence: u64,
}

impl Agenda {
    pub(crate) fn plan(&mut self, due: Timestamp, event: impl FnOnce(&mut World) + Send + 'static) {
        self.sequence += 1;
        self.events.insert((due, self.sequence), Box::new(event));
    }

    /// Takes the next event that is due by `now`, with its own time.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<(Timestamp, Event)> {
        let entry = self.events.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((due, _), event) = entry.remove_entry();
        Some((due, event))
    }

    /// When something happens next.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.events.first_key_value().map(|((due, _), _)| *due)
    }

    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }
}

impl fmt::Debug for Agenda {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.events.keys()).finish()
    }
}

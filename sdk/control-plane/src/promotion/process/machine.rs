//! The states of a promotion, and what leads from one to the next. Pure: whoever moves a promotion asks here first.

use crate::document::choice::choice;

choice! {
    /// How a promotion stands.
    #[schemars(rename = "PromotionStatus")]
    Status {
        Planned = "planned",
        AwaitingGates = "awaiting_gates",
        Queued = "queued",
        Validating = "validating",
        Deploying = "deploying",
        Paused = "paused",
        Verifying = "verifying",
        Succeeded = "succeeded",
        Rejected = "rejected",
        Expired = "expired",
        Superseded = "superseded",
        Cancelled = "cancelled",
        RollingBack = "rolling_back",
        RolledBack = "rolled_back",
        RollbackFailed = "rollback_failed",
    }
}

choice! {
    /// What moves a promotion.
    Event {
        /// Something has to be waited for.
        Open = "open",
        /// Every gate is open, and nothing is frozen.
        Pass = "pass",
        /// A gate is not open any more.
        Hold = "hold",
        /// The environment is free.
        Start = "start",
        /// Everything that has to hold before deploying holds.
        Validated = "validated",
        /// A wave is there, and the next has to wait.
        Pause = "pause",
        /// The next wave may go.
        Resume = "resume",
        /// Every wave is there.
        Deployed = "deployed",
        /// It was watched for long enough.
        Verified = "verified",
        /// Somebody or something has said no.
        Reject = "reject",
        /// It has waited for too long.
        Expire = "expire",
        /// Another promotion was asked for.
        Supersede = "supersede",
        /// Somebody has thought better of it.
        Cancel = "cancel",
        /// Something went wrong after something was touched.
        Fail = "fail",
        /// What was there before is there again.
        Undone = "undone",
        /// What was there before is not there again, and nothing more is tried.
        Stuck = "stuck",
    }
}

/// Where an event leads; `None` if it cannot happen there.
pub(crate) fn next(status: Status, event: Event) -> Option<Status> {
    use Status::{AwaitingGates, Deploying, Paused, Planned, Queued, RollingBack, Validating, Verifying};
    let (from, to): (&[Status], Status) = match event {
        Event::Open => (&[Planned], AwaitingGates),
        Event::Pass => (&[Planned, AwaitingGates], Queued),
        Event::Hold => (&[Queued], AwaitingGates),
        Event::Start => (&[Queued], Validating),
        Event::Validated => (&[Validating], Deploying),
        Event::Pause => (&[Deploying], Paused),
        Event::Resume => (&[Paused], Deploying),
        Event::Deployed => (&[Deploying], Verifying),
        Event::Verified => (&[Verifying], Status::Succeeded),
        Event::Reject => (&[Planned, AwaitingGates, Queued, Validating], Status::Rejected),
        Event::Expire => (&[Planned, AwaitingGates, Queued], Status::Expired),
        Event::Supersede => (&[Planned, AwaitingGates, Queued], Status::Superseded),
        Event::Cancel => (&[Planned, AwaitingGates, Queued, Validating], Status::Cancelled),
        Event::Fail => (&[Validating, Deploying, Paused, Verifying], RollingBack),
        Event::Undone => (&[RollingBack], Status::RolledBack),
        Event::Stuck => (&[RollingBack], Status::RollbackFailed),
    };
    from.contains(&status).then_some(to)
}

/// How far a state is on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing was done yet.
    Waiting,
    /// The environment is taken.
    UnderWay,
    Final,
}

impl Status {
    pub(crate) fn phase(self) -> Phase {
        match self {
            Self::Planned | Self::AwaitingGates | Self::Queued => Phase::Waiting,
            Self::Validating | Self::Deploying | Self::Paused | Self::Verifying | Self::RollingBack => {
                Phase::UnderWay
            }
            Self::Succeeded
            | Self::Rejected
            | Self::Expired
            | Self::Superseded
            | Self::Cancelled
            | Self::RolledBack
            | Self::RollbackFailed => Phase::Final,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::document::choice::{Choice, word_of};

    /// Every state and every event, as one table.
    #[test]
    fn every_event_leads_somewhere_or_nowhere_from_every_state() {
        let mut table = String::new();
        for (word, status) in Status::ALL {
            let ways: Vec<String> = Event::ALL
                .iter()
                .filter_map(|(event, what)| Some(format!("{event} -> {}", word_of(next(*status, *what)?))))
                .collect();
            writeln!(table, "{word}: {}", ways.join(", ")).unwrap();
        }
        let expected = "\
planned: open -> awaiting_gates, pass -> queued, reject -> rejected, expire -> expired, supersede -> superseded, cancel -> cancelled
awaiting_gates: pass -> queued, reject -> rejected, expire -> expired, supersede -> superseded, cancel -> cancelled
queued: hold -> awaiting_gates, start -> validating, reject -> rejected, expire -> expired, supersede -> superseded, cancel -> cancelled
validating: validated -> deploying, reject -> rejected, cancel -> cancelled, fail -> rolling_back
deploying: pause -> paused, deployed -> verifying, fail -> rolling_back
paused: resume -> deploying, fail -> rolling_back
verifying: verified -> succeeded, fail -> rolling_back
succeeded: 
rejected: 
expired: 
superseded: 
cancelled: 
rolling_back: undone -> rolled_back, stuck -> rollback_failed
rolled_back: 
rollback_failed: 
";
        assert_eq!(table, expected);
    }

    #[test]
    fn nothing_leads_out_of_a_final_state_and_something_out_of_every_other() {
        for (word, status) in Status::ALL {
            let leads = Event::ALL.iter().any(|(_, event)| next(*status, *event).is_some());
            assert_eq!(leads, status.phase() != Phase::Final, "{word}");
        }
    }
}

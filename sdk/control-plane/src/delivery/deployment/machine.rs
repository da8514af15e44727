//! The states of a deployment, and what leads from one to the next. Pure: whoever moves a deployment asks here first.

use crate::document::choice::choice;

choice! {
    /// How a deployment stands.
    #[schemars(rename = "DeploymentStatus")]
    Status {
        Pending = "pending",
        Validating = "validating",
        Deploying = "deploying",
        HealthCheck = "health_check",
        Success = "success",
        Failed = "failed",
        RolledBack = "rolled_back",
        Canceled = "canceled",
    }
}

choice! {
    /// How a deployment stands, in the words people are shown.
    #[schemars(rename = "DeploymentDisplayStatus")]
    DisplayStatus {
        Queued = "queued",
        Validating = "validating",
        Deploying = "deploying",
        Healthy = "healthy",
        Failed = "failed",
        RolledBack = "rolled_back",
    }
}

choice! {
    /// What moves a deployment.
    Event {
        /// The environment has room.
        Start = "start",
        /// Everything that has to hold before deploying holds.
        Validated = "validated",
        /// A deployment target has the release.
        Deployed = "deployed",
        /// A deployment target is healthy, and there is another.
        GoOn = "go_on",
        /// Every deployment target is healthy.
        Verified = "verified",
        /// Something went wrong.
        Fail = "fail",
        /// What was healthy is not any more.
        Regress = "regress",
        /// Somebody has thought better of it.
        Cancel = "cancel",
        /// Another deployment has put back what was there before.
        Undo = "undo",
    }
}

/// Where an event leads; `None` if it cannot happen there.
pub(crate) fn next(status: Status, event: Event) -> Option<Status> {
    let next = match (status, event) {
        (Status::Pending, Event::Start) => Status::Validating,
        (Status::Validating, Event::Validated) | (Status::HealthCheck, Event::GoOn) => Status::Deploying,
        (Status::Deploying, Event::Deployed) => Status::HealthCheck,
        (Status::HealthCheck, Event::Verified) => Status::Success,
        (Status::Validating | Status::Deploying | Status::HealthCheck, Event::Fail) => Status::Failed,
        (Status::Success, Event::Regress) => Status::Failed,
        (Status::Pending | Status::Validating | Status::Deploying | Status::HealthCheck, Event::Cancel) => {
            Status::Canceled
        }
        (Status::Success | Status::Failed, Event::Undo) => Status::RolledBack,
        (
            Status::Pending,
            Event::Validated
            | Event::Deployed
            | Event::GoOn
            | Event::Verified
            | Event::Fail
            | Event::Regress
            | Event::Undo,
        )
        | (
            Status::Validating,
            Event::Start | Event::Deployed | Event::GoOn | Event::Verified | Event::Regress | Event::Undo,
        )
        | (
            Status::Deploying,
            Event::Start | Event::Validated | Event::GoOn | Event::Verified | Event::Regress | Event::Undo,
        )
        | (
            Status::HealthCheck,
            Event::Start | Event::Validated | Event::Deployed | Event::Regress | Event::Undo,
        )
        | (
            Status::Success | Status::Failed,
            Event::Start
            | Event::Validated
            | Event::Deployed
            | Event::GoOn
            | Event::Verified
            | Event::Fail
            | Event::Cancel,
        )
        | (Status::Failed, Event::Regress)
        | (
            Status::RolledBack | Status::Canceled,
            Event::Start
            | Event::Validated
            | Event::Deployed
            | Event::GoOn
            | Event::Verified
            | Event::Fail
            | Event::Regress
            | Event::Cancel
            | Event::Undo,
        ) => return None,
    };
    Some(next)
}

impl Status {
    pub(crate) fn display(self) -> DisplayStatus {
        match self {
            Self::Pending => DisplayStatus::Queued,
            Self::Validating => DisplayStatus::Validating,
            Self::Deploying | Self::HealthCheck => DisplayStatus::Deploying,
            Self::Success => DisplayStatus::Healthy,
            Self::Failed | Self::Canceled => DisplayStatus::Failed,
            Self::RolledBack => DisplayStatus::RolledBack,
        }
    }

    /// Whether it has a place among the deployments its environment runs at once.
    pub(crate) fn is_active(self) -> bool {
        match self {
            Self::Validating | Self::Deploying | Self::HealthCheck => true,
            Self::Pending | Self::Success | Self::Failed | Self::RolledBack | Self::Canceled => false,
        }
    }

    /// The participle the audit log and the events have for getting there.
    pub(crate) fn happened(self) -> &'static str {
        match self {
            Self::Pending => "created",
            Self::Validating => "validating",
            Self::Deploying => "deploying",
            Self::HealthCheck => "checking",
            Self::Success => "succeeded",
            Self::Failed => "failed",
            Self::RolledBack => "rolled_back",
            Self::Canceled => "canceled",
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
pending: start -> validating, cancel -> canceled
validating: validated -> deploying, fail -> failed, cancel -> canceled
deploying: deployed -> health_check, fail -> failed, cancel -> canceled
health_check: go_on -> deploying, verified -> success, fail -> failed, cancel -> canceled
success: regress -> failed, undo -> rolled_back
failed: undo -> rolled_back
rolled_back: 
canceled: 
";
        assert_eq!(table, expected);
    }

    #[test]
    fn whatever_is_active_can_still_end() {
        for (word, status) in Status::ALL {
            let ends = next(*status, Event::Fail).is_some() && next(*status, Event::Cancel).is_some();
            assert_eq!(status.is_active(), ends, "{word}");
        }
    }
}

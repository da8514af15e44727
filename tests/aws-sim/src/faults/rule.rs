//! Which requests fail, and how.

use serde::{Deserialize, Serialize};

use crate::service::Service;

/// Which requests fail, how, and how often. What is left out holds for all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) kind: FaultKind,
    /// `eks`, `rds`, `ec2`.
    pub(crate) service: Option<String>,
    /// `CreateCluster`, or `Create*` for all that begin so.
    pub(crate) operation: Option<String>,
    pub(crate) region: Option<String>,
    /// From 0 to 1; always, if it is left out.
    pub(crate) probability: Option<f64>,
    /// How many requests of it fail at most.
    pub(crate) count: Option<u64>,
    /// How many requests of it go well before the first may fail.
    #[serde(default)]
    pub(crate) after: u64,
    /// Of `stale`: for how long after it was made an object cannot be seen.
    #[serde(default)]
    pub(crate) seconds: i64,
}

impl Rule {
    /// Whether the rule is about requests of an operation, whatever service and region they are for.
    pub(crate) fn names(&self, operation: &str) -> bool {
        self.operation.as_ref().is_none_or(|wanted| match wanted.strip_suffix('*') {
            Some(beginning) => operation.starts_with(beginning),
            None => wanted == operation,
        })
    }
}

/// How a request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// The service says that there are too many requests.
    Throttle,
    /// The service says that it has failed.
    ServerError,
    /// The connection ends before anything is done.
    Reset,
    /// What is asked for is done, and the connection ends without an answer.
    LostAnswer,
    /// AWS has no machine left.
    Capacity,
    /// The account may have no more.
    Quota,
    /// Objects that were made a moment ago cannot be seen yet.
    Stale,
    /// What is asked for is begun, and ends in failure.
    Failure,
    /// The region does not answer at all.
    RegionDown,
}

impl FaultKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Throttle => "throttle",
            Self::ServerError => "server_error",
            Self::Reset => "reset",
            Self::LostAnswer => "lost_answer",
            Self::Capacity => "capacity",
            Self::Quota => "quota",
            Self::Stale => "stale",
            Self::Failure => "failure",
            Self::RegionDown => "region_down",
        }
    }

    /// Whether it only happens to operations that are played here: nobody can make moto forget or fail.
    pub(crate) fn needs_play(self) -> bool {
        matches!(self, Self::Stale | Self::Failure)
    }

    /// Whether it can happen to a service. Of IAM's roles it is known when they were made, although moto has them.
    pub(crate) fn happens_to(self, service: &str) -> bool {
        !self.needs_play() || Service::named(service).is_some() || (self == Self::Stale && service == "iam")
    }

    /// Whether the connection ends before anything is done.
    pub(crate) fn cuts_before(self) -> bool {
        matches!(self, Self::Reset | Self::RegionDown)
    }

    /// Whether the connection ends instead of an answer.
    pub(crate) fn cuts_after(self) -> bool {
        matches!(self, Self::LostAnswer)
    }
}

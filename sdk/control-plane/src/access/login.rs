//! How long ago somebody logged in, and whether that is too long for a workspace.

use jiff::{SignedDuration, Timestamp};

/// Whether a login is recent enough for a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Login {
    /// It is, or the caller comes with a key and not by a login.
    RecentEnough,
    TooLongAgo,
}

impl Login {
    /// Of a login that began at a time, for a workspace that lets one last so many seconds.
    pub(crate) fn at(began: Option<Timestamp>, longest: Option<i64>, now: Timestamp) -> Self {
        let ends = began.zip(longest).map(|(began, longest)| began + SignedDuration::from_secs(longest));
        if ends.is_some_and(|ends| ends <= now) { Self::TooLongAgo } else { Self::RecentEnough }
    }
}

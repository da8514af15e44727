//! How fast time passes for what is waited for.

use std::time::Duration;

/// Factor on every pause between two looks at a remote object: 1 for AWS, less for a stand-in whose objects are ready
/// sooner than AWS's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace(f64);

impl Pace {
    /// Shortest pause, so that no factor makes a busy loop.
    const LEAST: Duration = Duration::from_millis(10);

    /// The speed of AWS.
    pub const AWS: Self = Self(1.0);

    /// A factor on every pause. What is not a positive, finite number counts as 1.
    #[must_use]
    pub fn scaled(factor: f64) -> Self {
        if factor.is_finite() && factor > 0.0 { Self(factor) } else { Self::AWS }
    }

    /// A length of time at this pace.
    pub(crate) fn of(self, time: Duration) -> Duration {
        time.mul_f64(self.0).max(Self::LEAST)
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::AWS
    }
}

//! How often something is measured, and what is made of it.

use std::time::Duration;

/// How often something is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times(pub(crate) usize);

/// The value in the middle.
pub(crate) fn median<T: Copy + Ord>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values[values.len() / 2]
}

/// A duration in milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}

//! The numbers of the policy, and whether there is one.

use std::time::Duration;

/// Reads that pay for one page of a list, the first page included. A list costs a fifth of the requests at the most.
pub(super) const READS_PER_PAGE: usize = 5;
/// Reads under parents of which none has enough for a list of its own, before all objects of the kind are listed. As many
/// under one parent begin a list of its own after that.
pub(super) const SCATTERED_READS: usize = 20;
/// Objects that may be read without being asked for, for each one that was: an item of a batch counts a tenth of a
/// request.
pub(super) const AHEAD_PER_READ: usize = 10;
/// Objects that may be read so beyond that. With less, the first batches of a large refresh are too small to be of use.
pub(super) const AHEAD_AT_FIRST: usize = 300;
/// A batch that may have no more objects than that besides the one that was asked for is not worth it.
pub(super) const AHEAD_AT_LEAST: usize = 100;
/// What was read may be served for so long, and a failed list or batch is not tried again.
pub(super) const MAX_AGE: Duration = Duration::from_secs(60);
/// What was written is read alone for so long. A control plane may finish a request some time after nobody waits for
/// the answer any more, but not that long.
pub(super) const WRITTEN_FOR: Duration = Duration::from_secs(600);

/// What nobody has asked for, listed or read for so long is dropped: its `ETag` is worth little by then.
pub(super) const KEPT_FOR: Duration = Duration::from_secs(600);

/// Whether objects are read many at a time where that takes fewer requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BatchReads {
    /// They are.
    #[default]
    Enabled,
    /// Each object is read by a request of its own.
    Disabled,
}

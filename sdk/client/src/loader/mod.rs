//! Reads ahead: after a few reads of a kind, the others are fetched many at a time.
//!
//! A refresh asks for one object after another, at most ten at once, and nobody knows beforehand for which. One request
//! for each takes the round trip times a tenth of their number; so does collecting what arrives into batches, for only
//! ten ever wait. What pays is to learn from a list which objects there are and to read by batch, with their `ETag`, those
//! that are likely to be asked for next.
//!
//! # Policy
//!
//! The unit is the kind. Its numbers stand in `policy`.
//!
//! - No read waits for anything but a single request, whether its own or the batch that its object is in. Lists are read
//!   in the background, one page at a time.
//! - A list starts with the fifth read under one parent, filtered by that parent, or with the twentieth under many, each
//!   with few, without a filter, after which a parent with twenty more is listed by itself. Each page is paid for by
//!   five reads. One object is one request, four are four, and ten are eleven.
//! - An object that a list has shown is read by batch as soon as it is asked for, together with those that were created
//!   around the same time: ids sort by time, and what was made by one run is read by one run.
//! - At most ten objects for each one asked for, and three hundred at first, are read without anybody having asked for
//!   them. An item of a batch counts a tenth of a request, so that the rate limit is charged at most 2.2 times what
//!   single reads cost, and thirty requests, however many foreign objects there are.
//! - What a list or a batch does not have is read alone before it counts as gone. If either fails, nothing is told: the
//!   objects are read alone, which has an error of its own if it must, and nothing is read ahead for a minute.
//!
//! # What is never served
//!
//! - What was read before a write of this client began or ended, whatever was written: a write may change other objects.
//!   All of it is dropped, and answers that were under way are not taken.
//! - What was read before a wait of this client for the end of work was over: the work may have changed it.
//! - What this client has written, or may have, for ten minutes: a request in doubt may take effect late.
//! - What is older than a minute. It is read again under its `ETag`.
//! - The same object twice in a minute: who asks again wants to know what has changed since.

mod entry;
mod errand;
mod family;
mod listing;
mod locator;
mod policy;
mod read;
mod shared;
mod shelf;
#[cfg(test)]
mod tests;
mod write;

pub use locator::Locator;
pub use policy::BatchReads;
pub(crate) use shared::Loader;

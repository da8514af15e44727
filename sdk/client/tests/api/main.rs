//! Typed operations against the reference server.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod access;
mod changes;
mod delivery;
mod drafts;
mod follow;
mod lives;
mod pages;
mod sessions;
mod world;

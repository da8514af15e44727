//! When roles were made.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

/// The roles that requests through here have made. Others are known everywhere.
#[derive(Debug, Default)]
pub(crate) struct Roles(BTreeMap<String, Timestamp>);

impl Roles {
    /// Notes what moto has done with a role.
    pub(crate) fn note(&mut self, operation: &str, role: &str, now: Timestamp) {
        if operation == "CreateRole" {
            self.0.insert(role.to_owned(), now);
        } else if operation == "DeleteRole" {
            self.0.remove(role);
        }
    }

    /// Whether a role is so young that those who were told of it for that long do not know it yet.
    pub(crate) fn is_young(&self, role: &str, unseen: SignedDuration, now: Timestamp) -> bool {
        self.0.get(role).is_some_and(|made_at| *made_at + unseen > now)
    }
}

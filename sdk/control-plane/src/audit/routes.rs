//! The routes of the audit log.

use crate::{
    audit::{listing, verification},
    openapi::Operation,
};

pub(crate) fn operations() -> [Operation; 2] {
    [listing::operation(), verification::operation()]
}

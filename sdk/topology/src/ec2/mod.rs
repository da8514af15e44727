//! What the types of EC2's network share.

mod cidr;
mod holders;
mod made_rules;
mod once;
mod partition;
mod ranges;
mod refused;
mod remove;
mod tags;

pub(crate) use cidr::{Cidr, is_cidr};
pub(crate) use holders::Holders;
pub(crate) use made_rules::{close_entries, close_exits};
pub(crate) use once::once;
pub(crate) use partition::partition_of;
pub(crate) use ranges::ranges;
pub(crate) use refused::refused;
pub(crate) use remove::{once_free, remove};
pub(crate) use tags::{NAME, filter, name_is_not_a_tag, retag, specification, tag_map, without_name};

use aws_sdk_ec2::Client;

use crate::operation;
pub(crate) use crate::operation::make;

/// What one operation on EC2 needs.
pub(crate) type Session<'a> = operation::Session<'a, Client>;

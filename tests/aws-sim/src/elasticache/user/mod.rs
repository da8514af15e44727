//! Users of caches, and groups of them.

mod account;
mod group;

pub(super) use account::{create, delete, describe, modify};
pub(super) use group::{
    create as create_group, delete as delete_group, describe as describe_groups, modify as modify_group,
    user_group,
};

//! Everything there is, of every service in every region.

mod draw;
mod ids;
mod listed;
mod object;
mod page;
mod state;
mod tags;

pub(crate) use draw::draw;
pub(crate) use ids::Ids;
pub(crate) use listed::Listed;
pub(crate) use object::Object;
pub(crate) use page::page;
pub(crate) use state::{Setting, World};
pub(crate) use tags::{OWNER_TAG, owner_in_list, owner_in_map};

//! Subnets: moto has them, and clusters, databases and caches have to know where they are.

mod guard;
mod lookup;
mod subnets;

pub(crate) use guard::refuse_deletion;
pub(crate) use lookup::learn;
pub(crate) use subnets::{Network, Subnet};

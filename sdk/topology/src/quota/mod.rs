//! How much of AWS an account may have, and whether a plan asks for more than is left.
//!
//! A type counts what there is and says what its plan asks for; this module knows the quotas, asks Service Quotas how
//! large they are, and says what is missing. Each plan is held against what there is by itself: what the other objects of
//! the same run ask for is not known, and neither is what they give back.

mod known;
mod limit;
mod shortage;
mod unchecked;

pub(crate) use known::{
    CACHE_NODES, CLUSTERS, DB_INSTANCES, ELASTIC_ADDRESSES, NAT_GATEWAYS, NODE_GROUPS, Quota, STANDARD_VCPUS,
    VPCS,
};
pub(crate) use limit::Limit;
pub(crate) use shortage::{Certainty, Demand};
pub(crate) use unchecked::told;

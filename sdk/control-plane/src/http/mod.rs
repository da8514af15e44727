//! What every request shares, whatever it is about: the rules of the contract that no object owns.

pub(crate) mod answer;
pub(crate) mod body;
pub(crate) mod correlation;
mod duplicates;
pub(crate) mod etag;
pub(crate) mod exchange;
pub(crate) mod faults;
pub(crate) mod idempotency;
pub(crate) mod intent;
pub(crate) mod limit;
pub(crate) mod page;
pub(crate) mod problem;
pub(crate) mod proxies;
pub(crate) mod query;
pub(crate) mod signature;
pub(crate) mod verb;

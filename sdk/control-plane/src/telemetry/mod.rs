//! What the server tells whoever watches over it: metrics under the names Sparki's services share.
//!
//! Whoever does something worth counting calls a method of [`Metrics`], which is in the
//! [`App`](crate::app::App); names, labels and their bounds are decided here.

mod bounded;
mod labels;
mod machine;
mod metrics;
pub(crate) mod route;
pub(crate) mod scrape;

pub(crate) use metrics::{Answered, Metrics};

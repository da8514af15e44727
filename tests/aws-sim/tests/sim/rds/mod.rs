//! RDS: lifecycles and rules.

mod catalog;
mod groups;
mod instances;
mod modifications;
mod replicas;
mod requests;
mod snapshots;

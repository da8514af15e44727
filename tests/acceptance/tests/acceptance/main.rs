//! The provider under real Terraform, with a real control plane and a stand-in for AWS.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "everything here is a test")]

mod abilities;
mod access_token;
mod attributes;
mod bad_days;
mod batch_reads;
mod conversation;
mod default_tags;
mod deletion_protection;
mod deployment_target;
mod drivers;
mod eks_cluster;
mod eks_node_group;
mod eks_simulated;
mod environment;
mod every_type;
mod executable;
mod faults;
mod functions;
mod generated;
mod identities;
mod imports;
mod interruption;
mod lists;
mod pipeline;
mod project;
mod provider;
mod provider_aws;
mod provider_configuration;
mod providers;
mod quickstart;
mod refusals;
mod scenarios;
mod secrecy;
mod steps;
mod subject;
mod unknowns;
mod updates;
mod upgrades;
mod whole;
mod workspace;

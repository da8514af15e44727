//! The provider under real Terraform, with a real control plane and a stand-in for AWS.

#![cfg(unix)]

mod access_token;
mod attributes;
mod conversation;
mod deployment_target;
mod drivers;
mod eks_cluster;
mod eks_node_group;
mod environment;
mod executable;
mod faults;
mod functions;
mod generated;
mod identities;
mod interruption;
mod lists;
mod pipeline;
mod project;
mod provider;
mod provider_configuration;
mod quickstart;
mod refusals;
mod secrecy;
mod subject;
mod unknowns;
mod workspace;

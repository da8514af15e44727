//! Every kind of object there is.

use crate::{
    delivery::{
        deployment_target::DeploymentTarget, environment::Environment, pipeline::Pipeline, project::Project,
    },
    object::kind::Kind,
    tenancy::workspace::Workspace,
};

/// Parents come before their children.
pub(crate) static KINDS: [Kind; 5] = [
    Kind::of::<Workspace>(),
    Kind::of::<Project>(),
    Kind::of::<Pipeline>(),
    Kind::of::<Environment>(),
    Kind::of::<DeploymentTarget>(),
];

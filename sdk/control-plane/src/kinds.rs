//! Every kind of object there is.

use crate::{
    audit::stream::{self, AuditLogStream},
    delivery::{
        build::{self, Build},
        deployment::{self, Deployment},
        deployment_target::DeploymentTarget,
        environment::Environment,
        pipeline::Pipeline,
        project::Project,
        release::Release,
        release_block::ReleaseBlock,
    },
    object::kind::Kind,
    operation,
    tenancy::workspace::Workspace,
};

/// Parents come before their children.
pub(crate) static KINDS: [Kind; 11] = [
    Kind::of::<Workspace>(),
    Kind::of::<Project>(),
    Kind::of::<Pipeline>(),
    Kind::of::<Environment>(),
    Kind::of::<DeploymentTarget>(),
    Kind::of::<Build>().with(build::operations),
    Kind::of::<Release>(),
    Kind::of::<ReleaseBlock>(),
    Kind::of::<Deployment>().with(deployment::operations),
    Kind::of::<AuditLogStream>().with(stream::operations),
    operation::KIND,
];

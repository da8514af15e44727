//! Every kind of object there is.

use crate::{
    delivery::{
        deployment_target::DeploymentTarget, environment::Environment, pipeline::Pipeline, project::Project,
    },
    object::kind::Kind,
    tenancy::{
        api_token::ApiToken, role::Role, role_binding::RoleBinding, service_account::ServiceAccount,
        team::Team, team_membership::TeamMembership, workspace::Workspace, workspace_member::WorkspaceMember,
    },
};

/// Parents come before their children.
pub(crate) static KINDS: [Kind; 12] = [
    Kind::of::<Workspace>(),
    Kind::of::<Project>(),
    Kind::of::<Pipeline>(),
    Kind::of::<Environment>(),
    Kind::of::<DeploymentTarget>(),
    Kind::of::<Role>(),
    Kind::of::<RoleBinding>(),
    Kind::of::<WorkspaceMember>(),
    Kind::of::<Team>(),
    Kind::of::<TeamMembership>(),
    Kind::of::<ServiceAccount>(),
    Kind::of::<ApiToken>(),
];

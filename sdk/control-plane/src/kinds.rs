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
    promotion::{
        drift_report::DriftReport,
        flow::PromotionFlow,
        freeze::FreezeWindow,
        gate::EnvironmentGate,
        pin::{self, EnvironmentRelease},
        process::{self, Promotion},
    },
    tenancy::{
        api_token::ApiToken, oidc_trust::OidcTrust, role::Role, role_binding::RoleBinding,
        service_account::ServiceAccount, team::Team, team_membership::TeamMembership, workspace::Workspace,
        workspace_member::WorkspaceMember,
    },
};

/// Parents come before their children.
pub(crate) static KINDS: &[Kind] = &[
    Kind::of::<Workspace>(),
    Kind::of::<Project>(),
    Kind::of::<Pipeline>(),
    Kind::of::<Environment>(),
    Kind::of::<DeploymentTarget>(),
    Kind::of::<Build>().with(build::operations),
    Kind::of::<Release>(),
    Kind::of::<ReleaseBlock>(),
    Kind::of::<Deployment>().with(deployment::operations),
    Kind::of::<EnvironmentGate>(),
    Kind::of::<DriftReport>(),
    Kind::of::<PromotionFlow>(),
    Kind::of::<FreezeWindow>(),
    Kind::of::<Promotion>().with(process::operations),
    Kind::of::<EnvironmentRelease>().with(pin::operations),
    Kind::of::<AuditLogStream>().with(stream::operations),
    operation::KIND,
    Kind::of::<Role>(),
    Kind::of::<RoleBinding>(),
    Kind::of::<WorkspaceMember>(),
    Kind::of::<Team>(),
    Kind::of::<TeamMembership>(),
    Kind::of::<ServiceAccount>(),
    Kind::of::<ApiToken>(),
    Kind::of::<OidcTrust>(),
];

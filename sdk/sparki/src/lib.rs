//! Sparki from Rust: the definitions of the Terraform provider, planned and applied without Terraform.
//!
//! Connect, say what should be, and apply it:
//!
//! ```no_run
//! use sparki::{ProjectModel, Sparki, WorkspaceModel};
//!
//! # async fn example() -> Result<(), sparki::Error> {
//! let sparki = Sparki::from_environment()?;
//!
//! let acme = sparki.workspaces().create(WorkspaceModel::new("Acme").slug("acme")).await?;
//! let wanted = ProjectModel::new("Web", "https://github.com/acme/web").workspace_id(acme.id.clone());
//! let web = sparki.projects().create(wanted.clone()).await?;
//!
//! let change = sparki.projects().plan(wanted.default_branch("trunk"), Some(&web))?;
//! print!("{change}");
//! sparki.projects().apply(change).await?;
//! # Ok(())
//! # }
//! ```
//!
//! What is not declared but done, such as builds, deployments and promotions, is asked of the [`client`] beneath
//! ([`Sparki::client`]):
//!
//! ```no_run
//! # #[cfg(feature = "api")]
//! # async fn example(sparki: sparki::Sparki) -> Result<(), sparki::client::ClientError> {
//! for project in sparki.client().projects().list().send().await?.value.data {
//!     print!("{}", project.slug);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The feature `aws` (default) brings the AWS topology; without it nothing of AWS is compiled. The feature `api` (default) brings
//! the typed operations of the client.

mod error;
mod managed;
mod resources;
mod sparki;

pub use error::Error;
pub use managed::Managed;
pub use resources::{Planned, Resources};
pub use sparki::{Builder, Sparki};
pub use sparki_client as client;
pub use sparki_core::{Diagnostic, Diagnostics, Id, JsonText, Secret, Value};
pub use sparki_reconcile::{Action, StoredError};
pub use sparki_resources::Slug;
pub use sparki_resources::deployment_target::{
    Custom, DeploymentTarget, DeploymentTargetFilter, DeploymentTargetModel, Flyio, HealthCheck,
    HealthCheckKind, Kubernetes, OnFailure, Phase, Platform, Railway, Render, Rollback, RollbackReason,
    RollbackTo, Strategy, StrategyKind, ValidationScript, Vercel,
};
pub use sparki_resources::environment::{Environment, EnvironmentFilter, EnvironmentModel, Lock, Tier};
pub use sparki_resources::pipeline::{
    Concurrency, ConcurrencyConflict, Pipeline, PipelineFilter, PipelineModel, Stage, Step, Trigger,
};
pub use sparki_resources::project::{
    BuildSettings, Detection, GitUrl, Project, ProjectFilter, ProjectModel, Visibility,
};
pub use sparki_resources::workspace::{
    DeleteBehavior, PromotionPolicy, Retention, Security, Workspace, WorkspaceFilter, WorkspaceModel,
};

#[cfg(feature = "aws")]
pub mod aws {
    //! The AWS topology.

    pub use sparki_aws::{AssumeRole, Keys, Pace, Preflight, Region, Service, Settings};
    pub use sparki_topology::PolicyText;
    pub use sparki_topology::eks_addon::{EksAddon, EksAddonFilter, EksAddonModel};
    pub use sparki_topology::eks_cluster::{EksCluster, EksClusterFilter, EksClusterModel};
    pub use sparki_topology::eks_node_group::{EksNodeGroup, EksNodeGroupFilter, EksNodeGroupModel};
    pub use sparki_topology::eks_pod_identity::{EksPodIdentity, EksPodIdentityFilter, EksPodIdentityModel};
    pub use sparki_topology::elasticache_redis::{
        ElasticacheRedis, ElasticacheRedisFilter, ElasticacheRedisModel,
    };
    pub use sparki_topology::iam_role::{
        IamRole, IamRoleFilter, IamRoleModel, OidcTrust, PrincipalTrust, Trust,
    };
    pub use sparki_topology::kms_key::{KmsKey, KmsKeyFilter, KmsKeyModel};
    pub use sparki_topology::rds_replica::{RdsReplica, RdsReplicaFilter, RdsReplicaModel};
    pub use sparki_topology::secretsmanager_secret::{
        Generate, Replica, SecretsmanagerSecret, SecretsmanagerSecretFilter, SecretsmanagerSecretModel,
    };
    pub use sparki_topology::security_group::{SecurityGroup, SecurityGroupFilter, SecurityGroupModel};
    pub use sparki_topology::vpc::{Vpc, VpcFilter, VpcModel};
    pub use sparki_topology::vpc_peering::{PeeringMember, VpcPeering, VpcPeeringFilter, VpcPeeringModel};
}

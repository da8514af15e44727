//! The connection.

use std::sync::Arc;

use sparki_client::{Client, Environment as Variables, Explicit, Settings};
use sparki_core::{Import, Plan, Remotes, Secret};
use sparki_reconcile::Engine;
use sparki_resources::{DeploymentTarget, Environment, Pipeline, Project, Workspace};
use tokio_util::sync::CancellationToken;

use crate::{Error, Resources};

/// A connection to Sparki and, with the feature `aws`, to AWS. Clones share it.
#[derive(Clone)]
pub struct Sparki {
    engine: Engine,
    client: Client,
}

/// Says how to connect. What is left out comes from the environment, then from the profile file.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    explicit: Explicit,
    #[cfg(feature = "aws")]
    aws: sparki_aws::Settings,
}

impl Builder {
    /// Base URL of the control plane.
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.explicit.endpoint = Some(endpoint.into());
        self
    }

    /// API key, `spk_<id>_<secret>`.
    #[must_use]
    pub fn api_key(mut self, api_key: impl Into<Secret<String>>) -> Self {
        self.explicit.api_key = Some(api_key.into());
        self
    }

    /// Access token (JWT).
    #[must_use]
    pub fn token(mut self, token: impl Into<Secret<String>>) -> Self {
        self.explicit.token = Some(token.into());
        self
    }

    /// Client id and secret of a service account.
    #[must_use]
    pub fn client_credentials(mut self, id: impl Into<String>, secret: impl Into<Secret<String>>) -> Self {
        self.explicit.client_id = Some(id.into());
        self.explicit.client_secret = Some(secret.into());
        self
    }

    /// Path of the service account to become with the token of the CI this runs in, such as `acme/ci`.
    #[must_use]
    pub fn service_account(mut self, path: impl Into<String>) -> Self {
        self.explicit.service_account = Some(path.into());
        self
    }

    /// Profile in the profile file.
    #[must_use]
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.explicit.profile = Some(profile.into());
        self
    }

    /// Slug or id of the workspace for projects that name none.
    #[must_use]
    pub fn workspace(mut self, workspace: impl Into<String>) -> Self {
        self.explicit.workspace = Some(workspace.into());
        self
    }

    /// How to reach AWS. By default AWS's own environment variables and configuration files say.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn aws(mut self, settings: sparki_aws::Settings) -> Self {
        self.aws = settings;
        self
    }

    /// Connects. No request is sent yet.
    ///
    /// # Errors
    /// [`Error`] if there are no credentials, or a setting cannot be used.
    pub fn connect(self) -> Result<Sparki, Error> {
        let refused = |error| Error::of("Control plane cannot be used", &error);
        let mut settings = Settings::resolve(&self.explicit, &Variables::process()).map_err(refused)?;
        settings.user_agent = concat!("sparki-rust/", env!("CARGO_PKG_VERSION")).into();
        let client = Client::new(settings).map_err(refused)?;
        let remotes = Remotes::new().with(Arc::new(client.clone()));
        #[cfg(feature = "aws")]
        let remotes = Arc::new(sparki_aws::Aws::new(self.aws)).add_to(remotes);
        Ok(Sparki { engine: Engine::new(remotes), client })
    }
}

impl Sparki {
    /// Starts to say how to connect.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Connects with what the environment and the profile file say: `SPARKI_ENDPOINT`, `SPARKI_API_KEY` and so on.
    ///
    /// # Errors
    /// [`Error`] if there are no credentials, or a setting cannot be used.
    pub fn from_environment() -> Result<Self, Error> {
        Builder::default().connect()
    }

    /// The client beneath, with the same credentials, limits and connections: for everything that is done and not declared.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The token that stops every operation: each ends soon, and tells what exists.
    #[must_use]
    pub fn stop_token(&self) -> CancellationToken {
        self.engine.stop_token()
    }

    /// The objects of any type.
    #[must_use]
    pub fn resources<R: Plan + Import>(&self) -> Resources<R> {
        Resources::new(self.engine.clone())
    }

    /// Workspaces.
    #[must_use]
    pub fn workspaces(&self) -> Resources<Workspace> {
        self.resources()
    }

    /// Projects.
    #[must_use]
    pub fn projects(&self) -> Resources<Project> {
        self.resources()
    }

    /// Pipelines.
    #[must_use]
    pub fn pipelines(&self) -> Resources<Pipeline> {
        self.resources()
    }

    /// Environments.
    #[must_use]
    pub fn environments(&self) -> Resources<Environment> {
        self.resources()
    }

    /// Deployment targets.
    #[must_use]
    pub fn deployment_targets(&self) -> Resources<DeploymentTarget> {
        self.resources()
    }

    /// Add-ons of EKS clusters.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn eks_addons(&self) -> Resources<sparki_topology::EksAddon> {
        self.resources()
    }

    /// EKS clusters.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn eks_clusters(&self) -> Resources<sparki_topology::EksCluster> {
        self.resources()
    }

    /// EKS node groups.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn eks_node_groups(&self) -> Resources<sparki_topology::EksNodeGroup> {
        self.resources()
    }

    /// Roles of service accounts in EKS clusters.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn eks_pod_identities(&self) -> Resources<sparki_topology::EksPodIdentity> {
        self.resources()
    }

    /// Security groups on AWS.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn security_groups(&self) -> Resources<sparki_topology::SecurityGroup> {
        self.resources()
    }

    /// Networks on AWS.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn vpcs(&self) -> Resources<sparki_topology::Vpc> {
        self.resources()
    }

    /// Peerings of networks on AWS.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn vpc_peerings(&self) -> Resources<sparki_topology::VpcPeering> {
        self.resources()
    }

    /// IAM roles.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn iam_roles(&self) -> Resources<sparki_topology::IamRole> {
        self.resources()
    }

    /// Multi-region KMS keys.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn kms_keys(&self) -> Resources<sparki_topology::KmsKey> {
        self.resources()
    }

    /// Secrets in Secrets Manager.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn secretsmanager_secrets(&self) -> Resources<sparki_topology::SecretsmanagerSecret> {
        self.resources()
    }

    /// Distributions of CloudFront.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn cloudfront_distributions(&self) -> Resources<sparki_topology::CloudfrontDistribution> {
        self.resources()
    }

    /// Replication groups of ElastiCache.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn elasticache_redis(&self) -> Resources<sparki_topology::ElasticacheRedis> {
        self.resources()
    }

    /// Load balancers on AWS.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn load_balancers(&self) -> Resources<sparki_topology::LoadBalancer> {
        self.resources()
    }

    /// Replicas of RDS databases.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn rds_replicas(&self) -> Resources<sparki_topology::RdsReplica> {
        self.resources()
    }

    /// Buckets of S3.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn s3_buckets(&self) -> Resources<sparki_topology::S3Bucket> {
        self.resources()
    }

    /// Buckets for states of Terraform.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn state_backends(&self) -> Resources<sparki_topology::StateBackend> {
        self.resources()
    }
}

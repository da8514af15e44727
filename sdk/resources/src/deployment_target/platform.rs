//! The settings of each platform.

use sparki_core::{Secret, Value};
use sparki_derive::Model;

/// A workload in a Kubernetes cluster.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(exactly_one_of(cluster_arn, connection))]
pub struct Kubernetes {
    /// ARN of an EKS cluster. Set this or `connection`.
    #[attr(optional, validate(pattern("^arn:", "be an ARN, which starts with \"arn:\"")))]
    pub cluster_arn: Value<String>,
    /// Name of a platform connection. Set this or `cluster_arn`.
    #[attr(optional)]
    pub connection: Value<String>,
    /// Namespace of the workload.
    #[attr(required, validate(len(1..=63)))]
    pub namespace: Value<String>,
    /// Name of the deployment that is rolled out.
    #[attr(required, validate(len(1..=253)))]
    pub workload: Value<String>,
}

/// A service on Railway.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Railway {
    /// Identifier of the Railway project.
    #[attr(required, validate(len(1..)))]
    pub project_id: Value<String>,
    /// Name of the service.
    #[attr(required, validate(len(1..)))]
    pub service: Value<String>,
}

/// A service on Render.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Render {
    /// Identifier of the Render service.
    #[attr(required, validate(len(1..)))]
    pub service_id: Value<String>,
}

/// An app on Fly.io.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Flyio {
    /// Name of the app.
    #[attr(required, validate(len(1..)))]
    pub app: Value<String>,
    /// Regions, in order of preference. Fly.io's choice if it is not set.
    #[attr(optional, validate(unique))]
    pub regions: Value<Vec<String>>,
}

/// A project on Vercel.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Vercel {
    /// Identifier of the Vercel project.
    #[attr(required, validate(len(1..)))]
    pub project_id: Value<String>,
    /// Team that owns it. Your own account if it is not set.
    #[attr(optional)]
    pub team: Value<String>,
}

/// A webhook or a script of your own.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(exactly_one_of(webhook_url, script), required_together(signing_secret_wo, signing_secret_wo_version))]
pub struct Custom {
    /// Address that is called to deploy. Set this or `script`.
    #[attr(optional, validate(pattern("^https?://", "be an address that starts with https:// or http://")))]
    pub webhook_url: Value<String>,
    /// Command that is run to deploy. Set this or `webhook_url`.
    #[attr(optional, validate(len(1..)))]
    pub script: Value<String>,
    /// Secret with which calls of the webhook are signed. It is never stored; raise `signing_secret_wo_version` to
    /// send another one.
    #[attr(optional, write_only, sensitive)]
    pub signing_secret_wo: Value<Secret<String>>,
    /// Counts the secrets: a change sends `signing_secret_wo` again.
    #[attr(optional, local)]
    pub signing_secret_wo_version: Value<i64>,
}

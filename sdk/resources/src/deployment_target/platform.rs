//! The settings of each platform.

use sparki_core::{Secret, Value};
use sparki_derive::Model;

use super::plan::holds_no_user;

/// A workload in a Kubernetes cluster.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(exactly_one_of(cluster_arn, connection))]
pub struct Kubernetes {
    /// ARN of an EKS cluster. Set this or `connection`.
    #[attr(optional, validate(len(1..=2048), pattern("^arn:", "be an ARN, which starts with \"arn:\"")))]
    pub cluster_arn: Value<String>,
    /// Name of a platform connection, 1 to 2048 characters. Set this or `cluster_arn`.
    #[attr(optional, validate(len(1..=2048)))]
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
    /// Identifier of the Railway project, 1 to 255 characters.
    #[attr(required, validate(len(1..=255)))]
    pub project_id: Value<String>,
    /// Name of the service, 1 to 255 characters.
    #[attr(required, validate(len(1..=255)))]
    pub service: Value<String>,
}

/// A service on Render.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Render {
    /// Identifier of the Render service, 1 to 255 characters.
    #[attr(required, validate(len(1..=255)))]
    pub service_id: Value<String>,
}

/// An app on Fly.io.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Flyio {
    /// Name of the app, 1 to 255 characters.
    #[attr(required, validate(len(1..=255)))]
    pub app: Value<String>,
    /// Regions, in order of preference, 1 to 255 characters each. Fly.io's choice if it is not set.
    #[attr(optional, validate(unique, each(len(1..=255))))]
    pub regions: Value<Vec<String>>,
}

/// A project on Vercel.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Vercel {
    /// Identifier of the Vercel project, 1 to 255 characters.
    #[attr(required, validate(len(1..=255)))]
    pub project_id: Value<String>,
    /// Team that owns it, 1 to 255 characters. Your own account if it is not set.
    #[attr(optional, validate(len(1..=255)))]
    pub team: Value<String>,
}

/// A webhook or a script of your own.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(exactly_one_of(webhook_url, script), required_together(signing_secret_wo, signing_secret_wo_version))]
pub struct Custom {
    /// Address that is called to deploy, up to 10000 characters. It holds no user or password, which would stand in plan
    /// files; the calls are signed with `signing_secret_wo`. Set this or `script`.
    #[attr(
        optional,
        validate(
            len(1..=10_000),
            pattern("^https?://", "be an address that starts with https:// or http://"),
            custom(holds_no_user)
        )
    )]
    pub webhook_url: Value<String>,
    /// Command that is run to deploy, 1 to 10000 characters. Set this or `webhook_url`.
    #[attr(optional, validate(len(1..=10_000)))]
    pub script: Value<String>,
    /// Secret with which calls of the webhook are signed, 1 to 4096 characters. It is never stored; raise `signing_secret_wo_version` to
    /// send another one.
    #[attr(optional, write_only, sensitive, validate(len(1..=4096)))]
    pub signing_secret_wo: Value<Secret<String>>,
    /// Counts the secrets: a change sends `signing_secret_wo` again.
    #[attr(optional, local)]
    pub signing_secret_wo_version: Value<i64>,
}

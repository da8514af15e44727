//! What each platform needs to know to be deployed to.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    delivery::platform::Platform,
    document::{Fields, web_url::WEB_URL},
    object::{Earlier, Subject, write_only::WriteOnly},
    vault::Material,
};

const LONGEST: usize = 255;
/// Where the fingerprint of the signing secret is shown.
const FINGERPRINT: &[&str] = &["settings", "signing_secret_fingerprint"];

/// What a platform needs to know to be deployed to.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "DeploymentTargetSettings")]
pub(super) enum Settings {
    /// Settings of kubernetes.
    Kubernetes {
        /// ARN of an EKS cluster; null if a connection is given.
        cluster_arn: Option<String>,
        /// Name of a connection to a cluster; null if an ARN is given.
        connection: Option<String>,
        /// Namespace of the workload.
        namespace: String,
        /// Name of the workload.
        workload: String,
    },
    /// Settings of railway.
    Railway {
        /// Id of the project at the platform.
        project_id: String,
        /// Name of the service.
        service: String,
    },
    /// Settings of render.
    Render {
        /// Id of the service at Render.
        service_id: String,
    },
    /// Settings of flyio.
    Flyio {
        /// Name of the app.
        app: String,
        /// Regions to deploy to; empty for those of the app.
        regions: Vec<String>,
    },
    /// Settings of vercel.
    Vercel {
        /// Id of the project at the platform.
        project_id: String,
        /// Team the project belongs to; null for a personal one.
        team: Option<String>,
    },
    /// Settings of custom.
    Custom {
        /// URL that is called to deploy; null if a script is given.
        webhook_url: Option<String>,
        /// Script that is run to deploy; null if a webhook is given.
        script: Option<String>,
        /// Changes with the signing secret and says nothing about it; null if there is none.
        signing_secret_fingerprint: Option<String>,
        #[serde(skip)]
        material: Material,
    },
}

impl Settings {
    pub(super) fn from_fields(
        fields: &mut Fields<'_>,
        platform: Platform,
        earlier: Option<&Earlier<'_>>,
    ) -> Self {
        match platform {
            Platform::Kubernetes => {
                fields.require_one_of(&["cluster_arn", "connection"]);
                Self::Kubernetes {
                    cluster_arn: fields.text("cluster_arn", 2048),
                    connection: fields.text("connection", 2048),
                    namespace: fields.required_text("namespace", LONGEST),
                    workload: fields.required_text("workload", LONGEST),
                }
            }
            Platform::Railway => Self::Railway {
                project_id: fields.required_text("project_id", LONGEST),
                service: fields.required_text("service", LONGEST),
            },
            Platform::Render => Self::Render { service_id: fields.required_text("service_id", LONGEST) },
            Platform::Flyio => Self::Flyio {
                app: fields.required_text("app", LONGEST),
                regions: fields.texts("regions", LONGEST).unwrap_or_default(),
            },
            Platform::Vercel => Self::Vercel {
                project_id: fields.required_text("project_id", LONGEST),
                team: fields.text("team", LONGEST),
            },
            Platform::Custom => {
                fields.require_one_of(&["webhook_url", "script"]);
                let signing_secret = WriteOnly {
                    path: &["settings", "signing_secret"],
                    about: "Secret that calls of the webhook are signed with. Only its fingerprint is shown.",
                    fingerprint: FINGERPRINT,
                    earlier,
                };
                Self::Custom {
                    material: signing_secret.read(fields),
                    webhook_url: fields.text_in("webhook_url", 10_000, &WEB_URL),
                    script: fields.text("script", 10_000),
                    signing_secret_fingerprint: None,
                }
            }
        }
    }

    /// Fills in the fingerprint of the signing secret.
    pub(super) fn settle(&mut self, subject: &Subject<'_>) {
        match self {
            Self::Custom { signing_secret_fingerprint, material, .. } => {
                *signing_secret_fingerprint = material.fingerprint(subject, FINGERPRINT);
            }
            Self::Kubernetes { .. }
            | Self::Railway { .. }
            | Self::Render { .. }
            | Self::Flyio { .. }
            | Self::Vercel { .. } => {}
        }
    }

    /// What becomes of the signing secret; platforms other than `custom` have none.
    pub(super) fn material(&self) -> &Material {
        match self {
            Self::Custom { material, .. } => material,
            Self::Kubernetes { .. }
            | Self::Railway { .. }
            | Self::Render { .. }
            | Self::Flyio { .. }
            | Self::Vercel { .. } => &Material::Absent,
        }
    }
}

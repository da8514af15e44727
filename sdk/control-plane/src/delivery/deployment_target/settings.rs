//! What each platform needs to know to be deployed to.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    delivery::platform::Platform,
    document::{Fields, canonical, web_url::WEB_URL},
    object::Earlier,
};

const LONGEST: usize = 255;
/// Hexadecimal digits of a secret's hash that are kept and shown: enough to notice a change, no more.
const FINGERPRINT_LENGTH: usize = 12;

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
        /// Begin of the SHA-256 of the signing secret; null if there is none.
        signing_secret_fingerprint: Option<String>,
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
                fields.explain(
                    "signing_secret",
                    "Secret that calls of the webhook are signed with. Only its fingerprint is kept.",
                );
                let secret = fields.secret("signing_secret", 4096);
                Self::Custom {
                    webhook_url: fields.text_in("webhook_url", 10_000, &WEB_URL),
                    script: fields.text("script", 10_000),
                    signing_secret_fingerprint: match secret {
                        Some(secret) => Some(fingerprint(secret.expose())),
                        None => earlier.and_then(kept_fingerprint),
                    },
                }
            }
        }
    }
}

/// The fingerprint of a secret that a patch does not touch.
fn kept_fingerprint(earlier: &Earlier<'_>) -> Option<String> {
    let touched = earlier
        .patch
        .get("settings")
        .is_some_and(|settings| settings.is_null() || settings.get("signing_secret").is_some());
    let stored = || earlier.document.get("settings")?.get("signing_secret_fingerprint")?.as_str();
    let same_platform = earlier.document.get("platform").and_then(Value::as_str) == Some("custom");
    if touched || !same_platform { None } else { stored().map(str::to_owned) }
}

fn fingerprint(secret: &str) -> String {
    let mut text = canonical::hex(&Sha256::digest(secret.as_bytes()));
    text.truncate(FINGERPRINT_LENGTH);
    text
}

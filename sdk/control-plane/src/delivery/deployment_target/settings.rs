//! What each platform needs to know to be deployed to.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    delivery::platform::Platform,
    document::{Fields, canonical},
    object::Earlier,
};

const LONGEST: usize = 255;
/// Hexadecimal digits of a secret's hash that are kept and shown: enough to notice a change, no more.
const FINGERPRINT_LENGTH: usize = 12;

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Settings {
    Kubernetes {
        cluster_arn: Option<String>,
        connection: Option<String>,
        namespace: String,
        workload: String,
    },
    Railway {
        project_id: String,
        service: String,
    },
    Render {
        service_id: String,
    },
    Flyio {
        app: String,
        regions: Vec<String>,
    },
    Vercel {
        project_id: String,
        team: Option<String>,
    },
    Custom {
        webhook_url: Option<String>,
        script: Option<String>,
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
                let (cluster_arn, connection) = exactly_one(fields, "cluster_arn", "connection", 2048);
                Self::Kubernetes {
                    cluster_arn,
                    connection,
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
                let (webhook_url, script) = exactly_one(fields, "webhook_url", "script", 10_000);
                let is_web = |url: &String| url.starts_with("https://") || url.starts_with("http://");
                if webhook_url.as_ref().is_some_and(|url| !is_web(url)) {
                    fields.error("webhook_url", "format", "Use a URL that starts with https://.");
                }
                let secret = fields.text("signing_secret", 4096);
                Self::Custom {
                    webhook_url,
                    script,
                    signing_secret_fingerprint: match secret {
                        Some(secret) => Some(fingerprint(&secret)),
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

fn exactly_one(
    fields: &mut Fields<'_>,
    first: &str,
    second: &str,
    longest: usize,
) -> (Option<String>, Option<String>) {
    let (has_first, has_second) = (fields.is_present(first), fields.is_present(second));
    let values = (fields.text(first, longest), fields.text(second, longest));
    if has_first == has_second {
        fields.error_at(&[], "exactly_one", format!("Give either {first:?} or {second:?}."));
    }
    values
}

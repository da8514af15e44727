//! What gates can ask for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    delivery::{environment::Environment, pipeline::Pipeline},
    document::{Fields, choice::choice, web_url::WEB_URL},
    object::{Earlier, Subject, id::Id, write_only::WriteOnly},
    vault::Material,
};

/// Ten years; longer is a mistake more often than a wish.
const LONGEST_SECONDS: i64 = 10 * 366 * 24 * 3600;
/// Where the fingerprint of a webhook's signing secret is shown.
const FINGERPRINT: &[&str] = &["webhook", "signing_secret_fingerprint"];

choice! {
    /// Who may not approve.
    #[schemars(rename = "ApprovalExclusion")]
    Exclusion {
        /// Whoever asks for the promotion.
        Requester = "requester",
        /// Whoever made the release.
        Author = "author",
    }
}

/// People who have to say yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ApprovalCondition")]
pub(crate) struct Approval {
    /// Number of people.
    pub(crate) count: i64,
    /// Who counts: email addresses, built-in roles by name (for everyone with at least that role), and other roles and
    /// teams by id, by which somebody may approve here; empty for all who may.
    pub(crate) from: Vec<String>,
    /// Who does not count.
    pub(crate) exclude: Vec<Exclusion>,
}

/// Time that the release has to have run well somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SoakCondition")]
pub(crate) struct Soak {
    /// Environment of the same project that has to run the release now.
    pub(crate) environment_id: Id<Environment>,
    /// Seconds that the release has to have run there with passing health checks. Other time does not count, and
    /// approvals do not shorten it.
    pub(crate) duration_seconds: i64,
}

/// Somewhere the release has to have been healthy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "VerifiedInCondition")]
pub(crate) struct VerifiedIn {
    /// Environment of the same project to which the release has to have been deployed with passing health checks.
    pub(crate) environment_id: Id<Environment>,
}

/// A build that has to succeed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CheckCondition")]
pub(crate) struct Check {
    /// Pipeline of the same project whose newest build of the release's commit has to have succeeded.
    pub(crate) pipeline_id: Id<Pipeline>,
}

/// Somebody else who has to say yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WebhookCondition")]
pub(crate) struct Webhook {
    /// URL that is called with the plan once the promotion waits: 200 or 204 says yes, 202 says not yet, 4xx says no, and
    /// whatever else is asked again.
    pub(crate) url: String,
    /// Changes with the secret that calls are signed with and says nothing about it; null if there is none.
    #[serde(default)]
    pub(crate) signing_secret_fingerprint: Option<String>,
    #[serde(skip)]
    pub(super) material: Material,
}

/// What is there has to be what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DriftCondition")]
pub(crate) struct Drift {
    /// Most seconds since the newest drift report of the environment, which has to be clean. The server does not look
    /// itself: whoever compares the environment with its configuration reports what they have found.
    pub(crate) max_age_seconds: i64,
}

impl Approval {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        let mut exclude: Vec<Exclusion> = fields.choices("exclude").unwrap_or_default();
        exclude.sort();
        Self {
            count: fields.integer_or("count", 1..=10, 1),
            from: fields.texts("from", 255).unwrap_or_default(),
            exclude,
        }
    }
}

impl Soak {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self {
            environment_id: fields.required_id("environment_id"),
            duration_seconds: seconds(fields, "duration_seconds"),
        }
    }
}

impl VerifiedIn {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self { environment_id: fields.required_id("environment_id") }
    }
}

impl Check {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self { pipeline_id: fields.required_id("pipeline_id") }
    }
}

impl Webhook {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        let signing_secret = WriteOnly {
            path: &["webhook", "signing_secret"],
            about: "Secret that calls are signed with. Only its fingerprint is shown.",
            fingerprint: FINGERPRINT,
            earlier,
        };
        Self {
            material: signing_secret.read(fields),
            url: fields.required_text_in("url", 2048, &WEB_URL),
            signing_secret_fingerprint: None,
        }
    }

    /// Fills in the fingerprint of the signing secret.
    pub(super) fn settle(&mut self, subject: &Subject<'_>) {
        self.signing_secret_fingerprint = self.material.fingerprint(subject, FINGERPRINT);
    }
}

impl Drift {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self { max_age_seconds: seconds(fields, "max_age_seconds") }
    }
}

fn seconds(fields: &mut Fields<'_>, name: &str) -> i64 {
    fields.require(name);
    fields.integer(name, 1..=LONGEST_SECONDS).unwrap_or(1)
}

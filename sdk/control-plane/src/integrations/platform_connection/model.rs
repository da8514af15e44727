//! What a platform connection is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    delivery::platform::Platform,
    document::{Fields, choice::choice, form::Form},
    object::{Earlier, Parent, Shape, id::Id, kind::Roles, write_only::WriteOnly},
    tenancy::workspace::{WORKSPACE, Workspace},
    vault::Material,
};

pub(crate) static PLATFORM_CONNECTION: Shape = Shape {
    kind: "platform_connection",
    collection: "platform-connections",
    table: "platform_connections",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "name",
    filters: &["workspace_id", "name"],
    immutable: &["workspace_id", "platform"],
    computed: &[FINGERPRINT, "status", "account", "verified_at"],
    children: &[],
    roles: Roles::MEMBERS,
};

pub(super) const FINGERPRINT: &str = "credential_fingerprint";

static ROLE_ARN: Form = Form::new(
    "^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$",
    "Use the ARN of a role: arn:aws:iam::123456789012:role/name.",
);
static SERVER: Form = Form::new("^https://[^/]", "Use a URL that starts with https://.");

choice! {
    /// Whether a connection works.
    ConnectionStatus {
        Simulated = "simulated",
        Unverified = "unverified",
    }
}

/// What the control plane proves itself with to a platform it deploys to.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PlatformConnection {
    /// Workspace the connection belongs to.
    workspace_id: Id<Workspace>,
    /// Name of the connection, unique in the workspace.
    name: String,
    /// Platform it is for.
    platform: Platform,
    /// Role in AWS that is assumed to reach a cluster in EKS.
    aws: Option<Aws>,
    /// Cluster that is reached with a token of its own.
    kubernetes: Option<Kubernetes>,
    /// Changes with the token and says nothing about it; there is none where there is no token.
    pub(super) credential_fingerprint: Option<String>,
    /// `simulated` for platforms that this server does not really deploy to: nothing was asked of them. `unverified`
    /// for `custom`, whose credentials only its own webhook or script can judge.
    status: ConnectionStatus,
    /// Account the credentials are for, as far as they say so themselves.
    account: Option<String>,
    /// When the platform last accepted the credentials.
    #[schemars(extend("format" = "date-time"))]
    verified_at: Option<String>,
    #[serde(skip)]
    pub(super) material: Material,
}

/// A role in AWS.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlatformConnectionAws")]
struct Aws {
    /// ARN of the role.
    role_arn: String,
    /// External id that the role's trust policy asks for.
    external_id: Option<String>,
}

/// A Kubernetes cluster.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlatformConnectionKubernetes")]
struct Kubernetes {
    /// URL of the cluster's API server.
    server: String,
    /// Certificates, in PEM, that the API server is trusted by; by default those of the system.
    ca_certificate: Option<String>,
}

impl PlatformConnection {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        let read = fields.required_variant("platform", |fields, platform| {
            Credentials::from_fields(fields, platform, earlier)
        });
        let (platform, Credentials { aws, kubernetes, material }) = read.unwrap_or_else(|| {
            // Without a platform there is no telling which credentials are right.
            for name in ["token", "aws", "kubernetes"] {
                fields.value(name);
            }
            (Platform::Custom, Credentials { aws: None, kubernetes: None, material: Material::Absent })
        });
        let account = aws.as_ref().and_then(|aws| account_of(&aws.role_arn)).map(str::to_owned);
        Self {
            workspace_id: fields.required_id("workspace_id"),
            name: fields.required_text("name", 255),
            platform,
            aws,
            kubernetes,
            credential_fingerprint: None,
            status: match platform {
                Platform::Custom => ConnectionStatus::Unverified,
                Platform::Kubernetes
                | Platform::Railway
                | Platform::Render
                | Platform::Flyio
                | Platform::Vercel => ConnectionStatus::Simulated,
            },
            account,
            verified_at: None,
            material,
        }
    }
}

/// What a platform takes.
struct Credentials {
    aws: Option<Aws>,
    kubernetes: Option<Kubernetes>,
    material: Material,
}

impl Credentials {
    fn from_fields(fields: &mut Fields<'_>, platform: Platform, earlier: Option<&Earlier<'_>>) -> Self {
        let token = |path| WriteOnly {
            path,
            about: "Token that the platform knows the control plane by. Only its fingerprint is shown.",
            fingerprint: &[FINGERPRINT],
            earlier,
        };
        match platform {
            Platform::Kubernetes => {
                fields.require_one_of(&["aws", "kubernetes"]);
                let mut material = Material::Absent;
                let kubernetes = fields.object("kubernetes", |fields| {
                    material = token(&["kubernetes", "token"]).required(fields);
                    Kubernetes::from_fields(fields)
                });
                Self { aws: fields.object("aws", Aws::from_fields), kubernetes, material }
            }
            Platform::Railway | Platform::Render | Platform::Flyio | Platform::Vercel | Platform::Custom => {
                let material = token(&["token"]).required(fields);
                Self { aws: None, kubernetes: None, material }
            }
        }
    }
}

impl Aws {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        let role_arn = fields.required_text_in("role_arn", 2048, &ROLE_ARN);
        Self { role_arn, external_id: fields.text("external_id", 1224) }
    }
}

impl Kubernetes {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        let server = fields.required_text_in("server", 2048, &SERVER);
        Self { server, ca_certificate: fields.text("ca_certificate", 65_536) }
    }
}

/// The account in the ARN of a role.
fn account_of(role_arn: &str) -> Option<&str> {
    role_arn.split(':').nth(4).filter(|_| ROLE_ARN.admits(role_arn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_says_its_account() {
        assert_eq!(account_of("arn:aws:iam::123456789012:role/deploy"), Some("123456789012"));
        assert_eq!(account_of("arn:aws-us-gov:iam::123456789012:role/a/b"), Some("123456789012"));
        for bad in ["", "arn:aws:iam::1234:role/x", "arn:aws:iam::123456789012:user/x", "arn:aws:s3:::role/x"]
        {
            assert_eq!(account_of(bad), None, "{bad}");
        }
    }
}

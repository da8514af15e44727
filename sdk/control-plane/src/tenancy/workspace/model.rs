//! What a workspace is.

use std::net::IpAddr;

use serde::Serialize;

use crate::{
    auth::Role,
    delivery::project::PROJECT,
    document::Fields,
    object::{Shape, id::Id, kind::Roles},
};

pub(crate) static WORKSPACE: Shape = Shape {
    kind: "workspace",
    collection: "workspaces",
    table: "workspaces",
    workspace_column: "id",
    parent: None,
    key: "slug",
    filters: &["slug"],
    immutable: &["slug"],
    computed: &[],
    children: &[&PROJECT],
    roles: Roles { update: Role::Admin, delete: Role::Owner },
};

/// A user, as what an id can be of.
#[derive(Debug)]
pub(crate) struct User;

#[derive(Debug, Serialize)]
pub(crate) struct Workspace {
    name: String,
    slug: String,
    /// By default whoever creates the workspace; naming another hands it over.
    pub(super) owner_id: Option<Id<User>>,
    description: Option<String>,
    default_region: String,
    data_residency: Vec<String>,
    security: Security,
    retention: Retention,
    promotion_policy: PromotionPolicy,
    deletion_protection: bool,
}

#[derive(Debug, Serialize)]
struct Security {
    mfa_required: bool,
    session_ttl_seconds: i64,
    allowed_cidrs: Vec<String>,
    require_sso: bool,
}

#[derive(Debug, Serialize)]
struct Retention {
    builds_days: i64,
    artifacts_days: i64,
    logs_days: i64,
    audit_days: i64,
}

#[derive(Debug, Serialize)]
struct PromotionPolicy {
    min_approvals: i64,
    separation_of_duties: bool,
    require_signed_artifacts: bool,
}

impl Workspace {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        let name = fields.required_text("name", 255);
        let default_region = fields.text_or("default_region", 50, "us-east-1");
        if !is_region(&default_region) {
            fields.error("default_region", "format", "This is not the name of a region, such as us-east-1.");
        }
        let mut data_residency = fields
            .texts_where("data_residency", 50, |text| {
                let detail = || format!("{text:?} is not the name of a region, such as us-east-1.");
                (!is_region(text)).then(|| ("format", detail()))
            })
            .unwrap_or_default();
        data_residency.sort();
        Self {
            slug: fields.slug_of(&name, 255),
            name,
            owner_id: fields.id("owner_id"),
            description: fields.text("description", 1000),
            default_region,
            data_residency,
            security: fields.object_or_default("security", Security::from_fields),
            retention: fields.object_or_default("retention", Retention::from_fields),
            promotion_policy: fields.object_or_default("promotion_policy", PromotionPolicy::from_fields),
            deletion_protection: fields.flag_or("deletion_protection", true),
        }
    }
}

impl Security {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        let allowed_cidrs = fields
            .texts_where("allowed_cidrs", 64, |text| {
                let detail = || format!("{text:?} is not a network, such as 10.0.0.0/8.");
                (!is_cidr(text)).then(|| ("format", detail()))
            })
            .unwrap_or_default();
        Self {
            mfa_required: fields.flag_or("mfa_required", false),
            session_ttl_seconds: fields.integer_or("session_ttl_seconds", 300..=604_800, 86_400),
            allowed_cidrs,
            require_sso: fields.flag_or("require_sso", false),
        }
    }
}

impl Retention {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        // Ten years; longer is a mistake more often than a wish.
        let mut days = |name, default| fields.integer_or(name, 1..=3650, default);
        Self {
            builds_days: days("builds_days", 90),
            artifacts_days: days("artifacts_days", 30),
            logs_days: days("logs_days", 30),
            audit_days: days("audit_days", 365),
        }
    }
}

impl PromotionPolicy {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self {
            min_approvals: fields.integer_or("min_approvals", 0..=10, 0),
            separation_of_duties: fields.flag_or("separation_of_duties", false),
            require_signed_artifacts: fields.flag_or("require_signed_artifacts", false),
        }
    }
}

/// The form of a region's name: at least two hyphens, then a number.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lower = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.split_last() {
        Some((number, words)) if words.len() >= 2 => {
            words.iter().all(lower) && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        Some(_) | None => false,
    }
}

fn is_cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    length.parse::<u8>().is_ok_and(|length| length <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_and_networks_are_told_by_their_form() {
        for good in ["us-east-1", "us-gov-west-1", "ap-southeast-2"] {
            assert!(is_region(good), "{good}");
        }
        for bad in ["", "us", "us-1", "us-east", "US-east-1", "us--1"] {
            assert!(!is_region(bad), "{bad}");
        }
        assert!(is_cidr("10.0.0.0/8") && is_cidr("::/0"));
        assert!(!is_cidr("10.0.0.0") && !is_cidr("10.0.0.0/33") && !is_cidr("x/8"));
    }
}

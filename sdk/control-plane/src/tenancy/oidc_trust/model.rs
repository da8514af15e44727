//! What an OIDC trust is.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    access::catalogue::{LONGEST, PERMISSION},
    auth::token::{LIFETIME_SECONDS, LONGEST_SECONDS},
    document::Fields,
    object::{Parent, Shape, id::Id, kind::Roles},
    tenancy::{
        oidc_trust::{
            glob::GLOB,
            issuer::{ISSUER, Preset},
        },
        service_account::{SERVICE_ACCOUNT, ServiceAccount},
    },
};

pub(crate) static OIDC_TRUST: Shape = Shape {
    kind: "oidc_trust",
    collection: "oidc-trusts",
    table: "oidc_trusts",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &SERVICE_ACCOUNT, field: "service_account_id" }],
    key: "name",
    filters: &["workspace_id", "service_account_id", "name", "issuer"],
    immutable: &["service_account_id"],
    computed: &["warnings"],
    children: &[],
    roles: Roles::ADMINS,
};

/// Whose word is taken for a service account.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OidcTrust {
    /// Service account that those let in become.
    pub(super) service_account_id: Id<ServiceAccount>,
    /// Name in paths, unique for the service account.
    name: String,
    /// Well-known issuer; null if the issuer is given by its URL. With `eks`, the URL of the cluster's issuer is needed, too.
    pub(super) preset: Option<Preset>,
    /// URL of the issuer, as its tokens name it; with a preset it is the preset's.
    pub(super) issuer: String,
    /// What the subject of a token has to be: `*` stands for any text, `?` for any character.
    pub(super) subject: String,
    /// What other claims of a token have to be, likewise.
    pub(super) claims: BTreeMap<String, String>,
    /// Whom a token has to be for.
    audience: String,
    /// Seconds that an access token is good for.
    max_session_seconds: i64,
    /// What an access token is good for at most, as `resource:action` or with a wildcard; null for all that the service account may
    /// do.
    pub(super) permissions: Option<Vec<String>>,
    /// What is worth knowing about the trust as it is.
    pub(super) warnings: Vec<&'static str>,
}

impl OidcTrust {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        let preset = fields.choice::<Preset>("preset");
        let has_issuer = fields.is_present("issuer");
        let given = fields.text_in("issuer", 255, &ISSUER);
        let fixed = preset.and_then(Preset::issuer);
        if let (Some(given), Some(fixed)) = (&given, fixed)
            && given != fixed
        {
            fields.error("issuer", "conflict", "The preset has an issuer of its own. Leave this out.");
        }
        if !has_issuer && fixed.is_none() {
            fields.error("issuer", "required", "Give a preset, or the URL of the issuer.");
        }
        let claims = fields.short_text_map("claims", 255).unwrap_or_default();
        let mut globs = BTreeMap::new();
        for (name, value) in &claims {
            // What is no text has an error of its own.
            let Some(glob) = value.as_str() else { continue };
            if let Some(problem) = GLOB.problem(glob) {
                fields.error_at(&["claims", name], "format", problem);
            }
            globs.insert(name.clone(), glob.to_owned());
        }
        let mut permissions = fields.texts_in("permissions", LONGEST, &PERMISSION);
        permissions.iter_mut().for_each(|permissions| permissions.sort());
        Self {
            service_account_id: fields.required_id("service_account_id"),
            name: fields.required_text("name", 255),
            preset,
            issuer: fixed.map(str::to_owned).or(given).unwrap_or_default(),
            subject: fields.required_text_in("subject", 1000, &GLOB),
            claims: globs,
            audience: fields.text_or("audience", 255, "sparki"),
            // A quarter of an hour is the contract's for access tokens; builds that wait for others need more.
            max_session_seconds: fields.integer_or(
                "max_session_seconds",
                300..=LONGEST_SECONDS,
                LIFETIME_SECONDS,
            ),
            permissions,
            warnings: Vec::new(),
        }
    }
}

//! What only OIDC trusts do: they open a service account, so whoever writes one has what they open.

use crate::{
    access::{Pattern, hand_on, load},
    database::Connection,
    document::{Document, Fields},
    http::{problem::Problem, query::Query},
    object::{Archival, Earlier, Object, Shape, Subject},
    tenancy::oidc_trust::{OIDC_TRUST, OidcTrust, issuer::Preset, warnings},
};

impl Object for OidcTrust {
    const SHAPE: &'static Shape = &OIDC_TRUST;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    /// Another preset brings its own issuer, and claims are a whole: what a patch leaves out is no longer asked for.
    fn before_merge(current: &mut Document, patch: &Document) {
        if patch.contains_key("preset") && !patch.contains_key("issuer") {
            current.remove("issuer");
        }
        if patch.contains_key("claims") {
            current.remove("claims");
        }
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        self.warnings = match self.preset {
            Some(Preset::Github) => warnings::of_github(&self.subject, &self.claims),
            Some(Preset::Gitlab | Preset::Buildkite | Preset::Eks | Preset::HcpTerraform) | None => {
                Vec::new()
            }
        };
        let account_id = self.service_account_id.to_string();
        let workspace_id: String =
            sqlx::query_scalar("SELECT workspace_id FROM service_accounts WHERE id = $1")
                .bind(&account_id)
                .fetch_one(&mut *connection)
                .await?;
        let within: Option<Vec<Pattern>> = self
            .permissions
            .as_ref()
            .map(|texts| texts.iter().filter_map(|text| Pattern::parse(text)).collect());
        let grants = load::grants_of_user(connection, &workspace_id, &account_id, subject.time()).await?;
        hand_on::require_all(&subject.caller.access, &workspace_id, &grants, within.as_deref())
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}

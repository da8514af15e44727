//! What only gates do: what they look at belongs to the same project, and the secret that webhooks are asked with is sealed.

use serde_json::Value;

use crate::{
    auth::Role,
    database::Connection,
    document::{Document, Fields},
    http::{problem::Problem, query::Query},
    object::{Archival, Earlier, Object, Shape, Subject},
    promotion::gate::{ENVIRONMENT_GATE, EnvironmentGate, model::CONDITIONS},
    signing_secret::SIGNING_SECRET,
    vault::{Material, Place},
};

impl Object for EnvironmentGate {
    const SHAPE: &'static Shape = &ENVIRONMENT_GATE;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier)
    }

    /// A gate that is given another condition has that one only.
    fn before_merge(current: &mut Document, patch: &Document) {
        let is_given = |name: &&&str| patch.get(**name).is_some_and(|value| !value.is_null());
        if let Some(given) = CONDITIONS.iter().find(is_given) {
            current.retain(|name, _| name == given || !CONDITIONS.contains(&name.as_str()));
        }
        if let Some(Value::Object(webhook)) = current.get_mut("webhook") {
            webhook.remove("signing_secret_fingerprint");
        }
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        if let Some(webhook) = &mut self.webhook {
            webhook.settle(subject);
        }
        let environment_id = self.environment_id.to_string();
        let other = match (&self.soak, &self.verified_in) {
            (Some(soak), _) => Some(("/soak/environment_id", soak.environment_id)),
            (None, Some(verified)) => Some(("/verified_in/environment_id", verified.environment_id)),
            (None, None) => None,
        };
        if let Some((pointer, other)) = other {
            let sql = "SELECT 1 FROM environments a JOIN environments b ON b.project_id = a.project_id \
                       WHERE a.id = $1 AND b.id = $2";
            if !is_there(connection, sql, [&environment_id, &other.to_string()]).await? {
                let detail = "This is not an environment of the same project.";
                return Err(Problem::invalid(pointer, "not_found", detail));
            }
        }
        if let Some(check) = &self.check {
            let sql = "SELECT 1 FROM environments a JOIN pipelines b ON b.project_id = a.project_id \
                       WHERE a.id = $1 AND b.id = $2";
            if !is_there(connection, sql, [&environment_id, &check.pipeline_id.to_string()]).await? {
                let detail = "This is not a pipeline of the same project.";
                return Err(Problem::invalid("/check/pipeline_id", "not_found", detail));
            }
        }
        self.refuse_unknown_approvers(connection, subject).await
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let place = Place::of(&ENVIRONMENT_GATE, subject, SIGNING_SECRET);
        let material = self.webhook.as_ref().map_or(&Material::Absent, |webhook| &webhook.material);
        Ok(material.store(connection, ENVIRONMENT_GATE.table, &place, subject.vault).await?)
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}

impl EnvironmentGate {
    /// A role or a team that nobody can have would keep the gate closed for ever.
    async fn refuse_unknown_approvers(
        &self,
        connection: &mut Connection,
        subject: &Subject<'_>,
    ) -> Result<(), Problem> {
        const SQL: &str = "SELECT 1 FROM roles WHERE workspace_id = $1 AND id = $2 \
                           UNION SELECT 1 FROM teams WHERE workspace_id = $1 AND id = $2";
        let named = self.approval.iter().flat_map(|approval| &approval.from).enumerate();
        for (index, name) in named.filter(|(_, name)| !name.contains('@') && Role::parse(name).is_none()) {
            if !is_there(connection, SQL, [subject.workspace_id, name]).await? {
                let detail =
                    "This is neither a built-in role, nor an address, nor a role or team of the workspace.";
                return Err(Problem::invalid(&format!("/approval/from/{index}"), "not_found", detail));
            }
        }
        Ok(())
    }
}

async fn is_there(
    connection: &mut Connection,
    sql: &'static str,
    ids: [&str; 2],
) -> Result<bool, sqlx::Error> {
    let found: Option<i64> =
        sqlx::query_scalar(sql).bind(ids[0]).bind(ids[1]).fetch_optional(connection).await?;
    Ok(found.is_some())
}

//! What only team memberships do: they let somebody have what the team has.

use crate::{
    access::{hand_on, load},
    auth::Caller,
    database::Connection,
    document::{Document, Fields},
    http::{problem::Problem, query::Query},
    object::{Archival, Earlier, Object, Shape, Subject, write::text_field},
    tenancy::team_membership::{TEAM_MEMBERSHIP, TeamMembership},
};

impl Object for TeamMembership {
    const SHAPE: &'static Shape = &TEAM_MEMBERSHIP;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let (team_id, user_id) = (self.team_id.to_string(), self.user_id.to_string());
        let member: Option<(String, String)> = sqlx::query_as(
            "SELECT t.workspace_id, u.email FROM teams t JOIN users u ON u.id = $1 WHERE t.id = $2 AND (\
             EXISTS (SELECT 1 FROM memberships m WHERE m.workspace_id = t.workspace_id AND m.user_id = u.id) OR \
             EXISTS (SELECT 1 FROM workspace_members w WHERE w.workspace_id = t.workspace_id AND w.user_id = u.id))",
        )
        .bind(&user_id)
        .bind(&team_id)
        .fetch_optional(&mut *connection)
        .await?;
        let Some((workspace_id, email)) = member else {
            let detail = "There is no such member in the workspace of the team.";
            return Err(Problem::invalid("/user_id", "not_found", detail));
        };
        self.email = email;
        if subject.earlier.is_none() {
            require_team(connection, subject, &workspace_id, &team_id).await?;
        }
        Ok(())
    }

    /// Anybody may leave.
    fn is_own(document: &Document, caller: &Caller) -> bool {
        caller.limits.is_none() && text_field(document, "user_id") == caller.user_id
    }

    async fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        let Some(document) = subject.earlier else { return Ok(Archival::Delete) };
        if !Self::is_own(document, subject.caller) {
            let team_id = text_field(document, "team_id");
            let workspace_id: String = sqlx::query_scalar("SELECT workspace_id FROM teams WHERE id = $1")
                .bind(team_id)
                .fetch_one(&mut *connection)
                .await?;
            require_team(connection, subject, &workspace_id, team_id).await?;
        }
        Ok(Archival::Delete)
    }
}

/// Refuses a caller who lacks something that the team has.
async fn require_team(
    connection: &mut Connection,
    subject: &Subject<'_>,
    workspace_id: &str,
    team_id: &str,
) -> Result<(), Problem> {
    let grants = load::grants_of_team(connection, workspace_id, team_id, subject.time()).await?;
    hand_on::require_all(&subject.caller.access, workspace_id, &grants, None)
}

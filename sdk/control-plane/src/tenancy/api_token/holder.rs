//! Whom a token can be of, and who may have it.

use jiff::Timestamp;

use crate::{
    access::{Pattern, Scope, catalogue, denied, hand_on, load},
    auth::Caller,
    database::Connection,
    http::problem::Problem,
    tenancy::api_token::model::{HolderType, Stored},
};

/// Who asks for the value of a token, and where and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) caller: &'a Caller,
    pub(super) workspace_id: &'a str,
    pub(super) now: Timestamp,
}

/// Refuses a caller who is not to have a token: that of another user, or one that is good for more than what they have.
pub(super) async fn require(
    connection: &mut Connection,
    asking: Asking<'_>,
    token: &Stored<'_>,
) -> Result<(), Problem> {
    let Asking { caller, workspace_id, now } = asking;
    let scope = Scope::workspace(workspace_id);
    let scopes: Option<Vec<Pattern>> =
        token.scopes.as_ref().map(|scopes| scopes.iter().filter_map(|scope| Pattern::parse(scope)).collect());
    match token.kind {
        HolderType::User if token.holder != caller.user_id => {
            Err(denied("Only users themselves have tokens of theirs.", "api_token:create", &scope))
        }
        // The token never has more than the user has at the time, but it must not have more than this credential.
        HolderType::User => {
            let meant = |permission: &&str| {
                scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|scope| scope.matches(permission)))
            };
            match catalogue::all()
                .filter(meant)
                .find(|permission| !caller.access.is_credential_for(permission))
            {
                None => Ok(()),
                Some(permission) => {
                    let detail =
                        format!("The token would have the permission {permission}, which your own lacks.");
                    Err(denied(detail, permission, &scope))
                }
            }
        }
        HolderType::ServiceAccount => {
            let found: Option<i64> =
                sqlx::query_scalar("SELECT 1 FROM service_accounts WHERE workspace_id = $1 AND id = $2")
                    .bind(workspace_id)
                    .bind(token.holder)
                    .fetch_optional(&mut *connection)
                    .await?;
            if found.is_none() {
                let detail = "There is no such service account in the workspace.";
                return Err(Problem::invalid("/principal/id", "not_found", detail));
            }
            let grants = load::grants_of_user(connection, workspace_id, token.holder, now).await?;
            hand_on::require_all(&caller.access, workspace_id, &grants, scopes.as_deref())
        }
    }
}

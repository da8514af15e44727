//! Nobody can let others have what they do not have themselves.

use crate::{
    access::{Access, Grant, Pattern, Scope, denied},
    http::problem::Problem,
};

/// Refuses a caller who would let somebody have, or take from somebody, what they do not have for good themselves.
///
/// `within` are the permissions that a credential allows at most; everything if absent.
///
/// # Errors
///
/// 403 that names the first permission that is missing.
pub(crate) fn require_all(
    access: &Access,
    workspace_id: &str,
    grants: &[Grant],
    within: Option<&[Pattern]>,
) -> Result<(), Problem> {
    for grant in grants {
        let scope = grant.reach.scope(workspace_id);
        let meant = |permission: &&str| {
            within.is_none_or(|patterns| patterns.iter().any(|pattern| pattern.matches(permission)))
        };
        for permission in grant.permissions.expanded().filter(meant) {
            require(access, permission, &scope)?;
        }
    }
    Ok(())
}

/// # Errors
///
/// 403 that names the permission.
pub(crate) fn require(access: &Access, permission: &str, scope: &Scope<'_>) -> Result<(), Problem> {
    if access.may_hand_on(permission, scope) {
        return Ok(());
    }
    let detail = format!(
        "This would give or take away the permission {permission}, which you do not have here for good yourself."
    );
    Err(denied(detail, permission, scope))
}

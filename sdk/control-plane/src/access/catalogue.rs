//! Every permission there is, and the least of the built-in roles that has it.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::{extract::RawQuery, http::StatusCode, response::Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    access::Pattern,
    auth::Role,
    document::form::Form,
    http::{answer::Answer, query::Query},
    kinds::KINDS,
    object::routes::respond,
    openapi::{Heading, Operation, Place, Reply, Verb},
};

/// What members may do without any role: know that the workspace is there.
pub(crate) const OF_MEMBERS: &str = "workspace:read";

/// What is none of the four things that can be done with every object.
const ACTIONS: &[(&str, Role)] = &[
    // Whoever reads the audit log sees what everyone in the workspace does.
    ("audit_event:read", Role::Admin),
    ("audit_event:verify", Role::Admin),
    ("build:cancel", Role::Member),
    ("deployment:cancel", Role::Member),
    ("deployment:rollback", Role::Member),
    ("promotion:approve", Role::Member),
    ("promotion:cancel", Role::Member),
    ("promotion:pause", Role::Member),
    ("promotion:reject", Role::Member),
    ("promotion:resume", Role::Member),
    ("workspace:transfer", Role::Owner),
    ("environment:guard", Role::Admin),
    ("event:read", Role::Viewer),
    ("service_account:rotate", Role::Admin),
    ("api_token:rotate", Role::Member),
    ("secret:rotate", Role::Member),
    ("webhook:test", Role::Member),
    ("notification_channel:test", Role::Member),
];

/// Anybody may found a workspace, so nobody is allowed to.
const FREE: &str = "workspace:create";

static CATALOGUE: LazyLock<BTreeMap<String, Role>> = LazyLock::new(|| {
    let of_objects = KINDS.iter().map(|kind| kind.shape).flat_map(|shape| {
        let roles = &shape.roles;
        [("read", Role::Viewer), ("create", roles.create), ("update", roles.update), ("delete", roles.delete)]
            .map(|(action, role)| (format!("{}:{action}", shape.kind), role))
    });
    let others = ACTIONS.iter().map(|(permission, role)| ((*permission).to_owned(), *role));
    of_objects.filter(|(permission, _)| permission != FREE).chain(others).collect()
});

/// The least of the built-in roles that has a permission; `None` if there is no such permission.
pub(crate) fn least(permission: &str) -> Option<Role> {
    CATALOGUE.get(permission).copied()
}

/// Every permission, in order.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    CATALOGUE.keys().map(String::as_str)
}

/// Whether a pattern means at least one permission.
pub(crate) fn knows(pattern: &Pattern) -> bool {
    all().any(|permission| pattern.matches(permission))
}

/// Permissions as they are written down.
pub(crate) static PERMISSION: Form = Form::new(
    "^([*]|[a-z_]+:[*]|[*]:[a-z_]+|[a-z_]+:[a-z_]+)$",
    "Use resource:action, resource:*, *:action or *.",
)
.checked(|text| {
    let known = Pattern::parse(text).is_some_and(|pattern| knows(&pattern));
    (!known).then_some("There is no such permission; GET /permissions has all of them.")
});
/// Longest text for permissions that is taken.
pub(crate) const LONGEST: usize = 110;

/// A permission, and who has it by default.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Permission")]
struct Listed {
    /// What may be done, as `resource:action`.
    permission: &'static str,
    /// The built-in roles that have it.
    built_in_roles: Vec<&'static str>,
}

/// Every permission there is.
#[derive(Debug, Serialize, JsonSchema)]
struct PermissionCatalogue {
    /// The permissions, in order.
    data: Vec<Listed>,
}

pub(crate) fn operation() -> Operation {
    Operation::new(
        Heading {
            place: Place::Guarded,
            method: Verb::Get,
            path: "/permissions".into(),
            id: "listPermissions".into(),
            tag: "roles",
            summary: "Lists every permission there is".into(),
            about: "With the built-in roles that have it.".into(),
        },
        list,
    )
    .answers(Reply::json::<PermissionCatalogue>(StatusCode::OK, "All of them."))
}

async fn list(RawQuery(query): RawQuery) -> Response {
    let listed = || {
        Query::parse(query.as_deref()).finish()?;
        let entries = CATALOGUE.iter().map(|(permission, least)| Listed {
            permission,
            built_in_roles: Role::ALL.into_iter().filter(|role| role >= least).map(Role::name).collect(),
        });
        Ok(Answer::of(&PermissionCatalogue { data: entries.collect() }))
    };
    respond(listed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_roles_are_sets_of_permissions() {
        assert_eq!(least("project:read"), Some(Role::Viewer));
        assert_eq!(least("project:create"), Some(Role::Member));
        assert_eq!(least("workspace:update"), Some(Role::Admin));
        assert_eq!(least("workspace:delete"), Some(Role::Owner));
        assert_eq!(least("workspace:create"), None);
        assert_eq!(least("project:fly"), None);
    }

    #[test]
    fn whatever_can_be_read_a_viewer_reads_but_what_others_did() {
        for permission in all().filter(|permission| permission.ends_with(":read")) {
            let role = if permission == "audit_event:read" { Role::Admin } else { Role::Viewer };
            assert_eq!(least(permission), Some(role), "{permission}");
        }
    }

    #[test]
    fn what_is_not_in_the_catalogue_is_refused() {
        assert!(PERMISSION.admits("project:*") && PERMISSION.admits("*"));
        for bad in ["project:fly", "fly:*", "*:fly", "everything", "*:*"] {
            assert!(!PERMISSION.admits(bad), "{bad}");
        }
    }
}

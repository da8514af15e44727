//! `GET /me/permissions`: what the caller may do somewhere, and what each permission comes from.

use axum::{http::StatusCode, response::Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::{
    access::{Grant, Reach, Scope, Source, catalogue},
    delivery::{environment::ENVIRONMENT, project::PROJECT},
    document::choice::choice,
    http::{
        answer::Answer,
        problem::{Code, Problem},
    },
    object::{
        Call, Shape,
        read::{known_form, present},
        routes::respond,
        store::{self, Row},
    },
    openapi::{Heading, Operation, Parameter, Place, Reply, Verb},
    tenancy::workspace::WORKSPACE,
};

/// What the caller may do somewhere.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EffectivePermissions")]
struct Effective<'a> {
    /// Workspace of the place.
    workspace_id: &'a str,
    /// Project of the place; null for the workspace itself.
    project_id: Option<&'a str>,
    /// Environment of the place; null for a project or the workspace itself.
    environment_id: Option<&'a str>,
    /// The permissions, in order.
    permissions: Vec<Held<'a>>,
}

/// A permission that the caller has.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "HeldPermission")]
struct Held<'a> {
    /// What may be done, as `resource:action`.
    permission: &'static str,
    /// Everything that it comes from; any one of them would do.
    sources: Vec<From<'a>>,
}

choice! {
    /// What a permission can come from.
    SourceType { Membership = "membership", RoleBinding = "role_binding" }
}

/// What a permission comes from: being a member, with a role or without one, or a role binding.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PermissionSource")]
struct From<'a> {
    /// Type.
    #[serde(rename = "type")]
    kind: SourceType,
    /// Role that has the permission; null for what every member may do.
    role_id: Option<&'a str>,
    /// Role binding that gives the role; null if the member has it as such.
    role_binding: Option<Bound<'a>>,
}

/// A role binding, as what a permission comes from.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PermissionSourceBinding")]
struct Bound<'a> {
    /// Id of the binding.
    id: &'a str,
    /// Type of whom the role is bound to: the caller, or a team of theirs.
    principal_type: &'a str,
    /// Id of whom the role is bound to.
    principal_id: &'a str,
    /// Type of the place that the role is bound for.
    scope_type: &'static str,
    /// Id of the place that the role is bound for.
    scope_id: &'a str,
    /// When the binding ends; null if it does not.
    expires_at: Option<&'a str>,
}

pub(crate) fn operation() -> Operation {
    let place =
        |name: &str, about: &str| Parameter::query(name, about, json!({"type": "string", "format": "uuid"}));
    Operation::new(
        Heading {
            place: Place::Guarded,
            method: Verb::Get,
            path: "/me/permissions".into(),
            id: "readPermissions".into(),
            tag: "roles",
            summary: "Says what the caller may do somewhere".into(),
            about: "And what each permission comes from. One of the three places has to be named; the narrowest counts.".into(),
        },
        serve,
    )
    .takes(place("workspace_id", "A workspace."))
    .takes(place("project_id", "A project."))
    .takes(place("environment_id", "An environment."))
    .answers(Reply::json::<Effective<'static>>(StatusCode::OK, "The permissions."))
    .refuses(&[Code::NotFound, Code::Gone])
}

async fn serve(call: Call) -> Response {
    respond(effective(call).await)
}

async fn effective(call: Call) -> Result<Answer, Problem> {
    let Call { app, caller, mut query, .. } = call;
    let mut place = None;
    // From the narrowest on: each says which wider ones it is in.
    let kinds = [("environment_id", &ENVIRONMENT), ("project_id", &PROJECT), ("workspace_id", &WORKSPACE)];
    let asked = kinds.map(|(name, shape)| query.take(name).map(|id| id.map(|id| (shape, id))));
    query.finish()?;
    for asked in asked {
        let Some((shape, id)) = asked? else { continue };
        let id = known_form(shape, &id)?;
        match &place {
            None => {
                let row = store::find(app.database.reader(), shape, &caller, &id).await?;
                place = Some(present(shape, row)?);
            }
            Some(row) if within(row, shape) == Some(&id) => {}
            Some(_) => return Err(Problem::not_found(shape.kind)),
        }
    }
    let place = place.ok_or_else(|| {
        Problem::malformed("Say where: by workspace_id, project_id or environment_id in the query.")
    })?;
    let scope = place.scope();
    let access = &caller.access;
    let permissions =
        catalogue::all().filter(|permission| access.allows(permission, &scope)).map(|permission| Held {
            permission,
            sources: sources(access.grants(permission, &scope), permission, &scope),
        });
    let Scope { workspace_id, project_id, environment_id } = scope;
    let effective =
        Effective { workspace_id, project_id, environment_id, permissions: permissions.collect() };
    Ok(Answer::of(&effective))
}

/// The id of the object of a wider kind that a row belongs to.
fn within<'a>(row: &'a Row, shape: &Shape) -> Option<&'a String> {
    if shape.kind == PROJECT.kind { row.project_id.as_ref() } else { Some(&row.workspace_id) }
}

fn sources<'a>(
    grants: impl Iterator<Item = &'a Grant>,
    permission: &str,
    scope: &Scope<'a>,
) -> Vec<From<'a>> {
    let membership = |role_id| From { kind: SourceType::Membership, role_id, role_binding: None };
    let of_members = (permission == catalogue::OF_MEMBERS).then(|| membership(None));
    let given = grants.map(|grant| match &grant.source {
        Source::Membership => membership(Some(&grant.role_id)),
        Source::Binding { id, principal_type, principal_id, expires_at } => {
            let (scope_type, scope_id) = match &grant.reach {
                Reach::Workspace => ("workspace", scope.workspace_id),
                Reach::Project(id) => ("project", id.as_str()),
                Reach::Environment { id, .. } => ("environment", id.as_str()),
            };
            let expires_at = expires_at.as_deref();
            let bound = Bound { id, principal_type, principal_id, scope_type, scope_id, expires_at };
            From { kind: SourceType::RoleBinding, role_id: Some(&grant.role_id), role_binding: Some(bound) }
        }
    });
    of_members.into_iter().chain(given).collect()
}

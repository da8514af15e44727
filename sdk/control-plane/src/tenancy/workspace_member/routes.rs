//! The routes of invitations.

use axum::{extract::Path, http::StatusCode, response::Response};

use crate::{
    http::problem::Code,
    object::{Call, routes::respond, schema::Shown},
    openapi::{Header, Heading, Operation, Parameter, Place, Reply, Verb},
    tenancy::workspace_member::{
        WorkspaceMember,
        invitation::{self, InvitationPage},
    },
};

pub(crate) fn operations() -> [Operation; 3] {
    [listing(), acceptance(), refusal()]
}

fn listing() -> Operation {
    let heading = Heading {
        method: Verb::Get,
        path: "/me/invitations".into(),
        id: "listInvitations".into(),
        summary: "Lists the invitations of the caller".into(),
        about: "Shows which workspaces have invited the caller's address, oldest first, page by page.".into(),
        ..heading()
    };
    Operation::new(heading, list)
        .takes(Parameter::limit())
        .takes(Parameter::cursor())
        .answers(Reply::json::<InvitationPage>(StatusCode::OK, "A page of invitations."))
        .refuses(&[Code::PermissionDenied])
}

fn acceptance() -> Operation {
    let heading = Heading {
        path: "/me/invitations/{id}:accept".into(),
        id: "acceptInvitation".into(),
        summary: "Accepts an invitation".into(),
        about: "From then on the caller is a member of the workspace, with the roles of the invitation."
            .into(),
        ..heading()
    };
    Operation::new(heading, accept)
        .answers(
            Reply::json::<Shown<WorkspaceMember>>(StatusCode::OK, "The member that the caller is now.")
                .with(Header::ETag)
                .with(Header::Revision),
        )
        .refuses(&[Code::PermissionDenied, Code::NotFound])
}

fn refusal() -> Operation {
    let heading = Heading {
        path: "/me/invitations/{id}:decline".into(),
        id: "declineInvitation".into(),
        summary: "Declines an invitation".into(),
        about: "It is gone then, and may be made again.".into(),
        ..heading()
    };
    Operation::new(heading, decline)
        .answers(Reply::empty(StatusCode::NO_CONTENT, "The invitation is gone.").with(Header::Revision))
        .refuses(&[Code::PermissionDenied, Code::NotFound])
}

/// What the headings share.
fn heading() -> Heading {
    Heading {
        place: Place::Guarded,
        method: Verb::Post,
        path: String::new(),
        id: String::new(),
        tag: "invitations",
        summary: String::new(),
        about: String::new(),
    }
}

async fn list(call: Call) -> Response {
    respond(invitation::list(call).await)
}

async fn accept(Path(id): Path<String>, call: Call) -> Response {
    respond(invitation::accept(call, &id).await)
}

async fn decline(Path(id): Path<String>, call: Call) -> Response {
    respond(invitation::decline(call, &id).await)
}

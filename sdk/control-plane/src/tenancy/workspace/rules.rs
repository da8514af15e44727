//! What only workspaces do: they have an owner, and they can take everything in them along.

use crate::{
    access::{Network, Scope},
    auth::Role,
    database::Connection,
    document::Fields,
    http::{
        problem::Problem,
        query::{Query, Words},
    },
    object::{
        Archival, Earlier, Object, Shape, Subject,
        delete::{refuse_in_use, refuse_protected},
        id::Id,
        store,
    },
    openapi::Parameter,
    tenancy::{
        owner::{self, Appointment},
        workspace::{
            Workspace,
            model::{User, WORKSPACE},
        },
    },
};

/// What happens to the projects of a workspace that is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behavior {
    Block,
    Cascade,
}

static BEHAVIOR: Words<Behavior> = Words {
    name: "behavior",
    about: "What happens if there are projects: the workspace is kept, or all goes with it.",
    words: &[("block", Behavior::Block), ("cascade", Behavior::Cascade)],
};

impl Object for Workspace {
    const SHAPE: &'static Shape = &WORKSPACE;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        self.refuse_lockout(subject)?;
        self.warn();
        let current = earlier_owner(subject);
        let Some(chosen) = self.owner_id else {
            // A patch that clears the owner changes nothing: there always is one.
            self.owner_id = Id::parse(current.unwrap_or(&subject.caller.user_id));
            return Ok(());
        };
        let chosen = chosen.to_string();
        if current == Some(&chosen) || (current.is_none() && chosen == subject.caller.user_id) {
            return Ok(());
        }
        if current.is_some() {
            subject.caller.access.require("workspace:transfer", &Scope::workspace(subject.id))?;
        }
        let candidate: Option<i64> = match current {
            // Nobody gets a workspace from strangers: an owner cannot leave.
            None => sqlx::query_scalar(
                "SELECT 1 FROM memberships a JOIN memberships b ON b.workspace_id = a.workspace_id \
                 JOIN users u ON u.id = a.user_id LEFT JOIN service_accounts s ON s.id = a.user_id \
                 WHERE a.user_id = $1 AND b.user_id = $2 AND s.id IS NULL LIMIT 1",
            )
            .bind(&chosen)
            .bind(&subject.caller.user_id),
            Some(_) => {
                sqlx::query_scalar("SELECT 1 FROM memberships WHERE user_id = $1 AND workspace_id = $2")
                    .bind(&chosen)
                    .bind(subject.id)
            }
        }
        .fetch_optional(connection)
        .await?;
        match candidate {
            Some(_) => Ok(()),
            None => Err(Problem::invalid(
                "/owner_id",
                "not_found",
                "The owner has to be you, or a member of the workspace; of a new one, a member of a workspace of yours.",
            )),
        }
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let Some(owner) = self.owner_id.map(|id: Id<User>| id.to_string()) else { return Ok(()) };
        let current = earlier_owner(subject);
        if current == Some(&owner) {
            return Ok(());
        }
        // Whoever hands a workspace over, or creates one for another, stays on as admin.
        let former = current.unwrap_or(&subject.caller.user_id);
        for (user_id, role) in [(former, Role::Admin), (owner.as_str(), Role::Owner)] {
            if role == Role::Owner || user_id != owner {
                let appointment = Appointment { workspace_id: subject.id, user_id, role };
                owner::appoint(connection, subject.caller, appointment, subject.now).await?;
            }
        }
        Ok(())
    }

    fn delete_parameters() -> Vec<Parameter> {
        vec![BEHAVIOR.parameter()]
    }

    async fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        query: &mut Query,
    ) -> Result<Archival, Problem> {
        let behavior = query.take_choice(&BEHAVIOR)?;
        refuse_protected(subject)?;
        match behavior {
            Behavior::Block => refuse_in_use(connection, &WORKSPACE, subject.id).await?,
            Behavior::Cascade => {}
        }
        // Also when blocking: archived projects are out of sight and must not keep the workspace.
        store::delete_children(connection, &WORKSPACE, subject.id).await?;
        Ok(Archival::Delete)
    }
}

impl Workspace {
    /// Whoever closes the workspace to their own network could not open it again.
    fn refuse_lockout(&self, subject: &Subject<'_>) -> Result<(), Problem> {
        let before =
            subject.earlier.and_then(|document| document.get("security")?.get("allowed_cidrs")?.as_array());
        let networks = self.allowed_cidrs();
        let same = before.is_some_and(|before| before.iter().eq(networks.iter()));
        if same || Network::of_request(networks.iter().map(String::as_str)) == Network::Admitted {
            return Ok(());
        }
        let detail = "Your own request does not come from one of these networks, so you would be shut out.";
        Err(Problem::invalid("/security/allowed_cidrs", "own_network", detail))
    }
}

fn earlier_owner<'a>(subject: &Subject<'a>) -> Option<&'a str> {
    subject.earlier?.get("owner_id")?.as_str()
}

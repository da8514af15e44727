//! What only pins do: they promote.

use serde_json::json;

use crate::{
    access::Scope,
    audit::Actor,
    database::Connection,
    delivery::{
        deployment::{WayBack, way_back},
        environment::Environment,
        release::Release,
    },
    document::{Document, Fields},
    http::{
        problem::{Code, Problem},
        query::Query,
    },
    object::{Archival, Earlier, Object, Shape, Subject, id::Id, routes, standing::read_document},
    openapi::Operation,
    promotion::{
        direction::Direction,
        pin::{
            EnvironmentRelease,
            model::{ENVIRONMENT_RELEASE, OnPending, PinStatus},
        },
        process::{self, Asked, Promotion, plan_for},
    },
};

pub(crate) fn operations() -> Vec<Operation> {
    let refusing = |operation: Operation| operation.refuses(&[Code::InvalidState, Code::Frozen]);
    routes::operations::<EnvironmentRelease>().into_iter().map(refusing).collect()
}

impl Object for EnvironmentRelease {
    const SHAPE: &'static Shape = &ENVIRONMENT_RELEASE;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier)
    }

    /// Another version has another digest.
    fn before_merge(current: &mut Document, patch: &Document) {
        if patch.get("release").is_some_and(serde_json::Value::is_object) {
            current.remove("release");
        }
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let environment_id = self.environment_id.to_string();
        if subject.earlier.is_none() {
            refuse_second(connection, &environment_id).await?;
        }
        let environment: Option<Environment> =
            read_document(connection, "environments", &environment_id).await?;
        let environment = environment.ok_or_else(|| Problem::not_found("environment"))?;
        let (release_id, release) = self.find(connection, &environment).await?;
        let is_same = self.release_id == Some(release_id) && subject.earlier.is_some();
        self.release_id = Some(release_id);
        self.release.digest = Some(release.digest.clone());
        let current = environment.current_deployment.as_ref();
        let is_going_on = is_same && [PinStatus::Pending, PinStatus::Promoting].contains(&self.status);
        if is_going_on {
            return Ok(());
        }
        if current.is_some_and(|current| current.digest == release.digest) {
            if !is_same {
                (self.plan, self.promotion_id) = (None, None);
            }
            self.status = PinStatus::InPlace;
            return Ok(());
        }
        let direction = self.direction(connection, &environment).await?;
        self.begin(connection, (direction, &environment.project_id.to_string()), subject).await
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let (Some(promotion), Some(id)) = (&self.beginning, self.promotion_id) else { return Ok(()) };
        let workspace_id = workspace(connection, &self.environment_id.to_string()).await?;
        let actor = Actor::from(subject.caller);
        let asked = Asked { workspace_id: &workspace_id, actor, now: subject.time() };
        process::create(connection, &id.to_string(), promotion, &asked).await
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}

impl EnvironmentRelease {
    /// The release that is pinned.
    async fn find(
        &self,
        connection: &mut Connection,
        environment: &Environment,
    ) -> Result<(Id<Release>, Release), Problem> {
        let row: Option<(String, String)> = sqlx::query_as(
            "SELECT id, document FROM releases WHERE project_id = $1 AND version_name = $2 AND archived_at IS NULL",
        )
        .bind(environment.project_id.to_string())
        .bind(&self.release.version)
        .fetch_optional(connection)
        .await?;
        let found = row.and_then(|(id, text)| Some((Id::parse(&id)?, text)));
        let Some((id, text)) = found else {
            let detail = "There is no such release of the environment's project.";
            return Err(Problem::invalid("/release/version", "not_found", detail));
        };
        let release: Release =
            serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))?;
        if self.release.digest.as_ref().is_some_and(|digest| *digest != release.digest) {
            let detail = format!("The release has the digest {}.", release.digest);
            return Err(Problem::invalid("/release/digest", "conflict", detail));
        }
        Ok((id, release))
    }

    /// Back, if the release is older than the one that is there, and was there before.
    async fn direction(
        &self,
        connection: &mut Connection,
        environment: &Environment,
    ) -> Result<Direction, Problem> {
        let (Some(current), Some(release_id)) = (environment.current_release, self.release_id) else {
            return Ok(Direction::Promote);
        };
        // Ids ascend with the time.
        if release_id.to_string() >= current.to_string() {
            return Ok(Direction::Promote);
        }
        let environment_id = self.environment_id.to_string();
        match way_back(connection, &environment_id, release_id).await? {
            WayBack::NeverThere | WayBack::Undone => Ok(Direction::Promote),
            WayBack::Open | WayBack::Irreversible if self.allow_rollback => Ok(Direction::Rollback),
            WayBack::Open | WayBack::Irreversible => {
                let detail =
                    "This goes back to a release that was there before. Set allow_rollback to do so.";
                Err(Problem::new(Code::InvalidState, detail)
                    .with("state", "rollback_not_allowed")
                    .with("allowed", json!([])))
            }
        }
    }

    /// Prepares the promotion, which begins once the pin is stored.
    async fn begin(
        &mut self,
        connection: &mut Connection,
        way: (Direction, &str),
        subject: &Subject<'_>,
    ) -> Result<(), Problem> {
        let (direction, project_id) = way;
        let Some(release_id) = self.release_id else { return Ok(()) };
        let workspace_id = workspace(connection, &self.environment_id.to_string()).await?;
        let scope = Scope {
            workspace_id: &workspace_id,
            project_id: Some(project_id),
            environment_id: Some(&self.environment_id.to_string()),
        };
        subject.caller.access.require("promotion:create", &scope)?;
        let actor = Actor::from(subject.caller);
        let asked = Asked { workspace_id: &workspace_id, actor, now: subject.time() };
        let mut promotion = Promotion {
            reason: self.reason.clone(),
            on_pending_gates: match self.on_pending_gates {
                OnPending::Fail => process::OnPending::Fail,
                OnPending::Wait | OnPending::Detach => process::OnPending::Wait,
            },
            ..Promotion::planned(self.environment_id, release_id, direction)
        };
        let plan = plan_for(connection, &promotion, &asked).await?;
        promotion.take(plan, &asked)?;
        self.plan = promotion.plan.clone();
        self.promotion_id = Some(Id::generate());
        self.status = PinStatus::Pending;
        self.beginning = Some(promotion);
        Ok(())
    }
}

async fn workspace(connection: &mut Connection, environment_id: &str) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("SELECT workspace_id FROM environments WHERE id = $1")
        .bind(environment_id)
        .fetch_one(connection)
        .await
}

async fn refuse_second(connection: &mut Connection, environment_id: &str) -> Result<(), Problem> {
    let existing: Option<String> =
        sqlx::query_scalar("SELECT id FROM environment_releases WHERE environment_id = $1")
            .bind(environment_id)
            .fetch_optional(connection)
            .await?;
    match existing {
        None => Ok(()),
        Some(existing) => {
            Err(Problem::new(Code::AlreadyExists, "The environment has a pin already. Change that one.")
                .with("existing_id", existing))
        }
    }
}

//! What only deployment targets do: their settings depend on the platform, and so does the strategy; the secret that calls
//! are signed with is sealed.

use serde_json::{Value, json};

use crate::{
    database::Connection,
    delivery::deployment_target::{DEPLOYMENT_TARGET, DeploymentTarget},
    document::{Document, Fields},
    http::{
        problem::{Code, FieldError, Problem},
        query::Query,
    },
    object::{Archival, Earlier, Object, Shape, Subject},
    signing_secret::SIGNING_SECRET,
    vault::Place,
};

impl Object for DeploymentTarget {
    const SHAPE: &'static Shape = &DEPLOYMENT_TARGET;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier)
    }

    fn before_merge(current: &mut Document, patch: &Document) {
        let moves = patch.get("platform").is_some_and(|platform| Some(platform) != current.get("platform"));
        if moves {
            // The settings of one platform mean nothing to another.
            current.remove("settings");
        } else if let Some(Value::Object(settings)) = current.get_mut("settings") {
            settings.remove("signing_secret_fingerprint");
        }
    }

    async fn check(&mut self, _connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        if let Some(settings) = &mut self.settings {
            settings.settle(subject);
        }
        let (platform, strategy) = (self.platform, self.strategy.kind);
        if platform.strategies().contains(&strategy) {
            return Ok(());
        }
        let detail = format!("The platform {} does not do {} deployments.", json!(platform), json!(strategy));
        Err(Problem::new(Code::CapabilityUnsupported, &detail)
            .with("platform", json!(platform))
            .with("feature", json!(strategy))
            .with_errors(vec![FieldError {
                pointer: "/strategy/type".to_owned(),
                code: "capability_unsupported",
                detail,
            }]))
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let Some(settings) = &self.settings else { return Ok(()) };
        let place = Place::of(&DEPLOYMENT_TARGET, subject, SIGNING_SECRET);
        Ok(settings.material().store(connection, DEPLOYMENT_TARGET.table, &place, subject.vault).await?)
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}

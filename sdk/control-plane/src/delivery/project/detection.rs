//! What builds find a project to be written with and in, and what follows from it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    audit::Actor,
    database::Connection,
    delivery::project::{
        Project,
        model::{Detection, Followed},
    },
    document::{Fields, choice::word_of},
    http::problem::Problem,
    object::{
        Earlier,
        id::Id,
        standing::{Revision, Standing},
    },
};

/// What was found in a repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Detected {
    /// Name of the framework.
    framework: String,
    /// Name of the language.
    language: String,
    /// Version of the framework.
    version: String,
    /// How certain this is, from 0 to 1.
    confidence: f64,
}

impl Detected {
    pub(crate) fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self {
            framework: fields.required_text("framework", 50),
            language: fields.required_text("language", 50),
            version: fields.required_text("version", 50),
            confidence: fields.required_number("confidence", 0.0..=1.0),
        }
    }
}

impl Project {
    /// Settles which fields follow what is detected: those that nobody has chosen. A field that follows stays so until a
    /// patch names it.
    pub(super) fn follow(&mut self, earlier: Option<&Earlier<'_>>) {
        if let Some(Earlier { document, patch }) = earlier {
            let followed: Vec<Followed> = read(document.get("following")).unwrap_or_default();
            for field in followed.into_iter().filter(|field| !patch.contains_key(word_of(*field))) {
                *self.field(field) = None;
            }
            self.detected = read(document.get("detected")).flatten();
        }
        self.following = match self.detection {
            Detection::Off => Vec::new(),
            Detection::Auto | Detection::Pin => [Followed::Framework, Followed::Language]
                .into_iter()
                .filter(|field| self.field(*field).is_none())
                .collect(),
        };
        self.fill_in();
    }

    /// Takes over what a build has found; `false` if nothing follows from it.
    fn notice(&mut self, found: &Detected) -> bool {
        let is_wanted = match self.detection {
            Detection::Auto => true,
            Detection::Pin => self.detected.is_none(),
            Detection::Off => false,
        };
        if !is_wanted || self.detected.as_ref() == Some(found) {
            return false;
        }
        self.detected = Some(found.clone());
        self.fill_in();
        true
    }

    fn fill_in(&mut self) {
        let Some(detected) = self.detected.clone() else { return };
        for field in self.following.clone() {
            let value = match field {
                Followed::Framework => &detected.framework,
                Followed::Language => &detected.language,
            };
            *self.field(field) = Some(value.clone());
        }
    }

    fn field(&mut self, field: Followed) -> &mut Option<String> {
        match field {
            Followed::Framework => &mut self.framework,
            Followed::Language => &mut self.language,
        }
    }
}

fn read<T: DeserializeOwned>(value: Option<&serde_json::Value>) -> Option<T> {
    value.and_then(|value| serde_json::from_value(value.clone()).ok())
}

/// Tells a project what a build of it has found; has to run in a turn.
pub(crate) async fn notice(
    connection: &mut Connection,
    project_id: Id<Project>,
    found: &Detected,
    asked: (&Actor, &str),
) -> Result<(), Problem> {
    let (actor, now) = asked;
    let Some(mut project) = Standing::<Project>::find(connection, &project_id.to_string()).await? else {
        return Ok(());
    };
    if project.object.notice(found) {
        project.write(connection, &Revision { actor, happened: "detected", now }).await?;
    }
    Ok(())
}

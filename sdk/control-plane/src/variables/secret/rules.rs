//! What only secrets do: their value is sealed, and they count its changes.

use serde_json::{Value, json};

use crate::{
    database::Connection,
    document::{Document, Fields},
    http::{
        problem::{Code, Problem},
        query::Query,
    },
    object::{Archival, Earlier, Object, Shape, Subject},
    variables::{
        secret::{SECRET, Secret},
        variable::VARIABLE,
    },
    vault::{Material, Place},
};

impl Object for Secret {
    const SHAPE: &'static Shape = &SECRET;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        self.scope.refuse_taken(connection, &VARIABLE, &self.key).await?;
        let before = subject.earlier.map(Before::of);
        let is_new = self.settle_value(before.as_ref(), subject);
        let (version, rotated_at) =
            before.map_or((0, String::new()), |before| (before.version, before.rotated_at));
        (self.version, self.rotated_at) =
            if is_new { (version + 1, subject.now.to_owned()) } else { (version, rotated_at) };
        Ok(())
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let (field, id) = self.scope.chosen().unwrap_or_default();
        let place = Place {
            kind: SECRET.kind,
            workspace_id: subject.workspace_id,
            scope: &scope_of(field, &id),
            id: subject.id,
            key: &self.key,
        };
        Ok(self.material.store(connection, SECRET.table, &place, subject.vault).await?)
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}

/// What the value of a secret is sealed for: its scope, given by the field that names it and the id in it.
pub(in crate::variables) fn scope_of(field: &str, id: &str) -> String {
    format!("{field} {id}")
}

/// What a stored secret says about the value it has.
struct Before {
    external: Value,
    generate: Value,
    fingerprint: Option<String>,
    version: i64,
    rotated_at: String,
}

impl Before {
    fn of(document: &Document) -> Self {
        let field = |name: &str| document.get(name).cloned().unwrap_or_default();
        let text = |name: &str| field(name).as_str().map(str::to_owned);
        Self {
            external: field("external"),
            generate: field("generate"),
            fingerprint: text("fingerprint"),
            version: field("version").as_i64().unwrap_or_default(),
            rotated_at: text("rotated_at").unwrap_or_default(),
        }
    }
}

impl Secret {
    /// Makes up a new value of a generated secret.
    pub(super) fn rotate(&mut self) -> Result<(), Problem> {
        let Some(generate) = &self.generate else {
            let state = if self.external.is_some() { "external" } else { "value" };
            return Err(Problem::new(
                Code::InvalidState,
                "Only a secret that the server made up can be rotated by it. Change the value instead.",
            )
            .with("state", state)
            .with("allowed", json!(["generate"])));
        };
        self.material = Material::Fresh(generate.value());
        Ok(())
    }

    /// Settles what is to be sealed, and answers whether the value is another one than before.
    fn settle_value(&mut self, before: Option<&Before>, subject: &Subject<'_>) -> bool {
        let same = |now: Value, stored: fn(&Before) -> &Value| before.is_some_and(|b| *stored(b) == now);
        if let (Some(generate), Material::Absent) = (&self.generate, &self.material) {
            self.material = if same(json!(generate), |before| &before.generate) {
                Material::Kept
            } else {
                Material::Fresh(generate.value())
            };
        }
        let fingerprint = before.and_then(|before| before.fingerprint.clone());
        match &self.material {
            Material::Kept => {
                self.fingerprint = fingerprint;
                false
            }
            Material::Absent => !same(json!(self.external), |before| &before.external),
            Material::Fresh(value) => {
                self.fingerprint = Some(subject.vault.fingerprint(subject.id, value.expose()));
                // The same value again is no change.
                self.fingerprint != fingerprint
            }
        }
    }
}

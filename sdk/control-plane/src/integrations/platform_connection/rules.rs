//! What only platform connections do: their token is sealed.

use crate::{
    database::Connection,
    document::Fields,
    http::{problem::Problem, query::Query},
    integrations::platform_connection::{PLATFORM_CONNECTION, PlatformConnection, model::FINGERPRINT},
    object::{Archival, Earlier, Object, Shape, Subject},
    vault::Place,
};

impl Object for PlatformConnection {
    const SHAPE: &'static Shape = &PLATFORM_CONNECTION;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier)
    }

    async fn check(&mut self, _connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        self.credential_fingerprint = self.material.fingerprint(subject, &[FINGERPRINT]);
        Ok(())
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let place = Place::of(&PLATFORM_CONNECTION, subject, "token");
        Ok(self.material.store(connection, PLATFORM_CONNECTION.table, &place, subject.vault).await?)
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}

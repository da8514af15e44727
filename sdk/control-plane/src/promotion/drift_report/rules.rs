//! What only drift reports do: they know who made them.

use crate::{
    audit::Actor,
    database::Connection,
    document::Fields,
    http::{problem::Problem, query::Query},
    object::{Archival, Earlier, Object, Shape, Subject},
    promotion::drift_report::{DRIFT_REPORT, DriftReport},
};

impl Object for DriftReport {
    const SHAPE: &'static Shape = &DRIFT_REPORT;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier)
    }

    async fn check(&mut self, _connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        if subject.earlier.is_none() {
            self.reported_by = Some(Actor::from(subject.caller));
        }
        Ok(())
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}

//! What only variables do: they share their names with secrets.

use crate::{
    database::Connection,
    document::Fields,
    http::{problem::Problem, query::Query},
    object::{Archival, Earlier, Object, Shape, Subject},
    variables::{
        secret::SECRET,
        variable::{VARIABLE, Variable},
    },
};

impl Object for Variable {
    const SHAPE: &'static Shape = &VARIABLE;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn check(&mut self, connection: &mut Connection, _subject: &Subject<'_>) -> Result<(), Problem> {
        self.scope.refuse_taken(connection, &SECRET, &self.key).await
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}

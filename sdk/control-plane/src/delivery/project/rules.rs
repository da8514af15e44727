//! What only projects do: they can be archived instead of deleted.

use crate::{
    database::Connection,
    delivery::project::{PROJECT, Project},
    document::Fields,
    http::{problem::Problem, query::Query},
    object::{
        Archival, Earlier, Object, Shape, Subject,
        delete::{refuse_in_use, refuse_protected},
    },
};

impl Object for Project {
    const SHAPE: &'static Shape = &PROJECT;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        query: &mut Query,
    ) -> Result<Archival, Problem> {
        let archival =
            query.take_choice("archive", &[("false", Archival::Delete), ("true", Archival::Archive)])?;
        refuse_protected(subject)?;
        match archival {
            Archival::Delete => refuse_in_use(connection, &PROJECT, subject.id).await?,
            Archival::Archive => {}
        }
        Ok(archival)
    }
}

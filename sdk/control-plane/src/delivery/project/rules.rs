//! What only projects do: they can be archived instead of deleted.

use crate::{
    database::Connection,
    delivery::project::{PROJECT, Project},
    document::Fields,
    http::{
        problem::Problem,
        query::{Query, Words},
    },
    object::{
        Archival, Earlier, Object, Shape, Subject,
        delete::{refuse_in_use, refuse_protected},
    },
    openapi::Parameter,
};

static ARCHIVE: Words<Archival> = Words {
    name: "archive",
    about: "Whether the project is set aside instead: it is gone from sight, and its slug is free again.",
    words: &[("false", Archival::Delete), ("true", Archival::Archive)],
};

impl Object for Project {
    const SHAPE: &'static Shape = &PROJECT;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier)
    }

    fn delete_parameters() -> Vec<Parameter> {
        vec![ARCHIVE.parameter()]
    }

    async fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        query: &mut Query,
    ) -> Result<Archival, Problem> {
        let archival = query.take_choice(&ARCHIVE)?;
        refuse_protected(subject)?;
        match archival {
            Archival::Delete => refuse_in_use(connection, &PROJECT, subject.id).await?,
            Archival::Archive => {}
        }
        Ok(archival)
    }
}

//! What only pipelines do: a whole configuration replaces the one before.

use crate::{
    database::Connection,
    delivery::pipeline::{PIPELINE, Pipeline},
    document::{Document, Fields},
    http::{problem::Problem, query::Query},
    object::{Archival, Earlier, Object, Shape, Subject},
};

impl Object for Pipeline {
    const SHAPE: &'static Shape = &PIPELINE;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier.map(|earlier| earlier.document))
    }

    /// A configuration that names its version is a whole one, and is stored as sent; merging would keep
    /// variables that it leaves out. One without a version is a patch of the stored one.
    fn before_merge(current: &mut Document, patch: &Document) {
        if patch.get("configuration").is_some_and(|configuration| configuration.get("version").is_some()) {
            current.remove("configuration");
        }
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}

//! Finds pipelines.

use std::collections::BTreeMap;

use sparki_client::Client;
use sparki_core::{Config, Ctx, Found, List, RemoteError, Value};
use sparki_derive::Model;

use super::{Pipeline, PipelineModel};
use crate::Project;
use crate::control_plane::{self, Conditions};
use crate::labels::{is_label_key, is_label_value};

/// Pipelines that the credentials may see, the oldest first.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct PipelineFilter {
    /// Project that the pipelines belong to, by its path, such as `acme/web`, or its id. Any if it is not set.
    #[attr(optional, validate(len(1..)))]
    pub project: Value<String>,
    /// Name of the pipeline. One in each project may have it.
    #[attr(optional, validate(len(1..=255)))]
    pub name: Value<String>,
    /// Labels that they have, each with its value. They may have others besides.
    #[attr(optional, validate(keys(custom(is_label_key)), each(custom(is_label_value))))]
    pub labels: Value<BTreeMap<String, String>>,
}

impl List for Pipeline {
    type Filter = PipelineFilter;

    async fn list(
        ctx: &Ctx<Client>,
        filter: Config<PipelineFilter>,
        found: &mut Found<'_, PipelineModel>,
    ) -> Result<(), RemoteError> {
        let conditions =
            Conditions::of_parent::<Project>(ctx, "project_id", ("project", &filter.project)).await?;
        let conditions = conditions.field("name", filter.name.known().map(String::as_str));
        control_plane::list::<Self>(ctx, &conditions.labels(&filter.labels), found).await
    }
}

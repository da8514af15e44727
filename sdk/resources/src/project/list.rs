//! Finds projects.

use std::collections::BTreeMap;

use sparki_client::Client;
use sparki_core::{Config, Ctx, Found, List, RemoteError, Value};
use sparki_derive::Model;

use super::{Project, ProjectModel};
use crate::control_plane::{self, Conditions};
use crate::labels::{is_label_key, is_label_value};
use crate::{Slug, Workspace};

/// Projects that the credentials may see, the oldest first.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ProjectFilter {
    /// Workspace that the projects belong to, by its slug or its id. Any if it is not set.
    #[attr(optional, validate(len(1..)))]
    pub workspace: Value<String>,
    /// Name of the project in URLs and paths. One in each workspace may have it.
    #[attr(optional)]
    pub slug: Value<Slug>,
    /// Labels that they have, each with its value. They may have others besides.
    #[attr(optional, validate(keys(custom(is_label_key)), each(custom(is_label_value))))]
    pub labels: Value<BTreeMap<String, String>>,
}

impl List for Project {
    type Filter = ProjectFilter;

    async fn list(
        ctx: &Ctx<Client>,
        filter: Config<ProjectFilter>,
        found: &mut Found<'_, ProjectModel>,
    ) -> Result<(), RemoteError> {
        let conditions =
            Conditions::of_parent::<Workspace>(ctx, "workspace_id", ("workspace", &filter.workspace)).await?;
        let conditions = conditions.field("slug", filter.slug.known().map(Slug::as_str));
        control_plane::list::<Self>(ctx, &conditions.labels(&filter.labels), found).await
    }
}

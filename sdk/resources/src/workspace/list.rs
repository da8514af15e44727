//! Finds workspaces.

use std::collections::BTreeMap;

use sparki_client::Client;
use sparki_core::{Config, Ctx, Found, List, RemoteError, Value};
use sparki_derive::Model;

use super::{Workspace, WorkspaceModel};
use crate::Slug;
use crate::control_plane::{self, Conditions};
use crate::labels::{is_label_key, is_label_value};

/// Workspaces that the credentials are a member of, the oldest first.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct WorkspaceFilter {
    /// Name of the workspace in URLs and paths. At most one has it.
    #[attr(optional)]
    pub slug: Value<Slug>,
    /// Labels that they have, each with its value. They may have others besides.
    #[attr(optional, validate(keys(custom(is_label_key)), each(custom(is_label_value))))]
    pub labels: Value<BTreeMap<String, String>>,
}

impl List for Workspace {
    type Filter = WorkspaceFilter;

    async fn list(
        ctx: &Ctx<Client>,
        filter: Config<WorkspaceFilter>,
        found: &mut Found<'_, WorkspaceModel>,
    ) -> Result<(), RemoteError> {
        let conditions = Conditions::default();
        let conditions = conditions.field("slug", filter.slug.known().map(Slug::as_str));
        control_plane::list::<Self>(ctx, &conditions.labels(&filter.labels), found).await
    }
}

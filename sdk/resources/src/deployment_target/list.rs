//! Finds deployment targets.

use std::collections::BTreeMap;

use sparki_client::Client;
use sparki_core::{Config, Ctx, Found, List, RemoteError, Value};
use sparki_derive::Model;

use super::{DeploymentTarget, DeploymentTargetModel};
use crate::Environment;
use crate::control_plane::{self, Conditions};
use crate::labels::{is_label_key, is_label_value};

/// Deployment targets that the credentials may see, the oldest first.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct DeploymentTargetFilter {
    /// Environment whose releases run there, by its path, such as `acme/web/production`, or its id. Any if it is not
    /// set.
    #[attr(optional, validate(len(1..)))]
    pub environment: Value<String>,
    /// Name of the deployment target. One in each environment may have it.
    #[attr(optional, validate(len(1..=255)))]
    pub name: Value<String>,
    /// Labels that they have, each with its value. They may have others besides.
    #[attr(optional, validate(keys(custom(is_label_key)), each(custom(is_label_value))))]
    pub labels: Value<BTreeMap<String, String>>,
}

impl List for DeploymentTarget {
    type Filter = DeploymentTargetFilter;

    async fn list(
        ctx: &Ctx<Client>,
        filter: Config<DeploymentTargetFilter>,
        found: &mut Found<'_, DeploymentTargetModel>,
    ) -> Result<(), RemoteError> {
        let conditions =
            Conditions::of_parent::<Environment>(ctx, "environment_id", ("environment", &filter.environment))
                .await?;
        let conditions = conditions.field("name", filter.name.known().map(String::as_str));
        control_plane::list::<Self>(ctx, &conditions.labels(&filter.labels), found).await
    }
}

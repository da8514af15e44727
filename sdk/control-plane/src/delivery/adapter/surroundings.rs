//! What scripts find in the environment of their process.

use std::collections::BTreeMap;

use crate::{
    app::App,
    delivery::adapter::{Performed, Task, mask::Mask},
    variables::given::{self, Values},
};

/// Where programs are looked for.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The environment of a script's process, and what must not be seen of it.
pub(super) struct Surroundings {
    pub(super) variables: BTreeMap<String, String>,
    pub(super) mask: Mask,
}

impl Surroundings {
    /// Looks up what a task's deployment was given when it started.
    pub(super) async fn of(app: &App, task: &Task) -> Result<Self, Performed> {
        let deployment = (task.workspace_id.as_str(), task.deployment_id.as_str());
        match given::values(app, deployment).await {
            Ok(Ok(values)) => Self::with(values, task.variables()),
            Ok(Err(error)) => {
                let id = &task.deployment_id;
                tracing::error!(component = "vault", deployment = id, error = %error, "values do not open");
                Err(Performed::bad("The secrets of the deployment do not open."))
            }
            Err(error) => {
                let id = &task.deployment_id;
                tracing::warn!(component = "deployments", deployment = id, error = %error, "values could not be read");
                Err(Performed::out_of_reach("The variables of the deployment could not be read."))
            }
        }
    }

    /// What says which deployment it is stands above what practitioners have chosen.
    pub(super) fn with(values: Values, own: BTreeMap<&'static str, String>) -> Result<Self, Performed> {
        let mask = Mask::new(values.secrets.values().map(String::as_str)).map_err(|_| {
            Performed::bad("The secrets are too long to be kept out of what the script says.")
        })?;
        let mut variables = BTreeMap::from([("PATH".to_owned(), PATH.to_owned())]);
        variables.extend(values.variables);
        variables.extend(values.secrets);
        variables.extend(own.into_iter().map(|(name, value)| (name.to_owned(), value)));
        Ok(Self { variables, mask })
    }
}

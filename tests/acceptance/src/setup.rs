//! What a case is made of, if it is made of something else than usual.

use std::sync::Arc;

use crate::boto::ScenarioRemote;
use crate::case::Case;
use crate::control_plane::ControlPlane;
use crate::driver::Driver;
use crate::installation::Installation;
use crate::provider::Provider;
use crate::remote::Remote;
use crate::stand_in::StandIn;
use crate::tool::Tool;

/// Providers, a tool, a driver, an environment, and the remote side.
///
/// ```no_run
/// use acceptance::{Provider, Setup};
///
/// let halls = tempfile::tempdir().unwrap();
/// let case = Setup::new(&Provider::depot())
///     .set("DEPOT_DIRECTORY", &halls.path().to_string_lossy())
///     .remote(|kind: &str, _: &_| kind.starts_with("depot_").then_some(true))
///     .case();
/// let _ = case.apply("provider \"depot\" {\n  hall = \"main\"\n}\nresource \"depot_parcel\" \"it\" {\n  name = \"books\"\n}\n");
/// case.finish();
/// ```
#[derive(Clone)]
pub struct Setup {
    pub(crate) installations: Vec<Arc<Installation>>,
    pub(crate) tool: Tool,
    pub(crate) driver: Driver,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) control_plane: Option<Arc<ControlPlane>>,
    pub(crate) stand_in: Option<Arc<StandIn>>,
    pub(crate) remotes: Vec<Arc<dyn Remote>>,
}

impl Setup {
    /// One provider by `dev_overrides` under the preferred tool, and no remote side.
    #[must_use]
    pub fn new(provider: &Provider) -> Self {
        Self {
            installations: vec![Installation::of(provider)],
            tool: Tool::preferred(),
            driver: Driver::DevOverrides,
            environment: Vec::new(),
            control_plane: None,
            stand_in: None,
            remotes: Vec::new(),
        }
    }

    /// Another provider besides.
    #[must_use]
    pub fn and(mut self, provider: &Provider) -> Self {
        self.installations.push(Installation::of(provider));
        self
    }

    /// An installation of its own for a provider that is there already.
    #[must_use]
    pub fn installed(mut self, installation: Arc<Installation>) -> Self {
        self.installations.retain(|other| other.which() != installation.which());
        self.installations.push(installation);
        self
    }

    /// Another tool.
    #[must_use]
    pub fn tool(self, tool: &Tool) -> Self {
        Self { tool: tool.clone(), ..self }
    }

    /// Another way to come by the providers.
    #[must_use]
    pub fn driver(self, driver: Driver) -> Self {
        Self { driver, ..self }
    }

    /// An environment variable.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A control plane that the provider is led to, and that knows whether its objects are gone.
    #[must_use]
    pub fn control_plane(self, control_plane: Arc<ControlPlane>) -> Self {
        let mut setup = self
            .set("SPARKI_ENDPOINT", control_plane.endpoint())
            .set("SPARKI_API_KEY", control_plane.api_key());
        setup.remotes.push(Arc::clone(&control_plane) as Arc<dyn Remote>);
        Self { control_plane: Some(control_plane), ..setup }
    }

    /// AWS that the provider is led to, and that knows whether its objects are gone.
    #[must_use]
    pub fn aws(self, stand_in: Arc<StandIn>) -> Self {
        let mut setup = self.set("AWS_ENDPOINT_URL", stand_in.endpoint());
        if let Some(time_scale) = stand_in.time_scale() {
            setup = setup.set("SPARKI_AWS_TIME_SCALE", &time_scale.to_string());
        }
        setup.remotes.push(Arc::clone(&stand_in) as Arc<dyn Remote>);
        setup.remotes.push(Arc::new(ScenarioRemote(Arc::clone(&stand_in))));
        Self { stand_in: Some(stand_in), ..setup }
    }

    /// What knows whether objects are gone.
    #[must_use]
    pub fn remote(mut self, remote: impl Remote + 'static) -> Self {
        self.remotes.push(Arc::new(remote));
        self
    }

    /// A case made of all this, with an empty state.
    #[must_use]
    pub fn case(self) -> Case {
        Case::of(self)
    }
}

//! What makes a provider Sparki's: its configuration, its remotes and its list of types. [`tfplugin_server`] does the rest.

mod configure;
mod model;
mod provider;

pub use model::{AwsModel, EndpointsModel, PreflightModel, ProviderModel};
pub use provider::Sparki;

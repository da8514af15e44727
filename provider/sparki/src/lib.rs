//! What makes a provider Sparki's: its configuration, its remotes and its list of types. [`tfplugin_server`] does the rest.

mod assume_role;
mod configure;
mod endpoints;
mod model;
mod provider;

pub use model::{AssumeRoleModel, AwsModel, EndpointsModel, PreflightModel, ProviderModel};
pub use provider::Sparki;

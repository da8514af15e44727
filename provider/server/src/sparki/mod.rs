//! What makes this provider Sparki's: its configuration, its remotes and its list of types.

mod configure;
mod model;
mod provider;

pub use model::{AwsModel, EndpointsModel, ProviderModel};
pub use provider::Sparki;

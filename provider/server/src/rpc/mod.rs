//! One file per call of the protocol. A call that has no file answers UNIMPLEMENTED.

pub(crate) mod apply_resource_change;
pub(crate) mod configure_provider;
pub(crate) mod get_provider_schema;
pub(crate) mod import_resource_state;
pub(crate) mod plan_resource_change;
pub(crate) mod read_data_source;
pub(crate) mod read_resource;
pub(crate) mod upgrade_resource_state;
pub(crate) mod validate_data_resource_config;
pub(crate) mod validate_provider_config;
pub(crate) mod validate_resource_config;
mod value;

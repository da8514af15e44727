//! Where a request went, told where it fails.

use std::error::Error;
use std::fmt;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextMut, FinalizerInterceptorContextMut,
};
use aws_smithy_runtime_api::client::orchestrator::OrchestratorError;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use crate::{Region, Service};

/// Header that no answer of AWS has, in which an answer tells where it is from: errors of the SDK have nothing else that
/// does.
pub(crate) const HEADER: &str = "x-sparki-place";

/// A service in a region: `rds in us-west-2`. An SDK's client with it says so wherever a request fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place(String);

impl Place {
    pub(crate) fn new(service: Service, region: &Region) -> Self {
        if service.is_global() { Self(service.to_string()) } else { Self(format!("{service} in {region}")) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A failure to get an answer, and where it was to come from.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) place: Place,
    source: BoxError,
}

impl fmt::Display for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no answer of {}", self.place)
    }
}

impl Error for Placed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}

impl Intercept for Place {
    fn name(&self) -> &'static str {
        "Place"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.response_mut().headers_mut().insert(HEADER, self.0.clone());
        Ok(())
    }

    fn modify_before_completion(
        &self,
        context: &mut FinalizerInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(Err(error)) = context.output_or_error_mut() else { return Ok(()) };
        let placed = |error| Box::new(Placed { place: self.clone(), source: Box::new(error) });
        let take = |error: &mut _| std::mem::replace(error, OrchestratorError::other("it is being told"));
        if error.is_timeout_error() {
            *error = OrchestratorError::timeout(placed(take(error)));
        } else if let Some(cause) = error.as_connector_error() {
            let wrap: fn(BoxError) -> ConnectorError = match cause {
                cause if cause.is_user() => ConnectorError::user,
                cause if cause.is_timeout() => ConnectorError::timeout,
                cause if cause.is_io() => ConnectorError::io,
                _ => |source| ConnectorError::other(source, None),
            };
            *error = OrchestratorError::connector(wrap(placed(take(error))));
        }
        Ok(())
    }
}

//! ValidateProviderConfig: checks the provider block.

use tfplugin6::v6::validate_provider_config::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::value;
use crate::convert::diagnostic;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, _stop: CancellationToken) -> Response {
    let product = service.product();
    let config =
        match value::object(request.config.as_ref(), &product.schema().object, "provider configuration") {
            Ok(config) => config,
            Err(error) => return Response::failed(error),
        };
    let mut found = sparki_plan::validate(&product.schema().object, &config);
    if !found.has_errors() {
        found.extend(product.validate(&config));
    }
    Response { diagnostics: diagnostic::encode_all(found) }
}

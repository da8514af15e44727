//! ConfigureProvider: connects to the remotes. Values may be unknown while planning, which is never an error here.

use tfplugin6::v6::configure_provider::{Request, Response};
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
    let (remotes, found) = product.configure(config, request.terraform_version).await;
    service.configured(remotes);
    Response { diagnostics: diagnostic::encode_all(found) }
}

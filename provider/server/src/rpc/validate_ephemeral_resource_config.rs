//! ValidateEphemeralResourceConfig: checks an ephemeral block, unknown values included.

use tfplugin6::v6::validate_ephemeral_resource_config::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::value;
use crate::convert::diagnostic;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, _stop: CancellationToken) -> Response {
    let checked = service.ephemeral(&request.type_name).and_then(|ephemeral| {
        let schema = &ephemeral.schema().object;
        let config = value::object(request.config.as_ref(), schema, "configuration")?;
        let mut found = sparki_plan::validate(schema, &config);
        if !found.has_errors() {
            found.extend(ephemeral.validate(&config));
        }
        Ok(found)
    });
    match checked {
        Ok(found) => Response { diagnostics: diagnostic::encode_all(found) },
        Err(error) => Response::failed(error),
    }
}

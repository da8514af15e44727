//! ValidateDataResourceConfig: checks a data block, unknown values included.

use tfplugin6::v6::validate_data_resource_config::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::value;
use crate::convert::diagnostic;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, _stop: CancellationToken) -> Response {
    let checked = service.data_source(&request.type_name).and_then(|data_source| {
        let schema = &data_source.schema().object;
        let config = value::object(request.config.as_ref(), schema, "configuration")?;
        let mut found = sparki_plan::validate(schema, &config);
        if !found.has_errors() {
            found.extend(data_source.validate(&config));
        }
        Ok(found)
    });
    match checked {
        Ok(found) => Response { diagnostics: diagnostic::encode_all(found) },
        Err(error) => Response::failed(error),
    }
}

//! ValidateListResourceConfig: checks what narrows a list down, unknown values included.

use sparki_core::{Diagnostic, Diagnostics, Dynamic, Type};
use tfplugin6::v6::validate_list_resource_config::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::value;
use crate::convert::{diagnostic, dynamic_value};
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, _stop: CancellationToken) -> Response {
    match check(service, &request) {
        Ok(found) => Response { diagnostics: diagnostic::encode_all(found) },
        Err(error) => Response::failed(error),
    }
}

fn check(service: &Service, request: &Request) -> Result<Diagnostics, Diagnostic> {
    let (resource, schema) = service.listable(&request.type_name)?;
    let filter = value::object(request.config.as_ref(), &schema.object, "configuration")?;
    let mut found = sparki_plan::validate(&schema.object, &filter);
    if !found.has_errors() {
        found.extend(resource.validate_filter(&filter));
    }
    let limit = dynamic_value::decode(request.limit.as_ref(), &Type::Number);
    if let Ok(Dynamic::Number(limit)) = limit
        && limit < 1_i64.into()
    {
        let text = format!("\"limit\" is {limit}. Use 1 or more, or leave it out.");
        found.push(Diagnostic::error("Invalid limit", text));
    }
    Ok(found)
}

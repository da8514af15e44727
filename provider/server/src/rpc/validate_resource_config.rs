//! ValidateResourceConfig: checks a resource block, unknown values included.

use sparki_core::{Diagnostic, Diagnostics, Dynamic, Kind, ObjectSchema, Path};
use sparki_plan::Host;
use tfplugin6::v6::validate_resource_config::{Request, Response};
use tokio_util::sync::CancellationToken;

use super::value;
use crate::convert::diagnostic;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, _stop: CancellationToken) -> Response {
    let checked = service.resource(&request.type_name).and_then(|resource| {
        let schema = &resource.schema().object;
        let config = value::object(request.config.as_ref(), schema, "configuration")?;
        // A Terraform that says nothing is one that would store the value.
        let forgets_write_only =
            request.client_capabilities.is_some_and(|host| host.write_only_attributes_allowed);
        let mut found = sparki_plan::validate_on(Host { forgets_write_only }, schema, &config);
        if !found.has_errors() {
            found.extend(resource.validate(&config));
        }
        if !forgets_write_only {
            refuse_write_only(schema, &config, &Path::root(), &mut found);
        }
        Ok(found)
    });
    match checked {
        Ok(found) => Response { diagnostics: diagnostic::encode_all(found) },
        Err(error) => Response::failed(error),
    }
}

fn refuse_write_only(schema: &ObjectSchema, config: &Dynamic, at: &Path, found: &mut Diagnostics) {
    for attribute in &schema.attributes {
        let (value, path) = (config.attribute(attribute.name), at.then(attribute.name));
        if attribute.write_only && !value.is_null() {
            let text = format!(
                "\"{path}\" is never stored, which this version of Terraform cannot do. Use Terraform 1.11 or later, or \
                 OpenTofu 1.11 or later, or remove the attribute."
            );
            found.push(Diagnostic::error("Write-only attribute not supported", text).at(path.addressable()));
        }
        let Kind::Nested(_, object) = &attribute.kind else { continue };
        match value {
            Dynamic::List(elements) => {
                for (index, value) in elements.iter().enumerate() {
                    refuse_write_only(object, value, &path.index(index), found);
                }
            }
            Dynamic::Map(members) => {
                for (key, value) in members {
                    refuse_write_only(object, value, &path.key(key), found);
                }
            }
            single => refuse_write_only(object, single, &path, found),
        }
    }
}

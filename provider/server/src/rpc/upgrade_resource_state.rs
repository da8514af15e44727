//! UpgradeResourceState: brings stored state to the present schema. Terraform asks for every object on every run.

use sparki_core::{Diagnostic, Dynamic, Schema, UnknownMembers};
use tfplugin6::v6::RawState;
use tfplugin6::v6::upgrade_resource_state::{Request, Response};
use tokio_util::sync::CancellationToken;

use crate::convert::diagnostic;
use crate::finish::Finisher;
use crate::service::{Failed, Service};

pub(crate) async fn answer(service: &Service, request: Request, _stop: CancellationToken) -> Response {
    let upgraded = service.resource(&request.type_name).and_then(|resource| {
        let state = read(resource.schema(), request.version, request.raw_state.as_ref())?;
        let mut finisher = Finisher::default();
        // Finishing also drops a value that was stored before its attribute became write-only.
        let upgraded_state = Some(finisher.state(Some(state), &resource.schema().object));
        Ok(Response { upgraded_state, diagnostics: diagnostic::encode_all(finisher.diagnostics()) })
    });
    upgraded.unwrap_or_else(Response::failed)
}

fn read(schema: &Schema, version: i64, stored: Option<&RawState>) -> Result<Dynamic, Diagnostic> {
    let refuse = |problem: String| Diagnostic::error("State cannot be read", problem);
    if version > schema.version {
        return Err(refuse(format!(
            "The state was written by a newer version of the provider (schema {version}; this one has {}). Upgrade the \
             provider to at least the version that wrote it.",
            schema.version
        )));
    }
    if version < schema.version {
        return Err(refuse(format!(
            "The state was written for schema {version}, and this version of the provider reads {}. Run the version \
             between them first.",
            schema.version
        )));
    }
    let json = stored.map(|stored| &stored.json).filter(|json| !json.is_empty()).ok_or_else(|| {
        refuse(
            "The state has the form of Terraform 0.11. Let Terraform 0.12 or later rewrite it first.".into(),
        )
    })?;
    let document =
        serde_json::from_slice(json).map_err(|error| refuse(format!("The state is no JSON: {error}.")))?;
    Dynamic::from_json(&document, &schema.object.ty(), UnknownMembers::Drop).map_err(|error| {
        refuse(format!("The state does not fit the schema: {error}. Restore it from a backup, or import the object again."))
            .at(error.path.addressable())
    })
}

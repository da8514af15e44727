//! GetFunctions: the functions alone. OpenTofu asks again after configuration, for there may be more then; here there are
//! not.

use std::collections::BTreeMap;

use sparki_core::{Parameter, Registry, Signature};
use tfplugin6::v6::get_functions::{Request, Response};
use tfplugin6::v6::{Function, StringKind, function};
use tokio_util::sync::CancellationToken;

use crate::convert::schema::type_json;
use crate::service::Service;

pub(crate) async fn answer(service: &Service, _request: Request, _stop: CancellationToken) -> Response {
    Response { functions: encode(service.product().registry()), ..Response::default() }
}

/// Every function by name, as Terraform takes it.
pub(crate) fn encode(registry: &Registry) -> BTreeMap<String, Function> {
    let functions = registry.functions().iter();
    functions.map(|(name, function)| ((*name).to_owned(), signature(function.signature()))).collect()
}

fn signature(signature: &Signature) -> Function {
    Function {
        parameters: signature.parameters.iter().map(parameter).collect(),
        variadic_parameter: signature.variadic.as_ref().map(parameter),
        r#return: Some(function::Return { r#type: type_json(&signature.output.ty()) }),
        summary: signature.summary.to_owned(),
        description: signature.description.to_owned(),
        description_kind: StringKind::Markdown.into(),
        deprecation_message: signature.deprecation.unwrap_or_default().to_owned(),
    }
}

fn parameter(parameter: &Parameter) -> function::Parameter {
    function::Parameter {
        name: parameter.name.to_owned(),
        r#type: type_json(&parameter.ty),
        allow_null_value: parameter.nullable,
        // Terraform then answers "unknown" by itself.
        allow_unknown_values: false,
        description: parameter.description.to_owned(),
        description_kind: StringKind::Markdown.into(),
    }
}

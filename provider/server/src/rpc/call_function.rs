//! CallFunction: computes the result of a function. Nothing of the configuration reaches it.

use sparki_core::{Dynamic, ErasedFunction, FunctionError};
use tfplugin6::v6::call_function::{Request, Response};
use tfplugin6::v6::{self, DynamicValue};
use tokio_util::sync::CancellationToken;

use crate::convert::dynamic_value;
use crate::service::Service;

pub(crate) async fn answer(service: &Service, request: Request, _stop: CancellationToken) -> Response {
    let result = service.function(&request.name).and_then(|function| call(&*function, &request.arguments));
    match result {
        Ok(result) => Response { result: Some(result), error: None },
        Err(error) => Response { result: None, error: Some(encode(error)) },
    }
}

/// The error as Terraform takes it, which ends the sentence itself.
pub(crate) fn encode(error: FunctionError) -> v6::FunctionError {
    let argument = error.argument.and_then(|argument| argument.try_into().ok());
    let text = error.text.strip_suffix('.').map(str::to_owned).unwrap_or(error.text);
    v6::FunctionError { text, function_argument: argument }
}

fn call(function: &dyn ErasedFunction, arguments: &[DynamicValue]) -> Result<DynamicValue, FunctionError> {
    let signature = function.signature();
    let types = signature.parameters.iter().chain(signature.variadic.iter().cycle());
    let decode = |(index, (argument, parameter)): (usize, (&DynamicValue, &sparki_core::Parameter))| {
        dynamic_value::decode(Some(argument), &parameter.ty).map_err(|error| {
            FunctionError::new(format!("\"{}\" cannot be read: {error}.", parameter.name)).at(index)
        })
    };
    let decoded: Vec<Dynamic> =
        arguments.iter().zip(types).enumerate().map(decode).collect::<Result<_, _>>()?;
    if decoded.len() < arguments.len() {
        let text =
            format!("The function takes {} arguments, and was given {}.", decoded.len(), arguments.len());
        return Err(FunctionError::new(text));
    }
    let result = sparki_plan::call(function, decoded)?;
    dynamic_value::encode(&result, &signature.output.ty()).map_err(|error| {
        FunctionError::new(format!("The result is not of the declared type: {error}. Please report this."))
    })
}

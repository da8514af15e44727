//! Calls functions.

use sparki_core::{Dynamic, ErasedFunction, FunctionError, Severity, Signature, Step};

use crate::validate::validate_hidden;
use crate::with_defaults;

/// The result of a function. Its arguments are checked as configuration is, at any depth, and have their defaults.
///
/// # Errors
/// [`FunctionError`] for arguments that have no result.
pub fn call(function: &dyn ErasedFunction, arguments: Vec<Dynamic>) -> Result<Dynamic, FunctionError> {
    let signature = function.signature();
    let arguments = function.arguments(arguments)?;
    check(signature, &arguments)?;
    function.call(&with_defaults(&signature.arguments, &arguments))
}

fn check(signature: &Signature, arguments: &Dynamic) -> Result<(), FunctionError> {
    let problem = |arguments: &Dynamic| {
        // Terraform shows the value itself, unless it is sensitive.
        let found = validate_hidden(&signature.arguments, arguments);
        found.into_iter().find(|diagnostic| diagnostic.severity == Severity::Error)
    };
    let Some(found) = problem(arguments) else { return Ok(()) };
    let name = found.path.as_ref().and_then(|path| match path.steps().first() {
        Some(Step::Attribute(name)) => Some(name.as_str()),
        Some(Step::Key(_) | Step::Index(_) | Step::Element) | None => None,
    });
    let fixed = signature.parameters.len();
    let position = signature.parameters.iter().position(|parameter| Some(parameter.name) == name);
    // Of many arguments for one parameter it is the first that is at fault by itself.
    let in_rest = || {
        let variadic = signature.variadic.as_ref().filter(|variadic| Some(variadic.name) == name)?;
        let Dynamic::List(rest) = arguments.attribute(variadic.name) else { return None };
        let alone = |value: &Dynamic| {
            let Dynamic::Object(members) = arguments else { return false };
            let mut members = members.clone();
            members.insert(variadic.name.to_owned(), Dynamic::List(vec![value.clone()]));
            problem(&Dynamic::Object(members)).is_some()
        };
        Some(fixed + rest.iter().position(alone)?)
    };
    let text = found.detail;
    Err(FunctionError { text, argument: position.or_else(in_rest) })
}

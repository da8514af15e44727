//! The pages of functions.

use sparki_core::{Attribute, Kind, Parameter, Signature};

use crate::page::{fenced, front_matter, usage};
use crate::prose;
use crate::schema::type_name;

/// The page of a function.
pub(crate) fn page(name: &str, signature: &Signature, example: &str) -> String {
    let mut page = front_matter(&format!("{name} function - sparki"), "", signature.summary);
    page.push_str(&format!("# function: {name}\n\n"));
    if let Some(reason) = signature.deprecation {
        page.push_str(&format!("~> **Deprecated.** {reason}\n\n"));
    }
    page.push_str(&format!("{}\n\n", signature.description));
    page.push_str(&usage(example));
    page.push_str(&format!("## Signature\n\n{}", fenced("text", &declaration(name, signature))));
    page.push_str("\n## Arguments\n\n");
    let fixed = signature.parameters.iter().map(|parameter| (parameter, ""));
    let variadic = signature.variadic.iter().map(|parameter| (parameter, "Variadic, "));
    for (position, (parameter, kind)) in (1..).zip(fixed.chain(variadic)) {
        page.push_str(&argument(position, parameter, kind));
    }
    page.push_str(&result(&signature.output));
    page
}

/// How the function is called: `permission_match(permission string, patterns string...) bool`.
fn declaration(name: &str, signature: &Signature) -> String {
    let fixed = signature
        .parameters
        .iter()
        .map(|parameter| format!("{} {}", parameter.name, parameter.ty.friendly_name()));
    let variadic = signature
        .variadic
        .iter()
        .map(|parameter| format!("{} {}...", parameter.name, parameter.ty.friendly_name()));
    let parameters: Vec<_> = fixed.chain(variadic).collect();
    format!("{name}({}) {}", parameters.join(", "), signature.output.ty().friendly_name())
}

fn argument(position: usize, parameter: &Parameter, kind: &str) -> String {
    let nullable = if parameter.nullable { ", Nullable" } else { "" };
    let ty = type_name(&Kind::Plain(parameter.ty.clone()));
    format!(
        "{position}. `{}` ({kind}{ty}{nullable}) {}\n",
        parameter.name,
        prose::one_line(parameter.description)
    )
}

/// The members of the result, if it has any.
fn result(output: &Kind) -> String {
    let Kind::Nested(_, object) = output else { return String::new() };
    let line = |attribute: &Attribute| {
        let description = prose::one_line(attribute.description);
        format!("- `{}` ({}) {description}\n", attribute.name, type_name(&attribute.kind))
    };
    format!("\n## Result\n\nAn object:\n\n{}", object.attributes.iter().map(line).collect::<String>())
}

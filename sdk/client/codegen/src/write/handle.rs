//! Handles: what a client gives for each tag.

use crate::call::{Call, Shape};
use crate::imports::Imports;
use crate::names;
use crate::types::Type;
use crate::write::builder::Choice;
use crate::write::docs::{docs, verbatim};
use crate::write::draft::taken;
use crate::write::{Examples, Piece};

/// An operation with what it takes.
#[derive(Debug)]
pub(crate) struct Method<'a, 'd> {
    pub(crate) call: &'a Call<'d>,
    pub(crate) body: Option<Type>,
    pub(crate) choices: Vec<Choice<'d>>,
}

impl Method<'_, '_> {
    /// The same, for another list.
    pub(crate) fn shallow(&self) -> Self {
        Self { call: self.call, body: self.body.clone(), choices: self.choices.clone() }
    }
}

/// Writes the handle of a tag.
pub(crate) fn handle(tag: &str, methods: &[Method<'_, '_>], examples: &Examples) -> Piece {
    let mut imports = Imports::default();
    imports.add("crate::client::Client");
    let (name, accessor) = (names::pascal(tag), names::snake(tag));
    let plural = names::words(tag).join(" ");
    let methods: Vec<String> = methods.iter().map(|method| text_of(method, examples, &mut imports)).collect();
    let text = format!(
        "impl Client {{\n/// Returns the operations on {plural}.\n#[must_use]\npub fn {accessor}(&self) -> {name} {{\n\
         {name} {{ client: self.clone() }}\n}}\n}}\n\n\
         /// The operations on {plural}. Nothing is sent before what they return is sent.\n\
         #[derive(Clone, Debug)]\npub struct {name} {{\nclient: Client,\n}}\n\nimpl {name} {{\n{}}}\n",
        methods.join("\n")
    );
    Piece { name, private: Vec::new(), text, imports }
}

fn text_of(method: &Method<'_, '_>, examples: &Examples, imports: &mut Imports) -> String {
    let Method { call, body, choices } = method;
    let module = names::snake(call.tag);
    for path in ["crate::exchange::Exchange", "crate::request::Request"] {
        imports.add(path);
    }
    imports.add(&format!("crate::api::{module}::{}", call.builder));
    let mut arguments = vec!["&self".to_owned()];
    let mut request = path(call, &mut arguments);
    for choice in choices.iter().filter(|choice| choice.parameter.required) {
        let (wire, name) = (&choice.parameter.name, names::field(&choice.parameter.name));
        let (ty, value) = match &choice.ty {
            Type::Text => ("&str".to_owned(), name.clone()),
            Type::Named { .. } => (taken(&choice.ty, imports), format!("{name}.as_str()")),
            ty => (taken(ty, imports), name.clone()),
        };
        arguments.push(format!("{name}: {ty}"));
        request.push_str(&format!(".query({wire:?}, {value})"));
    }
    if call.is_posted_read() {
        request.push_str(".read_only()");
    }
    let mut exchange = String::new();
    if call.has_header("If-Match") {
        imports.add("crate::exchange::Precondition");
        arguments.push("version: impl Into<Precondition>".to_owned());
        exchange.push_str(".on(version.into())");
    }
    if let Some(body) = body {
        let argument = match call.shape {
            Shape::Update(_) => "patch".to_owned(),
            Shape::Keyed(_) if call.name == "create" => names::field(&names::singular(call.tag)),
            Shape::Keyed(_)
            | Shape::Act(_)
            | Shape::Pages(_)
            | Shape::Events(_)
            | Shape::Read(_)
            | Shape::Fetch(_)
            | Shape::Delete => "body".to_owned(),
        };
        arguments.push(format!("{argument}: {}", body.text(imports)));
        request.push_str(&format!(".json(&{argument})"));
    }
    if call.is_open() {
        exchange.push_str(".without_credentials()");
    }
    let mut about = docs(&format!("{}.\n\n{}", call.operation.summary, call.operation.description));
    let example = examples.lines(&call.operation.operation_id);
    if !example.is_empty() {
        about.push_str("///\n");
        about.push_str(&verbatim(&example, "///"));
    }
    let action = names::action(&call.operation.summary);
    format!(
        "{about}pub fn {}({}) -> {builder} {{\nlet request = {request};\n\
         {builder}(Exchange::new(&self.client, {action:?}, request){exchange})\n}}\n",
        call.name,
        arguments.join(", "),
        builder = call.builder,
    )
}

/// The request as far as the path goes.
fn path(call: &Call<'_>, arguments: &mut Vec<String>) -> String {
    let (fixed, rest) = match call.path.find("/{") {
        Some(place) => call.path.split_at(place),
        None => (call.path, ""),
    };
    let mut request = format!("Request::{}({fixed:?})", call.method);
    for segment in rest.split('/').filter(|segment| !segment.is_empty()) {
        match segment.strip_prefix('{').and_then(|segment| segment.split_once('}')) {
            None => request.push_str(&format!(".segment({segment:?})")),
            Some((parameter, verb)) => {
                let name = names::field(parameter);
                request.push_str(&format!(".segment({name})"));
                arguments.push(format!("{name}: &str"));
                if let Some(verb) = verb.strip_prefix(':') {
                    request.push_str(&format!(".verb({verb:?})"));
                }
            }
        }
    }
    request
}

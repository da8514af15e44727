//! Builders: one for each operation, between the method and the sending.

use crate::call::{Answer, Call, Shape};
use crate::document::Parameter;
use crate::imports::Imports;
use crate::names;
use crate::types::Type;
use crate::write::Piece;
use crate::write::docs::docs;
use crate::write::draft::{given, taken};

/// What every builder has.
const COMMON: [&str; 6] = ["cancel", "correlation_id", "idempotency_key", "send", "stream", "timeout"];

/// A query parameter with the type it has in Rust.
#[derive(Clone, Debug)]
pub(crate) struct Choice<'d> {
    pub(crate) parameter: &'d Parameter,
    pub(crate) ty: Type,
}

/// How a builder sends: the function, what it answers, and the function of the client that it fails as.
struct Sending {
    name: &'static str,
    about: &'static str,
    signature: String,
    call: &'static str,
    /// How the object is read that work goes on about, and who else works on it.
    work: Option<(String, String)>,
    fails_as: &'static str,
}

/// Writes the builder of an operation.
pub(crate) fn builder(call: &Call<'_>, answer: Option<&Type>, choices: &[Choice<'_>]) -> Piece {
    let mut imports = Imports::default();
    let (handle, method) = (names::pascal(call.tag), &call.name);
    for path in ["crate::exchange::Exchange", "crate::exchange::common_setters", "crate::error::ClientError"]
    {
        imports.add(path);
    }
    let mut functions = vec!["common_setters!();\n".to_owned()];
    if matches!(call.shape, Shape::Keyed(_)) {
        imports.add("crate::exchange::keyed_setter");
        functions.push("keyed_setter!();\n".to_owned());
    }
    if matches!(call.shape, Shape::Events(_)) {
        let about = call.parameter("after").map(|after| after.description.as_str());
        functions.push(format!(
            "{}pub fn after(self, event_id: u64) -> Self {{\nSelf(self.0.after(event_id))\n}}\n",
            docs(&format!("Begins after this event.\n\n{}", about.unwrap_or_default()))
        ));
    }
    let optional = choices.iter().filter(|choice| !choice.parameter.required);
    functions.extend(optional.map(|choice| setter(choice, &mut imports)));
    let answer = answer.map(|ty| ty.text(&mut imports)).unwrap_or_default();
    functions.extend(sendings(call, &answer, &mut imports).iter().map(text_of));
    let about =
        format!("{}: what [`{handle}::{method}`](super::{handle}::{method}) begins.", call.operation.summary);
    let last = if matches!(call.shape, Shape::Events(_)) { "stream" } else { "send" };
    let text = format!(
        "{}#[derive(Clone, Debug)]\n#[must_use = \"nothing is sent before `{last}`\"]\n\
         pub struct {name}(pub(super) Exchange);\n\nimpl {name} {{\n{}}}\n",
        plain_docs(&about),
        functions.join("\n"),
        name = call.builder,
    );
    Piece { name: call.builder.clone(), private: Vec::new(), text, imports }
}

/// Links stay links.
fn plain_docs(about: &str) -> String {
    format!("/// {about}\n")
}

fn setter(choice: &Choice<'_>, imports: &mut Imports) -> String {
    let wire = &choice.parameter.name;
    let name = names::field(wire);
    let setter = if COMMON.contains(&name.as_str()) { format!("with_{name}") } else { name.clone() };
    let about = &choice.parameter.description;
    if wire == "labels" {
        return format!(
            "{}pub fn label(self, key: &str, value: impl Into<String>) -> Self {{\n\
             Self(self.0.text(format!(\"label.{{key}}\"), value))\n}}\n",
            docs(about)
        );
    }
    if choice.ty == Type::Flag {
        let about = format!("Turns on `{wire}`: {}", about.strip_prefix("Whether ").unwrap_or(about));
        return format!(
            "{}pub fn {setter}(self) -> Self {{\nSelf(self.0.query({wire:?}, \"true\"))\n}}\n",
            docs(&about)
        );
    }
    let value = match &choice.ty {
        Type::Named { .. } => format!("{name}.as_str()"),
        // The function takes what becomes a text.
        Type::Text => name.clone(),
        ty => given(ty, &name),
    };
    let function = if choice.ty == Type::Text { "text" } else { "query" };
    format!(
        "{}pub fn {setter}(self, {name}: {}) -> Self {{\nSelf(self.0.{function}({wire:?}, {value}))\n}}\n",
        docs(about),
        taken(&choice.ty, imports)
    )
}

fn sendings(call: &Call<'_>, answer: &str, imports: &mut Imports) -> Vec<Sending> {
    let response = |imports: &mut Imports, inner: &str| {
        imports.add("crate::response::Response");
        format!("Result<Response<{inner}>, ClientError>")
    };
    let send = |signature: String, call: &'static str, fails_as: &'static str| Sending {
        name: "send",
        about: "Sends the request.",
        signature,
        call,
        work: None,
        fails_as,
    };
    let begun = |imports: &mut Imports| {
        imports.add("crate::exchange::Started");
        imports.add("crate::request::Request");
        let collection = call.collection.unwrap_or_default();
        let object = format!("|object: &{answer}| Request::get({collection:?}).segment(&object.id)");
        let promoted = call.promotion().map(|field| format!(".promoted_by(|object| object.{field}.clone())"));
        Some((object, promoted.unwrap_or_default()))
    };
    let acted = |answer: Answer<'_>, text: &str| match answer {
        Answer::Nothing => "()".to_owned(),
        Answer::Value(_) | Answer::Started(_) => text.to_owned(),
    };
    match call.shape {
        Shape::Pages(_) => {
            imports.add("futures_util::Stream");
            imports.add("crate::page::Page");
            vec![
                Sending {
                    about: "Reads one page.",
                    ..send(response(imports, &format!("Page<{answer}>")), "send", "send")
                },
                Sending {
                    name: "stream",
                    about: "Reads everything, page by page as it is needed. Nothing is sent before the stream is polled.",
                    signature: format!("impl Stream<Item = Result<{answer}, ClientError>> + Send + use<>"),
                    call: "stream",
                    work: None,
                    fails_as: "pages",
                },
            ]
        }
        Shape::Events(_) => {
            imports.add("futures_util::Stream");
            imports.add("crate::event::Event as Happened");
            vec![Sending {
                name: "stream",
                about: "Follows the events, over connections that break. Nothing is sent before the stream is polled.",
                signature: format!(
                    "impl Stream<Item = Result<Happened<{answer}>, ClientError>> + Send + use<>"
                ),
                call: "follow",
                work: None,
                fails_as: "follow",
            }]
        }
        Shape::Read(_) => {
            imports.add("crate::response::Response");
            vec![Sending {
                about: "Sends the request; `None` if there is no such object any more.",
                ..send(format!("Result<Option<Response<{answer}>>, ClientError>"), "read", "get")
            }]
        }
        Shape::Fetch(_) => vec![send(response(imports, answer), "send", "send")],
        Shape::Update(Answer::Started(_)) => vec![Sending {
            work: begun(imports),
            ..send(format!("Result<Started<{answer}>, ClientError>"), "start", "update")
        }],
        Shape::Update(acting) => {
            let inner = acted(acting, answer);
            vec![send(response(imports, &inner), "send", "update")]
        }
        Shape::Delete => vec![Sending {
            about: "Sends the request; what is not there any more is deleted.",
            ..send("Result<(), ClientError>".to_owned(), "delete", "delete")
        }],
        Shape::Keyed(Answer::Started(_)) => vec![Sending {
            work: begun(imports),
            ..send(format!("Result<Started<{answer}>, ClientError>"), "start_keyed", "create")
        }],
        Shape::Act(Answer::Started(_)) => vec![Sending {
            work: begun(imports),
            ..send(format!("Result<Started<{answer}>, ClientError>"), "start", "send")
        }],
        Shape::Keyed(acting) => {
            let inner = acted(acting, answer);
            vec![send(response(imports, &inner), "create", "create")]
        }
        Shape::Act(acting) => {
            let inner = acted(acting, answer);
            vec![send(response(imports, &inner), "send", "send")]
        }
    }
}

fn text_of(sending: &Sending) -> String {
    let Sending { name, about, signature, call, work, fails_as } = sending;
    let is_stream = signature.starts_with("impl Stream");
    let (asynchronous, awaited) = if is_stream { ("", "") } else { ("async ", ".await") };
    let verb = if is_stream { "The stream ends with the first error, as that of" } else { "Fails as" };
    let end = if is_stream { "." } else { " does." };
    let body = match work {
        Some((object, promoted)) if promoted.is_empty() => format!("self.0.{call}({object}).await"),
        Some((object, promoted)) => format!("Ok(self.0.{call}({object}).await?{promoted})"),
        None => format!("self.0.{call}(){awaited}"),
    };
    format!(
        "/// {about}\n///\n/// # Errors\n///\n/// {verb} [`Client::{fails_as}`](crate::Client::{fails_as}){end}\n\
         pub {asynchronous}fn {name}(self) -> {signature} {{\n{body}\n}}\n"
    )
}

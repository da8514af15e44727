//! From the document to the files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::answers::Answers;
use crate::call::{Call, Shape, calls};
use crate::document::{Document, Parameter, Schema};
use crate::module::{Module, VOCABULARY, owners};
use crate::names;
use crate::requests::{Asked, Purpose, Requests};
use crate::types::{Body, Definition, Openness, Reach, Type, Words};
use crate::write::{self, Choice, Examples, Files, MARK, Method, NotFormatted, Piece};

/// Why no code could be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The document is not OpenAPI.
    #[error("failed to read the OpenAPI document")]
    Document(#[from] yaml_serde::Error),
    /// A file could not be formatted.
    #[error("failed to format a file")]
    Format(#[from] NotFormatted),
}

/// Writes the files of the client's `api` module, by their paths below it. `root` is the folder with the settings of
/// `rustfmt`.
///
/// # Errors
///
/// Fails if the text is not an OpenAPI document, or if `rustfmt` cannot be run or refuses a file.
pub fn generate(
    document: &str,
    examples: &Examples,
    root: &Path,
) -> Result<BTreeMap<PathBuf, String>, GenerateError> {
    let document: Document = yaml_serde::from_str(document)?;
    let calls = calls(&document);
    let mut modules: BTreeMap<String, Module> = BTreeMap::new();
    for call in &calls {
        let taken = &mut modules.entry(names::snake(call.tag)).or_default().taken;
        taken.take(std::slice::from_ref(&call.builder));
    }
    let tags: BTreeSet<&str> = calls.iter().map(|call| call.tag).collect();
    for tag in &tags {
        modules.entry(names::snake(tag)).or_default().taken.take(&[names::pascal(tag)]);
    }
    let mut answers = Answers::new(&document, owners(&document, &calls));
    answers.reserve(&mut modules);
    let answered: Vec<Option<Type>> = calls
        .iter()
        .map(|call| {
            let schema = call.shape.answer()?;
            Some(answers.of(schema, (&names::snake(call.tag), &call.builder), &mut modules))
        })
        .collect();
    let methods: Vec<Method<'_, '_>> = calls
        .iter()
        .map(|call| Method {
            call,
            body: call.body.map(|schema| body(call, schema, (&answers, &mut modules))),
            choices: call
                .query()
                .map(|parameter| choice(call, parameter, (&answers, &mut modules)))
                .collect(),
        })
        .collect();

    let mut files = Files::new(root);
    for (name, module) in &modules {
        let here: Vec<usize> =
            (0..calls.len()).filter(|index| names::snake(calls[*index].tag) == *name).collect();
        let mut parts = Vec::new();
        if let Some(tag) = here.first().map(|index| calls[*index].tag) {
            let plural = names::words(tag).join(" ");
            let own: Vec<Method<'_, '_>> = here.iter().map(|index| methods[*index].shallow()).collect();
            let mut pieces = vec![write::handle(tag, &own, examples)];
            pieces.extend(here.iter().map(|index| {
                write::builder(&calls[*index], answered[*index].as_ref(), &methods[*index].choices)
            }));
            let about = format!("The operations on {plural}");
            parts.extend(files.add(name, ("calls", &about), &pieces)?);
        }
        for (file, about, definitions) in [
            ("answers", "What is answered", &module.answers),
            ("requests", "What is sent whole", &module.requests),
            ("patches", "What is sent to change something", &module.patches),
        ] {
            parts.extend(files.add(name, (file, about), &pieces(definitions))?);
        }
        let (about, tag) = match here.first().map(|index| calls[*index].tag) {
            Some(tag) => {
                let plural = names::words(tag).join(" ");
                (format!("Operations on {plural}, what they take and what they answer."), tag)
            }
            None => ("Types that several modules have in common.".to_owned(), VOCABULARY),
        };
        files.add_index(name, (&about, (examples, tag)), parts)?;
    }
    files.insert(PathBuf::from("mod.rs"), &index(&modules))?;
    Ok(files.files)
}

/// The type of a body, which is named by what it is for.
fn body<'d>(
    call: &Call<'d>,
    schema: &'d Schema,
    (answers, modules): (&Answers<'d>, &mut BTreeMap<String, Module>),
) -> Type {
    let module = names::snake(call.tag);
    let schema = answers.resolve(schema);
    let model = call.shape.answer();
    let one = call.operation.summary.split_once(' ').map_or("", |(_, one)| one);
    let verbs = ["Create", "Update"];
    let kind = verbs.iter().find_map(|verb| call.builder.strip_prefix(verb)).unwrap_or(&call.builder);
    let (name, about, purpose) = match call.shape {
        Shape::Update(_) => {
            let about = format!("Changes to {one}. What is not mentioned stays as it is.");
            (format!("{kind}Patch"), about, Purpose::Patch)
        }
        Shape::Keyed(_) if call.name == "create" => {
            (format!("New{kind}"), format!("What {one} is created with."), Purpose::Whole)
        }
        Shape::Keyed(_)
        | Shape::Act(_)
        | Shape::Pages(_)
        | Shape::Events(_)
        | Shape::Read(_)
        | Shape::Fetch(_)
        | Shape::Delete => {
            let about = format!("What it takes to {}.", names::action(&call.operation.summary));
            (format!("{}Request", call.builder), about, Purpose::Whole)
        }
    };
    let mut requests = Requests { answers, modules, module: &module };
    requests.object(&Asked { schema, model, names: vec![name], about, purpose })
}

/// A query parameter; one that is true or false is turned on, and one that narrows a list by a field has its type.
fn choice<'d>(
    call: &Call<'d>,
    parameter: &'d Parameter,
    (answers, modules): (&Answers<'d>, &mut BTreeMap<String, Module>),
) -> Choice<'d> {
    let schema = &parameter.schema;
    let words = schema.words();
    let is_flag = words.len() == 2 && words.iter().all(|(word, _)| word == "true" || word == "false");
    let field = match call.shape {
        Shape::Pages(items) => answers.resolve(items).properties.get(&parameter.name),
        Shape::Events(_)
        | Shape::Read(_)
        | Shape::Fetch(_)
        | Shape::Keyed(_)
        | Shape::Act(_)
        | Shape::Update(_)
        | Shape::Delete => None,
    };
    let ty = if is_flag || schema.kind() == Some("boolean") {
        Type::Flag
    } else if !words.is_empty() {
        words_of(call, (parameter, words), modules)
    } else if let Some(chosen) = field.and_then(|field| answers.words_of(field)) {
        chosen
    } else {
        match schema.kind() {
            Some("integer") if parameter.name == "limit" => Type::Count,
            Some("integer") => Type::Integer,
            Some("number") => Type::Number,
            Some("string") if schema.format.as_deref() == Some("date-time") => Type::Time,
            Some(_) | None => Type::Text,
        }
    };
    Choice { parameter, ty }
}

/// The type of words that only a query has.
fn words_of(
    call: &Call<'_>,
    (parameter, words): (&Parameter, Vec<(String, Option<String>)>),
    modules: &mut BTreeMap<String, Module>,
) -> Type {
    let module = names::snake(call.tag);
    let own = modules.entry(module.clone()).or_default();
    let subject = match call.shape {
        // That it is a list need not be said.
        Shape::Pages(_) => names::pascal(&names::singular(call.tag)),
        Shape::Events(_)
        | Shape::Read(_)
        | Shape::Fetch(_)
        | Shape::Keyed(_)
        | Shape::Act(_)
        | Shape::Update(_)
        | Shape::Delete => names::pascal(&call.name),
    };
    let what = names::pascal(&parameter.name);
    let name = own.taken.take(&[format!("{subject}{what}"), format!("{}{what}", call.builder)]);
    let body = Body::Words(Words { words, openness: Openness::Closed });
    own.requests.push(Definition { name: name.clone(), about: parameter.description.clone(), body });
    Type::Named { module, name }
}

/// The pieces of a file. A type that only another one uses goes with that.
fn pieces(definitions: &[Definition]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for definition in definitions {
        let piece = write::definition(definition);
        let user = match &definition.body {
            Body::SentForms(_, Reach::Only(user)) => pieces.iter_mut().find(|piece| piece.name == *user),
            Body::SentForms(_, Reach::Everybody)
            | Body::Answer(_)
            | Body::Forms(_)
            | Body::Words(_)
            | Body::Draft(_)
            | Body::Patch(_)
            | Body::Alternatives(_) => None,
        };
        match user {
            None => pieces.push(piece),
            Some(user) => {
                user.text = format!("{}\n{}", user.text, piece.text);
                user.imports.extend(&piece.imports);
                user.private.push(piece.name);
            }
        }
    }
    pieces
}

fn index(modules: &BTreeMap<String, Module>) -> String {
    let mut text = format!(
        "{MARK}\n\n//! Typed operations for the whole contract, one module for each of its parts.\n\n"
    );
    for name in modules.keys() {
        text.push_str(&format!("pub mod {name};\n"));
    }
    text
}

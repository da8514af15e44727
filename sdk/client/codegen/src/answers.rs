//! Types of what is answered.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Document, Schema, Values};
use crate::module::Module;
use crate::names;
use crate::types::{Body, Definition, Field, Form, Openness, Presence, Type, Words};

/// Makes types of the schemas of answers, each once.
#[derive(Debug)]
pub(crate) struct Answers<'d> {
    document: &'d Document,
    owners: BTreeMap<String, String>,
    done: BTreeSet<String>,
    /// What a named schema is called where its own name is taken.
    renamed: BTreeMap<String, String>,
}

/// Where a type is needed: what it may be called.
#[derive(Clone, Copy, Debug)]
struct Place<'a> {
    module: &'a str,
    parent: &'a str,
    property: &'a str,
    /// How the fields are there that have to be.
    presence: Presence,
}

impl<'d> Answers<'d> {
    pub(crate) fn new(document: &'d Document, owners: BTreeMap<String, String>) -> Self {
        Self { document, owners, done: BTreeSet::new(), renamed: BTreeMap::new() }
    }

    /// Gives every named schema its name before others can take it.
    pub(crate) fn reserve(&mut self, modules: &mut BTreeMap<String, Module>) {
        for (schema, module) in &self.owners {
            let list = format!("{}List", names::singular(schema));
            let name = modules.entry(module.clone()).or_default().taken.take(&[schema.clone(), list]);
            self.renamed.insert(schema.clone(), name);
        }
    }

    /// The type of an answer.
    pub(crate) fn of(
        &mut self,
        schema: &'d Schema,
        call: (&str, &str),
        modules: &mut BTreeMap<String, Module>,
    ) -> Type {
        let (module, builder) = call;
        self.type_of(
            schema,
            Place { module, parent: builder, property: "answer", presence: Presence::Required },
            modules,
        )
    }

    /// The schema that a reference leads to.
    pub(crate) fn resolve(&self, schema: &'d Schema) -> &'d Schema {
        match schema.alternatives().as_slice() {
            [only] => self.resolve(only),
            _ => {
                schema.target().and_then(|name| self.document.components.schemas.get(name)).unwrap_or(schema)
            }
        }
    }

    /// The name of the schema that a schema refers to, perhaps among null.
    pub(crate) fn target(&self, schema: &'d Schema) -> Option<&'d str> {
        match schema.alternatives().as_slice() {
            [only] => only.target(),
            _ => schema.target(),
        }
    }

    /// The type with the name of a schema, if that has one of its own.
    pub(crate) fn named(&self, schema: &str) -> Option<Type> {
        let (module, name) = (self.owners.get(schema)?, self.renamed.get(schema)?);
        Some(Type::Named { module: module.clone(), name: name.clone() })
    }

    /// The type of a field that is a choice of words with a name.
    pub(crate) fn words_of(&self, field: &'d Schema) -> Option<Type> {
        let target = self.target(field)?;
        if self.resolve(field).words().is_empty() { None } else { self.named(target) }
    }

    /// The only type that has exactly these words.
    pub(crate) fn choice_of(&self, words: &[(String, Option<String>)]) -> Option<Type> {
        let set = |words: &[(String, Option<String>)]| -> BTreeSet<String> {
            words.iter().map(|(word, _)| word.clone()).collect()
        };
        let wanted = set(words);
        let mut schemas = self.owners.keys().filter(|name| {
            let schema = self.document.components.schemas.get(*name);
            schema.is_some_and(|schema| set(&schema.words()) == wanted)
        });
        match (schemas.next(), schemas.next()) {
            (Some(only), None) => self.named(only),
            (Some(_), Some(_)) | (None, _) => None,
        }
    }

    fn type_of(
        &mut self,
        schema: &'d Schema,
        place: Place<'_>,
        modules: &mut BTreeMap<String, Module>,
    ) -> Type {
        let ty = self.present_type_of(schema, place, modules);
        if schema.is_nullable() { ty.nullable() } else { ty }
    }

    fn present_type_of(
        &mut self,
        schema: &'d Schema,
        place: Place<'_>,
        modules: &mut BTreeMap<String, Module>,
    ) -> Type {
        if let Some(name) = schema.target() {
            return self.component(name, place, modules);
        }
        match schema.alternatives().as_slice() {
            [] => {}
            [only] => return self.type_of(only, place, modules),
            // Nothing in the value says which it is.
            _ => return Type::Json,
        }
        if !schema.words().is_empty() {
            let name = self.inline_name(place, modules);
            return self.define(schema, (place, name), modules);
        }
        match schema.kind() {
            Some("string") if schema.is_secret(place.property) => Type::Secret,
            Some("string") if is_time(schema, place.property) => Type::Time,
            Some("string") => Type::Text,
            Some("integer") => Type::Integer,
            Some("number") => Type::Number,
            Some("boolean") => Type::Flag,
            Some("array") => match schema.items.as_deref() {
                Some(items) => {
                    let property = names::singular(place.property);
                    let place = Place { property: &property, ..place };
                    Type::List(Box::new(self.type_of(items, place, modules)))
                }
                None => Type::List(Box::new(Type::Json)),
            },
            _ if !schema.properties.is_empty() => {
                let name = self.inline_name(place, modules);
                self.define(schema, (place, name), modules)
            }
            _ => match schema.values() {
                Some(Values::Each(values)) => {
                    let property = names::singular(place.property);
                    let place = Place { property: &property, ..place };
                    Type::Map(Box::new(self.type_of(values, place, modules)))
                }
                Some(Values::Any) => Type::Map(Box::new(Type::Json)),
                None => Type::Json,
            },
        }
    }

    /// The type of a named schema, which has a type of its own unless it is something plain.
    fn component(&mut self, name: &str, place: Place<'_>, modules: &mut BTreeMap<String, Module>) -> Type {
        let document = self.document;
        let Some(schema) = document.components.schemas.get(name) else { return Type::Json };
        let is_plain =
            schema.words().is_empty() && schema.properties.is_empty() && schema.alternatives().len() < 2;
        if is_plain {
            return self.type_of(schema, place, modules);
        }
        let Some(Type::Named { module, name: given }) = self.named(name) else { return Type::Json };
        if self.done.insert(name.to_owned()) {
            let place = Place { module: &module, ..place };
            return self.define(schema, (place, given), modules);
        }
        Type::Named { module, name: given }
    }

    fn inline_name(&self, place: Place<'_>, modules: &mut BTreeMap<String, Module>) -> String {
        let short = names::pascal(place.property);
        let long = format!("{}{short}", place.parent);
        modules.entry(place.module.to_owned()).or_default().taken.take(&[short, long])
    }

    fn define(
        &mut self,
        schema: &'d Schema,
        (place, name): (Place<'_>, String),
        modules: &mut BTreeMap<String, Module>,
    ) -> Type {
        let module = place.module;
        // What it is made of is defined after it.
        let own_place = modules.entry(module.to_owned()).or_default().answers.len();
        let words = schema.words();
        let body = if !words.is_empty() {
            Body::Words(Words { words, openness: Openness::Open })
        } else if schema.properties.is_empty() {
            Body::Forms(self.forms(schema, module, &name, modules))
        } else {
            Body::Answer(self.fields(schema, (module, &name, place.presence), modules))
        };
        let about = schema.description.clone().unwrap_or_else(|| names::sentence(&name));
        let definition = Definition { name: name.clone(), about, body };
        modules.entry(module.to_owned()).or_default().answers.insert(own_place, definition);
        Type::Named { module: module.to_owned(), name }
    }

    fn fields(
        &mut self,
        schema: &'d Schema,
        (module, parent, required): (&str, &str, Presence),
        modules: &mut BTreeMap<String, Module>,
    ) -> Vec<Field> {
        let mut properties = schema.property_names();
        // What it is comes before what it is like.
        properties.sort_by_key(|property| *property != "id");
        let mut fields: Vec<Field> = Vec::new();
        for property in properties {
            let inner = &schema.properties[property];
            let ty = self.type_of(
                inner,
                Place { module, parent, property, presence: Presence::Required },
                modules,
            );
            let name = match names::field(property) {
                name if schema.properties.contains_key(&name) && name != property => format!("{property}_"),
                name => name,
            };
            let (ty, presence) =
                if schema.requires(property) { (ty, required) } else { (ty.nullable(), Presence::Optional) };
            let about = inner.description.clone().unwrap_or_default();
            fields.push(Field { wire: property.to_owned(), name, about, ty, presence });
        }
        fields
    }

    fn forms(
        &mut self,
        schema: &'d Schema,
        module: &str,
        union: &str,
        modules: &mut BTreeMap<String, Module>,
    ) -> Vec<Form> {
        let last = names::words(union).pop().unwrap_or_default();
        let mut forms = Vec::new();
        for (index, branch) in schema.alternatives().into_iter().enumerate() {
            let about = branch.description.clone().unwrap_or_default();
            let word = form_word(branch).unwrap_or_else(|| format!("form {}", index + 1));
            let variant = names::variant(&word);
            let name = format!("{word} {last}");
            let place = Place { module, parent: union, property: &name, presence: Presence::Telling };
            let ty = self.type_of(branch, place, modules);
            forms.push(Form { variant, about, ty });
        }
        forms
    }
}

/// The word that tells a form from the others: its title, or the last word about it.
pub(crate) fn form_word(branch: &Schema) -> Option<String> {
    let last = || branch.description.as_deref()?.trim_end_matches('.').rsplit(' ').next();
    branch.title.as_deref().or_else(|| branch.target()).or_else(last).map(str::to_owned)
}

/// Whether a text is a time: it says so, or it is named as the contract names times.
fn is_time(schema: &Schema, property: &str) -> bool {
    schema.format.as_deref() == Some("date-time") || (schema.format.is_none() && property.ends_with("_at"))
}

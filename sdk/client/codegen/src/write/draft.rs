//! Types of what is sent whole.

use crate::imports::Imports;
use crate::types::{Constructor, Definition, Draft, DraftField, Type, Way};
use crate::write::docs::docs;

pub(super) fn draft(definition: &Definition, draft: &Draft, imports: &mut Imports) -> String {
    imports.add("serde::Serialize");
    let begins_empty = draft.fields.iter().all(|field| field.way == Way::Setter);
    let default = if begins_empty { ", Default" } else { "" };
    let fields: String = draft.fields.iter().map(|field| draft_field(field, imports)).collect();
    let constructors: Vec<String> =
        draft.constructors.iter().map(|constructor| text_of(constructor, draft, imports)).collect();
    let setters = draft.fields.iter().filter(|field| field.way == Way::Setter);
    let setters: Vec<String> = setters.map(|field| setter(field, imports)).collect();
    let functions: Vec<String> = constructors.into_iter().chain(setters).collect();
    format!(
        "{}#[derive(Clone, Debug{default}, Serialize)]\n#[must_use]\npub struct {name} {{\n{fields}}}\n\n\
         impl {name} {{\n{}}}\n",
        docs(&definition.about),
        functions.join("\n"),
        name = definition.name,
    )
}

fn draft_field(draft_field: &DraftField, imports: &mut Imports) -> String {
    let field = &draft_field.field;
    let ty = match draft_field.way {
        Way::Fixed => "&'static str".to_owned(),
        Way::Argument | Way::Flattened => field.ty.text(imports),
        Way::Setter | Way::SomeArguments => format!("Option<{}>", field.ty.text(imports)),
    };
    let mut attributes = Vec::new();
    if draft_field.way == Way::Flattened {
        attributes.push("flatten".to_owned());
    } else if field.wire != field.name {
        attributes.push(format!("rename = \"{}\"", field.wire));
    }
    let is_missable = matches!(draft_field.way, Way::Setter | Way::SomeArguments);
    if is_missable {
        attributes.push("skip_serializing_if = \"Option::is_none\"".to_owned());
    }
    if field.ty == Type::Secret {
        imports.add("crate::exchange::sealed");
        let writer = if is_missable { "write_optional" } else { "write" };
        attributes.push(format!("serialize_with = \"sealed::{writer}\""));
    }
    let attributes = match attributes.as_slice() {
        [] => String::new(),
        attributes => format!("#[serde({})]\n", attributes.join(", ")),
    };
    format!("{attributes}{}: {ty},\n", field.name)
}

fn text_of(constructor: &Constructor, draft: &Draft, imports: &mut Imports) -> String {
    let mut about = constructor.about.clone();
    let first = |about: &str| about.split("\n\n").next().unwrap_or_default().to_owned();
    let name_of = |wire: &str| {
        let field = draft.fields.iter().find(|known| known.field.wire == wire);
        field.map_or_else(|| wire.to_owned(), |known| known.field.name.clone())
    };
    if !constructor.arguments.is_empty() {
        about.push_str("\n\n");
        for argument in &constructor.arguments {
            about.push_str(&format!("- `{}`: {}\n", name_of(&argument.field), first(&argument.about)));
        }
    }
    if draft.fields.iter().all(|field| field.way == Way::Setter) {
        return format!("{}pub fn {}() -> Self {{\nSelf::default()\n}}\n", docs(&about), constructor.name);
    }
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    for known in &draft.fields {
        let (field, way) = (&known.field, known.way);
        let argument = constructor.arguments.iter().find(|argument| argument.field == field.wire);
        let fixed = constructor.fixed.iter().find(|(wire, _)| *wire == field.wire);
        let value = match (argument, fixed) {
            (Some(argument), _) => {
                arguments.push(format!("{}: {}", field.name, taken(&argument.ty, imports)));
                // One form of several becomes any of them.
                let given = if argument.ty == field.ty {
                    given(&argument.ty, &field.name)
                } else {
                    format!("{}.into()", field.name)
                };
                match way {
                    Way::Argument | Way::Flattened | Way::Fixed => given,
                    Way::Setter | Way::SomeArguments => format!("Some({given})"),
                }
            }
            (None, Some((_, word))) => format!("{word:?}"),
            (None, None) => "None".to_owned(),
        };
        values.push(if value == field.name { value } else { format!("{}: {value}", field.name) });
    }
    format!(
        "{}pub fn {}({}) -> Self {{\nSelf {{ {} }}\n}}\n",
        docs(&about),
        constructor.name,
        arguments.join(", "),
        values.join(", ")
    )
}

fn setter(draft_field: &DraftField, imports: &mut Imports) -> String {
    let field = &draft_field.field;
    let name = &field.name;
    format!(
        "{}pub fn {name}(mut self, {name}: {}) -> Self {{\nself.{name} = Some({});\nself\n}}\n",
        docs(&field.about),
        taken(&field.ty, imports),
        given(&field.ty, name),
    )
}

/// What a function takes for a value of this type.
pub(super) fn taken(ty: &Type, imports: &mut Imports) -> String {
    match ty {
        Type::Text => "impl Into<String>".to_owned(),
        Type::Secret | Type::Json => format!("impl Into<{}>", ty.text(imports)),
        Type::List(item) => format!("impl IntoIterator<Item = {}>", taken(item, imports)),
        Type::Map(value) => {
            format!("impl IntoIterator<Item = (impl Into<String>, {})>", taken(value, imports))
        }
        Type::Time
        | Type::Integer
        | Type::Count
        | Type::Number
        | Type::Flag
        | Type::Nullable(_)
        | Type::Named { .. } => ty.text(imports),
    }
}

/// What makes a value of this type of what the function took.
pub(super) fn given(ty: &Type, name: &str) -> String {
    match ty {
        Type::Text | Type::Secret | Type::Json => format!("{name}.into()"),
        Type::List(item) => {
            let each = given(item, "item");
            match each.as_str() {
                "item" => format!("{name}.into_iter().collect()"),
                "item.into()" => format!("{name}.into_iter().map(Into::into).collect()"),
                each => format!("{name}.into_iter().map(|item| {each}).collect()"),
            }
        }
        Type::Map(value) => {
            format!(
                "{name}.into_iter().map(|(key, value)| (key.into(), {})).collect()",
                given(value, "value")
            )
        }
        Type::Time
        | Type::Integer
        | Type::Count
        | Type::Number
        | Type::Flag
        | Type::Nullable(_)
        | Type::Named { .. } => name.to_owned(),
    }
}

//! Types of what is answered.

use crate::imports::Imports;
use crate::types::{Definition, Field, Form, Presence, Type};
use crate::write::docs::docs;

pub(super) fn answer(definition: &Definition, fields: &[Field], imports: &mut Imports) -> String {
    imports.add("serde::Deserialize");
    let fields: String = fields.iter().map(|field| answer_field(field, imports)).collect();
    format!(
        "{}#[derive(Clone, Debug, PartialEq, Deserialize)]\n#[non_exhaustive]\npub struct {} {{\n{fields}}}\n",
        docs(&definition.about),
        definition.name,
    )
}

fn answer_field(field: &Field, imports: &mut Imports) -> String {
    let mut attributes = Vec::new();
    if field.wire != field.name {
        attributes.push(format!("rename = \"{}\"", field.wire));
    }
    if field.presence == Presence::Telling && matches!(field.ty, Type::Nullable(_)) {
        attributes.push("deserialize_with = \"Option::deserialize\"".to_owned());
    }
    if let Some(reader) = reader(&field.ty) {
        imports.add("crate::exchange::sealed");
        attributes.push(format!("{}deserialize_with = \"sealed::{reader}\"", missable(&field.ty)));
    }
    let attributes = match attributes.as_slice() {
        [] => String::new(),
        attributes => format!("#[serde({})]\n", attributes.join(", ")),
    };
    format!("{}{attributes}pub {}: {},\n", docs(&field.about), field.name, field.ty.text(imports))
}

/// The function that reads a secret.
fn reader(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Secret => Some("read"),
        Type::Nullable(inner) if **inner == Type::Secret => Some("read_optional"),
        Type::Nullable(_)
        | Type::Text
        | Type::Time
        | Type::Integer
        | Type::Count
        | Type::Number
        | Type::Flag
        | Type::Json
        | Type::List(_)
        | Type::Map(_)
        | Type::Named { .. } => None,
    }
}

/// A field that is read by a function is not missable by itself.
fn missable(ty: &Type) -> &'static str {
    if matches!(ty, Type::Nullable(_)) { "default, " } else { "" }
}

pub(super) fn forms(definition: &Definition, forms: &[Form], imports: &mut Imports) -> String {
    imports.add("serde::Deserialize");
    imports.add("serde_json::Value");
    let variants: String = forms
        .iter()
        .map(|form| format!("{}{}({}),\n", docs(&form.about), form.variant, form.ty.text(imports)))
        .collect();
    format!(
        "{}#[derive(Clone, Debug, PartialEq, Deserialize)]\n#[serde(untagged)]\n#[non_exhaustive]\npub enum {} {{\n\
         {variants}/// A form that this version does not know.\nOther(Value),\n}}\n",
        docs(&definition.about),
        definition.name,
    )
}

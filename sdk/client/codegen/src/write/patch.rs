//! Types of what is sent to change something.

use crate::imports::Imports;
use crate::names;
use crate::types::{Definition, Field, Presence, Type};
use crate::write::docs::docs;
use crate::write::draft::{given, taken};

pub(super) fn patch(definition: &Definition, fields: &[Field], imports: &mut Imports) -> String {
    imports.add("serde::Serialize");
    imports.add("crate::exchange::Change");
    let name = &definition.name;
    let mut functions =
        vec![format!("{}pub fn new() -> Self {{\nSelf::default()\n}}\n", docs("Begins without any change."))];
    functions.extend(fields.iter().flat_map(|field| setters(field, imports)));
    let fields: String = fields.iter().map(|field| patch_field(field, imports)).collect();
    format!(
        "{}#[derive(Clone, Debug, Default, Serialize)]\n#[must_use]\npub struct {name} {{\n{fields}}}\n\n\
         impl {name} {{\n{}}}\n",
        docs(&definition.about),
        functions.join("\n"),
    )
}

fn patch_field(field: &Field, imports: &mut Imports) -> String {
    let mut attributes = Vec::new();
    if field.wire != field.name {
        attributes.push(format!("rename = \"{}\"", field.wire));
    }
    attributes.push("skip_serializing_if = \"Change::is_none\"".to_owned());
    if field.ty == Type::Secret {
        imports.add("crate::exchange::sealed");
        attributes.push("serialize_with = \"sealed::write_change\"".to_owned());
    }
    let ty = match &field.ty {
        // Null takes a key out.
        Type::Map(value) => Type::Map(Box::new(value.as_ref().clone().nullable())).text(imports),
        ty => ty.text(imports),
    };
    format!("#[serde({})]\n{}: Change<{ty}>,\n", attributes.join(", "), field.name)
}

fn setters(field: &Field, imports: &mut Imports) -> Vec<String> {
    let (name, wire) = (&field.name, &field.wire);
    let mut setters = Vec::new();
    if let Type::Map(value) = &field.ty {
        let about = format!("{}\n\nKeys that are not mentioned stay as they are.", field.about);
        let present = match given(value, "value") {
            plain if **value == Type::Json => plain,
            plain => format!("Some({plain})"),
        };
        setters.push(format!(
            "{}pub fn {name}(mut self, {name}: {}) -> Self {{\n\
             self.{name}.merge({name}.into_iter().map(|(key, value)| (key.into(), {present})));\nself\n}}\n",
            docs(&about),
            taken(&field.ty, imports),
        ));
        let one = names::field(&names::singular(wire));
        let absent = if **value == Type::Json { "Value::Null" } else { "None" };
        setters.push(format!(
            "{}pub fn remove_{one}(mut self, key: impl Into<String>) -> Self {{\n\
             self.{name}.merge([(key.into(), {absent})]);\nself\n}}\n",
            docs(&format!("Takes a key out of `{wire}`.")),
        ));
    } else {
        setters.push(format!(
            "{}pub fn {name}(mut self, {name}: {}) -> Self {{\nself.{name} = Change::Set({});\nself\n}}\n",
            docs(&field.about),
            any_form(&field.ty, imports),
            any_form_given(&field.ty, name),
        ));
    }
    if field.presence == Presence::Optional {
        setters.push(format!(
            "{}pub fn clear_{name}(mut self) -> Self {{\nself.{name} = Change::Clear;\nself\n}}\n",
            docs(&format!("Clears `{wire}`: what it is by default comes back.")),
        ));
    }
    setters
}

/// What a setter takes; of an object that has several forms any will do.
fn any_form(ty: &Type, imports: &mut Imports) -> String {
    match ty {
        Type::Named { .. } => format!("impl Into<{}>", ty.text(imports)),
        ty => taken(ty, imports),
    }
}

fn any_form_given(ty: &Type, name: &str) -> String {
    match ty {
        Type::Named { .. } => format!("{name}.into()"),
        ty => given(ty, name),
    }
}

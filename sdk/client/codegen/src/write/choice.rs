//! Types that are one of several.

use crate::imports::Imports;
use crate::names;
use crate::types::{Definition, Field, Form, Openness, Reach, Words};
use crate::write::docs::docs;

pub(super) fn words(definition: &Definition, words: &Words, imports: &mut Imports) -> String {
    let name = match words.openness {
        Openness::Open => "open_words",
        Openness::Closed => "words",
    };
    imports.add(&format!("crate::exchange::{name}"));
    let variants: String = words
        .words
        .iter()
        .map(|(word, about)| {
            let about = about.clone().unwrap_or_else(|| format!("`{word}`."));
            let about = indented(&docs(&about), 8);
            format!("{about}        {} = {word:?},\n", names::variant(word))
        })
        .collect();
    // `rustfmt` leaves what is in a macro as it is.
    let about = indented(&docs(&definition.about), 4);
    format!("{name}! {{\n{about}    pub enum {} {{\n{variants}    }}\n}}\n", definition.name)
}

fn indented(text: &str, spaces: usize) -> String {
    text.lines().map(|line| format!("{:spaces$}{line}\n", "")).collect()
}

pub(super) fn forms(definition: &Definition, forms: (&[Form], &Reach), imports: &mut Imports) -> String {
    imports.add("serde::Serialize");
    let (forms, reach) = forms;
    let (name, reach) = (&definition.name, if *reach == Reach::Everybody { "pub " } else { "" });
    let non_exhaustive = if reach.is_empty() { "" } else { "#[non_exhaustive]\n" };
    let mut text = format!(
        "{}#[derive(Clone, Debug, Serialize)]\n#[serde(untagged)]\n{non_exhaustive}{reach}enum {name} {{\n",
        docs(&definition.about)
    );
    for form in forms {
        text.push_str(&format!("{}{}({}),\n", docs(&form.about), form.variant, form.ty.text(imports)));
    }
    text.push_str("}\n");
    for form in forms {
        let (ty, variant) = (form.ty.text(imports), &form.variant);
        text.push_str(&format!(
            "\nimpl From<{ty}> for {name} {{\nfn from(form: {ty}) -> Self {{\nSelf::{variant}(form)\n}}\n}}\n"
        ));
    }
    text
}

pub(super) fn alternatives(definition: &Definition, fields: &[Field], imports: &mut Imports) -> String {
    imports.add("serde::Serialize");
    let mut text = format!(
        "{}#[derive(Clone, Debug, Serialize)]\n#[non_exhaustive]\npub enum {} {{\n",
        docs(&definition.about),
        definition.name
    );
    for field in fields {
        let seal = if field.ty == crate::types::Type::Secret {
            imports.add("crate::exchange::sealed");
            ", serialize_with = \"sealed::write\""
        } else {
            ""
        };
        text.push_str(&format!(
            "{}#[serde(rename = {:?}{seal})]\n{}({}),\n",
            docs(&field.about),
            field.wire,
            field.name,
            field.ty.text(imports)
        ));
    }
    text.push_str("}\n");
    text
}

//! Pieces of files, each of which defines a type.

use crate::imports::Imports;
use crate::types::{Body, Definition};
use crate::write::{answer, choice, draft, patch};

/// A piece of a file that is not taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// What it defines.
    pub(crate) name: String,
    /// What else it defines, for itself only.
    pub(crate) private: Vec<String>,
    pub(crate) text: String,
    pub(crate) imports: Imports,
}

/// Writes a type.
pub(crate) fn definition(definition: &Definition) -> Piece {
    let mut imports = Imports::default();
    let text = match &definition.body {
        Body::Answer(fields) => answer::answer(definition, fields, &mut imports),
        Body::Forms(forms) => answer::forms(definition, forms, &mut imports),
        Body::Words(words) => choice::words(definition, words, &mut imports),
        Body::Draft(body) => draft::draft(definition, body, &mut imports),
        Body::Patch(fields) => patch::patch(definition, fields, &mut imports),
        Body::SentForms(forms, reach) => choice::forms(definition, (forms, reach), &mut imports),
        Body::Alternatives(fields) => choice::alternatives(definition, fields, &mut imports),
    };
    Piece { name: definition.name.clone(), private: Vec::new(), text, imports }
}

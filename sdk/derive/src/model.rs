//! The struct behind `#[derive(Model)]`.

use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, Ident, Result, Visibility};

use crate::attribute::Keep;
use crate::docs;
use crate::errors::Errors;
use crate::field::Field;
use crate::rule::{self, Rule};

/// A struct in which every flag makes sense.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) visibility: Visibility,
    pub(crate) description: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) rules: Vec<Rule>,
}

impl Model {
    /// Reads a struct.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn parse(input: &DeriveInput) -> Result<Self> {
        let refuse = |problem| Err(syn::Error::new(input.ident.span(), problem));
        let Data::Struct(data) = &input.data else { return refuse("a model is a struct") };
        let Fields::Named(named) = &data.fields else {
            return refuse("a model is a struct with named fields");
        };
        if named.named.is_empty() {
            return refuse("a model has at least one field");
        }
        let mut errors = Errors::default();
        if !input.generics.params.is_empty() {
            errors.report(&input.generics, "a model cannot be generic");
        }
        let description = docs::markdown(&input.attrs);
        if description.is_none() {
            errors.report(&input.ident, "a doc comment is missing: it is the description of the object");
        }
        let names: Vec<_> = named
            .named
            .iter()
            .flat_map(|field| &field.ident)
            .map(|ident| ident.unraw().to_string())
            .collect();
        let fields: Vec<_> =
            named.named.iter().filter_map(|field| Field::parse(field, &mut errors)).collect();
        for unset in fields.iter().filter_map(|field| field.flags.unset.as_ref()) {
            match &unset.argument {
                Keep::Unless(siblings) => siblings.check(&names, &mut errors),
                Keep::State | Keep::NonNullState => {}
            }
        }
        let rules = rule::parse(&input.attrs, &mut errors);
        rules.iter().for_each(|rule| rule.check(&names, &mut errors));
        errors.finish()?;
        Ok(Self {
            ident: input.ident.clone(),
            visibility: input.vis.clone(),
            description: description.unwrap_or_default(),
            fields,
            rules,
        })
    }
}

//! Rules between fields: `#[model(exactly_one_of(a, b))]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Error, Ident, Result};

use crate::errors::Errors;
use crate::siblings::Siblings;

/// One rule.
pub(crate) struct Rule {
    name: Ident,
    relation: Relation,
    siblings: Siblings,
}

enum Relation {
    ExactlyOneOf,
    AtLeastOneOf,
    Conflicting,
    RequiredTogether,
    Requires,
    PreferWriteOnly,
}

/// Reads the rules of a struct from its attributes.
pub(crate) fn parse(attributes: &[Attribute], errors: &mut Errors) -> Vec<Rule> {
    let mut rules = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("model")) {
        let parsed = attribute.parse_nested_meta(|meta| {
            let name = meta.path.require_ident()?.clone();
            let relation = Relation::from_name(&name)?;
            rules.push(Rule { name, relation, siblings: meta.input.parse()? });
            Ok(())
        });
        errors.keep(parsed);
    }
    rules
}

impl Relation {
    fn from_name(name: &Ident) -> Result<Self> {
        match name.to_string().as_str() {
            "exactly_one_of" => Ok(Self::ExactlyOneOf),
            "at_least_one_of" => Ok(Self::AtLeastOneOf),
            "conflicting" => Ok(Self::Conflicting),
            "required_together" => Ok(Self::RequiredTogether),
            "requires" => Ok(Self::Requires),
            "prefer_write_only" => Ok(Self::PreferWriteOnly),
            unknown => Err(Error::new(
                name.span(),
                format!(
                    "unknown rule `{unknown}`; use `exactly_one_of`, `at_least_one_of`, `conflicting`, \
                     `required_together`, `requires` or `prefer_write_only`"
                ),
            )),
        }
    }
}

impl Rule {
    /// Reports what is wrong with the names.
    pub(crate) fn check(&self, fields: &[String], errors: &mut Errors) {
        if self.siblings.len() < 2 {
            errors.report(&self.name, format!("`{}` needs two fields or more", self.name));
        }
        if matches!(self.relation, Relation::PreferWriteOnly) && self.siblings.len() > 2 {
            errors.report(&self.name, format!("`{}` takes two fields", self.name));
        }
        self.siblings.check(fields, errors);
    }

    /// An expression of type `sparki_core::Rule`.
    pub(crate) fn expand(&self) -> TokenStream {
        let names = self.siblings.slice();
        match self.relation {
            Relation::ExactlyOneOf => quote!(::sparki_core::Rule::ExactlyOneOf(#names)),
            Relation::AtLeastOneOf => quote!(::sparki_core::Rule::AtLeastOneOf(#names)),
            Relation::Conflicting => quote!(::sparki_core::Rule::Conflicting(#names)),
            Relation::RequiredTogether => quote!(::sparki_core::Rule::RequiredTogether(#names)),
            Relation::Requires => quote!(::sparki_core::Rule::Requires(#names)),
            Relation::PreferWriteOnly => quote!(::sparki_core::Rule::PreferWriteOnly(#names)),
        }
    }
}

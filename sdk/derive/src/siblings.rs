//! Names of other fields of the same struct, as `keep_unless_changed(name, tier)` has them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, Result, Token, parenthesized};

use crate::errors::Errors;

/// Names of fields in parentheses. Whether they exist is checked when all fields are known.
pub(crate) struct Siblings(Vec<Ident>);

impl Parse for Siblings {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let content;
        parenthesized!(content in input);
        let names = Punctuated::<Ident, Token![,]>::parse_terminated_with(&content, Ident::parse_any)?;
        if names.is_empty() {
            return Err(content.error("expected the name of a field"));
        }
        Ok(Self(names.into_iter().collect()))
    }
}

impl Siblings {
    /// Reports names that no field has and names that are repeated.
    pub(crate) fn check(&self, fields: &[String], errors: &mut Errors) {
        for (position, name) in self.0.iter().enumerate() {
            let text = name.unraw().to_string();
            if !fields.contains(&text) {
                errors.report(name, format!("there is no field `{text}`; fields are {}", fields.join(", ")));
            } else if self.0.iter().take(position).any(|earlier| earlier.unraw() == name.unraw()) {
                errors.report(name, format!("`{text}` is named twice"));
            }
        }
    }

    /// How many names there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// An expression of type `&'static [&'static str]`.
    pub(crate) fn slice(&self) -> TokenStream {
        let names = self.0.iter().map(|name| name.unraw().to_string());
        quote!(&[#(#names),*])
    }
}

//! The functions that make a model: `new`, `blank` and a setter for each optional attribute.

use proc_macro2::TokenStream;
use quote::quote;

use crate::field::{Field, Mode};
use crate::model::Model;

/// Writes the functions, and `Default` where nothing is required.
pub(crate) fn expand(model: &Model) -> TokenStream {
    let Model { ident, visibility, description: _, fields, rules: _ } = model;
    let (required, rest): (Vec<&Field>, Vec<&Field>) =
        fields.iter().partition(|field| field.mode == Mode::Required);
    let parameters: Vec<_> = required.iter().map(|field| &field.ident).collect();
    let types = required.iter().map(|field| &field.value);
    let others = rest.iter().map(|field| &field.ident);
    let all = fields.iter().map(|field| &field.ident);
    let setters = rest.iter().filter(|field| field.mode != Mode::Computed).map(|field| {
        let Field { ident, docs, value, .. } = field;
        quote! {
            #(#docs)*
            #[must_use]
            #visibility fn #ident(mut self, value: impl ::core::convert::Into<#value>) -> Self {
                self.#ident = ::core::convert::Into::into(value);
                self
            }
        }
    });
    let default = parameters.is_empty().then(|| {
        quote! {
            #[automatically_derived]
            impl ::core::default::Default for #ident {
                fn default() -> Self {
                    Self::new()
                }
            }
        }
    });
    quote! {
        // A builder is offered whole, and takes as many arguments as the model has required attributes.
        #[allow(dead_code, clippy::too_many_arguments)]
        #[automatically_derived]
        impl #ident {
            /// Makes a model from its required attributes, in the order of their declaration. All others are null.
            #[must_use]
            #visibility fn new(#(#parameters: impl ::core::convert::Into<#types>),*) -> Self {
                Self {
                    #(#parameters: ::core::convert::Into::into(#parameters),)*
                    #(#others: ::sparki_core::Value::Null,)*
                }
            }

            /// Makes a model in which every attribute is null, the required ones too.
            #[must_use]
            #visibility fn blank() -> Self {
                Self { #(#all: ::sparki_core::Value::Null),* }
            }

            #(#setters)*
        }

        #default
    }
}

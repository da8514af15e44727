//! The implementations of `Model` and `Field`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit};

use crate::attribute::{Flag, Keep, Refine, Replace};
use crate::field::{Field, Mode};
use crate::model::Model;

/// Writes the implementations.
pub(crate) fn expand(model: &Model) -> TokenStream {
    let Model { ident, visibility: _, description, fields, rules } = model;
    let attributes = fields.iter().map(attribute);
    let rules = rules.iter().map(|rule| rule.expand());
    let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    let idents: Vec<_> = fields.iter().map(|field| &field.ident).collect();
    quote! {
        #[automatically_derived]
        impl ::sparki_core::Model for #ident {
            const DESCRIPTION: &'static str = #description;

            fn schema() -> ::sparki_core::ObjectSchema {
                ::sparki_core::ObjectSchema {
                    attributes: ::std::vec![#(#attributes),*],
                    rules: ::std::vec![#(#rules),*],
                }
            }

            fn encode(&self) -> ::sparki_core::Dynamic {
                ::sparki_core::Dynamic::object::<&str>([
                    #((#names, ::sparki_core::Value::encode(&self.#idents))),*
                ])
            }

            fn decode(
                value: &::sparki_core::Dynamic,
                path: &::sparki_core::Path,
            ) -> ::core::result::Result<Self, ::sparki_core::DecodeError> {
                ::core::result::Result::Ok(Self {
                    #(#idents: ::sparki_core::Value::decode(value.attribute(#names), &path.then(#names))?),*
                })
            }
        }

        #[automatically_derived]
        impl ::sparki_core::Field for #ident {
            fn kind() -> ::sparki_core::Kind {
                ::sparki_core::Kind::Nested(
                    ::sparki_core::Nesting::Single,
                    <Self as ::sparki_core::Model>::schema(),
                )
            }

            fn encode(&self) -> ::sparki_core::Dynamic {
                <Self as ::sparki_core::Model>::encode(self)
            }

            fn decode(
                value: &::sparki_core::Dynamic,
                path: &::sparki_core::Path,
            ) -> ::core::result::Result<::core::option::Option<Self>, ::sparki_core::DecodeError> {
                if value.members().is_none() {
                    return ::core::result::Result::Err(::sparki_core::DecodeError {
                        path: ::core::clone::Clone::clone(path),
                        problem: ::std::borrow::ToOwned::to_owned("an object is required"),
                    });
                }
                <Self as ::sparki_core::Model>::decode(value, path).map(::core::option::Option::Some)
            }
        }
    }
}

fn attribute(field: &Field) -> TokenStream {
    let Field { ident: _, name, description, docs: _, value: _, inner, mode, flags } = field;
    let mode = match mode {
        Mode::Required => quote!(Required),
        Mode::Optional => quote!(Optional),
        Mode::Computed => quote!(Computed),
        Mode::OptionalComputed => quote!(OptionalComputed),
    };
    let [sensitive, write_only, local, unread, shared, block] =
        [&flags.sensitive, &flags.write_only, &flags.local, &flags.unread, &flags.shared, &flags.block]
            .map(|flag| flag.is_some());
    let deprecation = flags.deprecated.as_ref().map_or_else(none, |flag| some(&flag.argument));
    let default = flags.default.as_ref().map_or_else(none, |flag| default(field, &flag.argument));
    let replace = replace(flags.replace.as_ref());
    let unset = unset(flags.unset.as_ref());
    let refinement = match flags.refine.as_ref().map(|flag| &flag.argument) {
        None => quote!(::core::default::Default::default()),
        Some(Refine::NotNull) => quote!(::sparki_core::Refinement::not_null()),
        Some(Refine::Prefix(prefix)) => quote!(::sparki_core::Refinement::prefix(#prefix)),
    };
    let checks = flags.validate.iter().map(|check| check.expand());
    let validators = if flags.validate.is_empty() {
        quote!(<#inner as ::sparki_core::Field>::validators())
    } else {
        quote!({
            let mut validators = <#inner as ::sparki_core::Field>::validators();
            validators.extend([#(#checks),*]);
            validators
        })
    };
    // The span makes the compiler point at the type if it is no field type.
    let kind = quote_spanned!(inner.span()=> <#inner as ::sparki_core::Field>::kind());
    quote! {
        ::sparki_core::Attribute {
            mode: ::sparki_core::Mode::#mode,
            sensitive: #sensitive,
            write_only: #write_only,
            local: #local,
            unread: #unread,
            shared: #shared,
            block: #block,
            deprecation: #deprecation,
            default: #default,
            replace: #replace,
            unset: #unset,
            refinement: #refinement,
            validators: #validators,
            equivalent: <#inner as ::sparki_core::Field>::equivalent(),
            ..::sparki_core::Attribute::new(#name, #description, #kind)
        }
    }
}

fn none() -> TokenStream {
    quote!(::core::option::Option::None)
}

fn some(value: impl quote::ToTokens) -> TokenStream {
    quote!(::core::option::Option::Some(#value))
}

fn default(field: &Field, expression: &Expr) -> TokenStream {
    let inner = &field.inner;
    let value = match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            quote_spanned!(text.span()=> ::std::borrow::ToOwned::to_owned(#text))
        }
        other => quote!(#other),
    };
    some(quote!(|| {
        let value: #inner = #value;
        ::sparki_core::Field::encode(&value)
    }))
}

fn replace(flag: Option<&Flag<Replace>>) -> TokenStream {
    match flag.map(|flag| &flag.argument) {
        None => quote!(::sparki_core::Replace::Never),
        Some(Replace::Always) => quote!(::sparki_core::Replace::Always),
        Some(Replace::IfConfigured) => quote!(::sparki_core::Replace::IfConfigured),
        Some(Replace::If(function)) => quote!(::sparki_core::Replace::If(#function)),
    }
}

fn unset(flag: Option<&Flag<Keep>>) -> TokenStream {
    match flag.map(|flag| &flag.argument) {
        None => quote!(::sparki_core::Unset::Recompute),
        Some(Keep::State) => quote!(::sparki_core::Unset::KeepState),
        Some(Keep::NonNullState) => quote!(::sparki_core::Unset::KeepNonNullState),
        Some(Keep::Unless(siblings)) => {
            let names = siblings.slice();
            quote!(::sparki_core::Unset::KeepUnless(#names))
        }
    }
}

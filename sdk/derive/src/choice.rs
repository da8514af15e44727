//! `#[derive(Choice)]`: text that is one of a few.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr, Result, Variant, Visibility};

use crate::docs;
use crate::errors::Errors;

/// An enum whose variants are texts.
pub(crate) struct Choice {
    ident: Ident,
    visibility: Visibility,
    variants: Vec<Ident>,
    texts: Vec<String>,
}

impl Choice {
    /// Reads an enum.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn parse(input: &DeriveInput) -> Result<Self> {
        let refuse = |problem| Err(Error::new(input.ident.span(), problem));
        let Data::Enum(data) = &input.data else { return refuse("a choice is an enum") };
        if data.variants.is_empty() {
            return refuse("a choice has at least one variant");
        }
        let mut errors = Errors::default();
        if !input.generics.params.is_empty() {
            errors.report(&input.generics, "a choice cannot be generic");
        }
        let mut seen = BTreeSet::new();
        let mut texts = Vec::new();
        for variant in &data.variants {
            if !matches!(variant.fields, Fields::Unit) {
                errors.report(&variant.fields, "a variant of a choice has no fields");
            }
            if docs::markdown(&variant.attrs).is_none() {
                errors.report(&variant.ident, "a doc comment is missing: it says what the choice means");
            }
            let Some(text) = errors.keep(text(variant)) else { continue };
            if !seen.insert(text.clone()) {
                errors.report(&variant.ident, format!("another variant has the text {text:?} already"));
            }
            texts.push(text);
        }
        errors.finish()?;
        Ok(Self {
            ident: input.ident.clone(),
            visibility: input.vis.clone(),
            variants: data.variants.iter().map(|variant| variant.ident.clone()).collect(),
            texts,
        })
    }

    /// Writes the implementations.
    pub(crate) fn expand(&self) -> TokenStream {
        let Self { ident, visibility, variants, texts } = self;
        let problem = format!("must be one of {}", texts.join(", "));
        quote! {
            // A choice is offered whole, whatever of it is used.
            #[allow(dead_code)]
            #[automatically_derived]
            impl #ident {
                /// Every choice, in the order of declaration.
                #visibility const ALL: &'static [Self] = &[#(Self::#variants),*];

                /// The text of the choice in configuration and state.
                #[must_use]
                #visibility const fn as_str(&self) -> &'static str {
                    match self {
                        #(Self::#variants => #texts),*
                    }
                }
            }

            #[automatically_derived]
            impl ::core::fmt::Display for #ident {
                fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    formatter.pad(self.as_str())
                }
            }

            #[automatically_derived]
            impl ::core::str::FromStr for #ident {
                type Err = ::sparki_core::DecodeError;

                fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                    match text {
                        #(#texts => ::core::result::Result::Ok(Self::#variants),)*
                        _ => ::core::result::Result::Err(::sparki_core::DecodeError {
                            path: ::sparki_core::Path::root(),
                            problem: ::std::borrow::ToOwned::to_owned(#problem),
                        }),
                    }
                }
            }

            #[automatically_derived]
            impl ::sparki_core::Field for #ident {
                fn kind() -> ::sparki_core::Kind {
                    ::sparki_core::Kind::Plain(::sparki_core::Type::String)
                }

                fn validators() -> ::std::vec::Vec<::sparki_core::Validator> {
                    ::std::vec![::sparki_core::Validator::OneOf(&[#(#texts),*])]
                }

                fn encode(&self) -> ::sparki_core::Dynamic {
                    ::sparki_core::Dynamic::string(self.as_str())
                }

                fn decode(
                    value: &::sparki_core::Dynamic,
                    path: &::sparki_core::Path,
                ) -> ::core::result::Result<::core::option::Option<Self>, ::sparki_core::DecodeError> {
                    // A value that is no text is none of the choices either.
                    let text = value.as_str().unwrap_or_default();
                    match <Self as ::core::str::FromStr>::from_str(text) {
                        ::core::result::Result::Ok(choice) => {
                            ::core::result::Result::Ok(::core::option::Option::Some(choice))
                        }
                        ::core::result::Result::Err(error) => {
                            ::core::result::Result::Err(::sparki_core::DecodeError {
                                path: ::core::clone::Clone::clone(path),
                                ..error
                            })
                        }
                    }
                }
            }
        }
    }
}

fn text(variant: &Variant) -> Result<String> {
    let mut written = variant.attrs.iter().filter(|attribute| attribute.path().is_ident("choice"));
    let Some(attribute) = written.next() else {
        return Ok(snake_case(&variant.ident.unraw().to_string()));
    };
    if let Some(second) = written.next() {
        return Err(Error::new_spanned(second, "a variant has one text"));
    }
    let text: LitStr = attribute.parse_args()?;
    if text.value().is_empty() {
        return Err(Error::new(text.span(), "the text of a choice is not empty"));
    }
    Ok(text.value())
}

/// `BlueGreen` becomes `blue_green`, `HTTPOnly` becomes `http_only`, `Sha256` becomes `sha256`.
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (position, letter) in letters.iter().enumerate() {
        let before = position.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(position + 1);
        let starts_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                !before.is_uppercase() || after.is_some_and(|after| after.is_lowercase())
            });
        if starts_word {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_variant_are_told_apart() {
        let names = ["Basic", "BlueGreen", "HTTPOnly", "Sha256", "V1Beta", "UsEast1"];
        let snake = names.map(snake_case);
        assert_eq!(snake, ["basic", "blue_green", "http_only", "sha256", "v1_beta", "us_east1"]);
    }
}

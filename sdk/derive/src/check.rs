//! Checks on configured values: `validate(len(1..=255), unique)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, LitStr, Path, Result, Token, parenthesized};

use crate::range::Range;

/// One check.
pub(crate) enum Check {
    Length(Range<usize>),
    Range(Range<i64>),
    Pattern { pattern: LitStr, must: LitStr },
    OneOf(Vec<LitStr>),
    NoneOf(Vec<LitStr>),
    Any(Vec<Check>),
    Unique,
    Each(Box<Check>),
    Keys(Box<Check>),
    Custom(Path),
}

impl Parse for Check {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = Ident::parse_any(input)?;
        match name.to_string().as_str() {
            "len" => within(input, Range::parse).map(Self::Length),
            "range" => within(input, Range::parse).map(Self::Range),
            "pattern" => within(input, pattern),
            "one_of" => within(input, texts).map(Self::OneOf),
            "none_of" => within(input, texts).map(Self::NoneOf),
            "any" => within(input, |content| {
                let checks = Punctuated::<Self, Token![,]>::parse_terminated(content)?;
                if checks.len() < 2 {
                    return Err(content.error("expected at least two checks"));
                }
                Ok(Self::Any(checks.into_iter().collect()))
            }),
            "unique" => Ok(Self::Unique),
            "each" => within(input, Self::parse).map(|check| Self::Each(Box::new(check))),
            "keys" => within(input, Self::parse).map(|check| Self::Keys(Box::new(check))),
            "custom" => within(input, Path::parse).map(Self::Custom),
            unknown => Err(Error::new(name.span(), format!("unknown check `{unknown}`; known are {KNOWN}"))),
        }
    }
}

const KNOWN: &str = "len, range, pattern, one_of, none_of, any, unique, each, keys, custom";

fn texts(content: ParseStream<'_>) -> Result<Vec<LitStr>> {
    let texts = Punctuated::<LitStr, Token![,]>::parse_terminated(content)?;
    if texts.is_empty() {
        return Err(content.error("expected at least one text"));
    }
    Ok(texts.into_iter().collect())
}

/// Reads what stands in parentheses, all of it.
fn within<T>(input: ParseStream<'_>, parse: impl FnOnce(ParseStream<'_>) -> Result<T>) -> Result<T> {
    let content;
    parenthesized!(content in input);
    let parsed = parse(&content)?;
    if content.is_empty() { Ok(parsed) } else { Err(content.error("nothing more is expected here")) }
}

fn pattern(content: ParseStream<'_>) -> Result<Check> {
    let pattern: LitStr = content.parse()?;
    if let Err(error) = regex_lite::Regex::new(&pattern.value()) {
        return Err(Error::new(pattern.span(), format!("not a regular expression: {error}")));
    }
    if content.is_empty() {
        let message = "a pattern needs a second text that says what it asks for, to follow \"must\": \
                       \"start with a letter\"";
        return Err(Error::new(pattern.span(), message));
    }
    content.parse::<Token![,]>()?;
    let must = content.parse()?;
    content.parse::<Option<Token![,]>>()?;
    Ok(Check::Pattern { pattern, must })
}

impl Check {
    /// An expression of type `sparki_core::Validator`.
    pub(crate) fn expand(&self) -> TokenStream {
        match self {
            Self::Length(range) => {
                let (min, max) = (range.start.unwrap_or_default(), optional(range.end));
                quote!(::sparki_core::Validator::Length { min: #min, max: #max })
            }
            Self::Range(range) => {
                let (min, max) = (optional(range.start), optional(range.end));
                quote!(::sparki_core::Validator::Range { min: #min, max: #max })
            }
            Self::Pattern { pattern, must } => {
                quote!(::sparki_core::Validator::Pattern { pattern: #pattern, must: #must })
            }
            Self::OneOf(choices) => quote!(::sparki_core::Validator::OneOf(&[#(#choices),*])),
            Self::NoneOf(choices) => quote!(::sparki_core::Validator::NoneOf(&[#(#choices),*])),
            Self::Any(checks) => {
                let checks = checks.iter().map(Self::expand);
                quote!(::sparki_core::Validator::Any(::std::vec![#(#checks),*]))
            }
            Self::Unique => quote!(::sparki_core::Validator::Unique),
            Self::Each(check) => {
                let check = check.expand();
                quote!(::sparki_core::Validator::Each(::std::boxed::Box::new(#check)))
            }
            Self::Keys(check) => {
                let check = check.expand();
                quote!(::sparki_core::Validator::Keys(::std::boxed::Box::new(#check)))
            }
            Self::Custom(function) => quote!(::sparki_core::Validator::Custom(#function)),
        }
    }
}

fn optional(number: Option<impl quote::ToTokens>) -> TokenStream {
    number.map_or_else(
        || quote!(::core::option::Option::None),
        |number| quote!(::core::option::Option::Some(#number)),
    )
}

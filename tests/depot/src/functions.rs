//! Functions of the depot.

use std::collections::BTreeMap;

use sparki_core::{Any, Dynamic, Function, FunctionError, Number, Value, Variadic};
use sparki_derive::Model;

/// `label`: what is written on a parcel.
pub(crate) enum Label {}

/// The parts, joined by a separator.
///
/// Parts that are empty are left out.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct LabelArguments {
    /// What stands between the parts; a blank if it is null.
    #[attr(optional)]
    pub separator: Value<String>,
    /// The parts.
    #[attr(required, validate(len(1..), each(len(..=20))))]
    pub parts: Value<Vec<String>>,
}

impl Function for Label {
    const NAME: &'static str = "label";
    const SUMMARY: &'static str = "Joins what is written on a parcel.";
    const VARIADIC: Variadic = Variadic::Last;
    type Arguments = LabelArguments;
    type Output = String;

    fn call(arguments: LabelArguments) -> Result<String, FunctionError> {
        let separator = arguments.separator.into_known().unwrap_or_else(|| " ".into());
        let parts = arguments.parts.into_known().unwrap_or_default();
        assert!(!parts.iter().any(|part| part == "panic"), "the pen broke");
        Ok(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(&separator))
    }
}

/// `postage`: what a parcel costs.
pub(crate) enum Postage {}

/// What a parcel of this weight costs.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct PostageArguments {
    /// Weight in grams.
    #[attr(required, validate(range(1..)))]
    pub grams: Value<i64>,
    /// How many of each extra.
    #[attr(required)]
    pub extras: Value<BTreeMap<String, Number>>,
    /// How large it is; as small as can be if it is null.
    #[attr(optional)]
    pub size: Value<Size>,
}

/// How large a parcel is.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Size {
    /// Its longest side.
    #[attr(required, validate(range(1..=100)))]
    pub centimetres: Value<i64>,
    /// How it is packed.
    #[attr(optional, default = "box")]
    pub packing: Value<String>,
}

/// A price.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Price {
    /// In cents.
    #[attr(computed)]
    pub cents: Value<Number>,
    /// The extras.
    #[attr(computed)]
    pub extras: Value<Vec<String>>,
}

impl Function for Postage {
    const NAME: &'static str = "postage";
    const SUMMARY: &'static str = "Computes what a parcel costs.";
    const DEPRECATION: Option<&'static str> = Some("Ask at the counter.");
    type Arguments = PostageArguments;
    type Output = Price;

    fn call(arguments: PostageArguments) -> Result<Price, FunctionError> {
        let extras = arguments.extras.into_known().unwrap_or_default();
        if extras.contains_key("gold") {
            return Err(FunctionError::new("There is no \"gold\". Leave it out.").at(1));
        }
        let packing = arguments.size.into_known().and_then(|size| size.packing.into_known());
        assert!(packing.is_none_or(|packing| packing == "box"), "the default is filled in");
        let grams = arguments.grams.into_known().unwrap_or_default();
        Ok(Price { cents: Number::from(grams).into(), extras: extras.into_keys().collect::<Vec<_>>().into() })
    }
}

/// `echo`: whatever it is given.
pub(crate) enum Echo {}

/// Whatever it is given.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct EchoArguments {
    /// A value of any type.
    #[attr(optional)]
    pub value: Value<Any>,
}

impl Function for Echo {
    const NAME: &'static str = "echo";
    const SUMMARY: &'static str = "Returns what it is given.";
    type Arguments = EchoArguments;
    type Output = Any;

    fn call(arguments: EchoArguments) -> Result<Any, FunctionError> {
        Ok(arguments.value.into_known().unwrap_or(Any(Dynamic::Null)))
    }
}

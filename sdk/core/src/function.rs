//! Functions that configuration calls: `provider::sparki::slugify("My App")`.

use std::marker::PhantomData;
use std::sync::OnceLock;

use crate::{Dynamic, Field, Kind, Model, ObjectSchema, Path, Type};

/// A function. Pure: the same arguments always give the same result, and nothing is asked of anybody.
pub trait Function: Send + Sync + 'static {
    /// Name in configuration, after `provider::sparki::`.
    const NAME: &'static str;
    /// What it does, in one sentence.
    const SUMMARY: &'static str;
    /// Whether the last parameter takes any number of arguments.
    const VARIADIC: Variadic = Variadic::No;
    /// Why it should no longer be used and what to use instead.
    const DEPRECATION: Option<&'static str> = None;
    /// The parameters in order, and the description. An optional one takes null.
    type Arguments: Model;
    /// The result.
    type Output: Field;

    /// Computes the result.
    ///
    /// # Errors
    /// [`FunctionError`] for arguments that have none.
    fn call(arguments: Self::Arguments) -> Result<Self::Output, FunctionError>;
}

/// Whether the last parameter takes any number of arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variadic {
    /// It takes one.
    No,
    /// It takes any number, as a list.
    Last,
}

/// A function has no result for its arguments.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct FunctionError {
    /// What is wrong and what to do, in full sentences.
    pub text: String,
    /// Which argument is at fault, counted from zero.
    pub argument: Option<usize>,
}

impl FunctionError {
    /// An error that no single argument is to blame for.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: None }
    }

    /// The same, blamed on an argument, counted from zero.
    #[must_use]
    pub fn at(self, argument: usize) -> Self {
        Self { argument: Some(argument), ..self }
    }
}

/// What a function takes and gives.
#[derive(Clone, Debug)]
pub struct Signature {
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// What a caller must know, as Markdown.
    pub description: &'static str,
    /// Why it should no longer be used and what to use instead.
    pub deprecation: Option<&'static str>,
    /// The parameters in order, without the variadic one.
    pub parameters: Vec<Parameter>,
    /// The parameter that takes any number of arguments.
    pub variadic: Option<Parameter>,
    /// The result.
    pub output: Kind,
    /// All parameters as the attributes of one object, the variadic one as a list: what configuration is checked against.
    pub arguments: ObjectSchema,
}

/// One parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it is, as Markdown.
    pub description: &'static str,
    /// Its type; for the variadic one that of each argument.
    pub ty: Type,
    /// Whether it takes null.
    pub nullable: bool,
}

/// A function without its Rust types.
pub trait ErasedFunction: Send + Sync {
    /// Name in configuration.
    fn name(&self) -> &'static str;
    /// What it takes and gives, built once.
    fn signature(&self) -> &Signature;
    /// The arguments as one object, of [`Signature::arguments`].
    ///
    /// # Errors
    /// [`FunctionError`] if there are too many or too few, or one is null or unknown that must not be.
    fn arguments(&self, arguments: Vec<Dynamic>) -> Result<Dynamic, FunctionError>;
    /// Computes the result for arguments that were checked.
    ///
    /// # Errors
    /// [`FunctionError`] for arguments that have none.
    fn call(&self, arguments: &Dynamic) -> Result<Dynamic, FunctionError>;
}

/// The adapter from a typed function to an erased one.
pub(crate) struct FunctionType<F> {
    signature: OnceLock<Signature>,
    of: PhantomData<fn() -> F>,
}

impl<F: Function> FunctionType<F> {
    pub(crate) const fn new() -> Self {
        Self { signature: OnceLock::new(), of: PhantomData }
    }

    fn build() -> Signature {
        let arguments = F::Arguments::schema();
        let parameter = |attribute: &crate::Attribute| Parameter {
            name: attribute.name,
            description: attribute.description,
            ty: attribute.kind.ty(),
            nullable: attribute.mode != crate::Mode::Required,
        };
        let mut parameters: Vec<_> = arguments.attributes.iter().map(parameter).collect();
        let variadic = match F::VARIADIC {
            Variadic::No => None,
            Variadic::Last => parameters.pop().map(|parameter| {
                let ty = match parameter.ty {
                    Type::List(element) => *element,
                    other => other,
                };
                Parameter { ty, nullable: false, ..parameter }
            }),
        };
        Signature {
            summary: F::SUMMARY,
            description: F::Arguments::DESCRIPTION,
            deprecation: F::DEPRECATION,
            parameters,
            variadic,
            output: F::Output::kind(),
            arguments,
        }
    }
}

impl<F: Function> ErasedFunction for FunctionType<F> {
    fn name(&self) -> &'static str {
        F::NAME
    }

    fn signature(&self) -> &Signature {
        self.signature.get_or_init(Self::build)
    }

    fn arguments(&self, mut arguments: Vec<Dynamic>) -> Result<Dynamic, FunctionError> {
        let signature = self.signature();
        let (fixed, given) = (signature.parameters.len(), arguments.len());
        if given < fixed || (given > fixed && signature.variadic.is_none()) {
            let least = if signature.variadic.is_some() { "at least " } else { "" };
            let text = format!("The function takes {least}{fixed} arguments, and was given {given}.");
            return Err(FunctionError::new(text));
        }
        let all = signature.parameters.iter().chain(signature.variadic.iter().cycle());
        for (index, (parameter, argument)) in all.zip(&arguments).enumerate() {
            let problem = match argument {
                Dynamic::Null if !parameter.nullable => "must not be null",
                argument if !argument.is_wholly_known() => "must be known",
                _ => continue,
            };
            return Err(FunctionError::new(format!("\"{}\" {problem}.", parameter.name)).at(index));
        }
        let rest = arguments.split_off(fixed);
        let names = signature.parameters.iter().map(|parameter| parameter.name);
        let variadic = signature.variadic.iter().map(|variadic| (variadic.name, Dynamic::List(rest.clone())));
        Ok(Dynamic::object(names.zip(arguments).chain(variadic)))
    }

    fn call(&self, arguments: &Dynamic) -> Result<Dynamic, FunctionError> {
        let arguments = F::Arguments::decode(arguments, &Path::root())
            .map_err(|error| FunctionError::new(format!("\"{}\": {}.", error.path, error.problem)))?;
        F::call(arguments).map(|output| output.encode())
    }
}

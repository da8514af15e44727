//! Functions that configuration calls: `provider::sparki::slugify("My App")`.

use std::marker::PhantomData;
use std::sync::OnceLock;

use crate::{Dynamic, Field, Kind, Model, ObjectSchema, Path, Type, Validator};

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
    /// Type of the result.
    pub output: Type,
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
    validators: Vec<Validator>,
}

/// A function without its Rust types.
pub trait ErasedFunction: Send + Sync {
    /// Name in configuration.
    fn name(&self) -> &'static str;
    /// What it takes and gives, built once.
    fn signature(&self) -> &Signature;
    /// Computes the result.
    ///
    /// # Errors
    /// [`FunctionError`] for arguments that have none.
    fn call(&self, arguments: Vec<Dynamic>) -> Result<Dynamic, FunctionError>;
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
        let ObjectSchema { attributes, .. } = F::Arguments::schema();
        let parameter = |attribute: &crate::Attribute| Parameter {
            name: attribute.name,
            description: attribute.description,
            ty: attribute.kind.ty(),
            nullable: attribute.mode != crate::Mode::Required,
            validators: attribute.validators.clone(),
        };
        let mut parameters: Vec<_> = attributes.iter().map(parameter).collect();
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
        let output = match F::Output::kind() {
            Kind::Plain(ty) => ty,
            nested @ Kind::Nested(..) => nested.ty(),
        };
        Signature {
            summary: F::SUMMARY,
            description: F::Arguments::DESCRIPTION,
            deprecation: F::DEPRECATION,
            parameters,
            variadic,
            output,
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

    fn call(&self, mut arguments: Vec<Dynamic>) -> Result<Dynamic, FunctionError> {
        let signature = self.signature();
        let fixed = signature.parameters.len();
        let fits =
            if signature.variadic.is_some() { arguments.len() >= fixed } else { arguments.len() == fixed };
        if !fits {
            let text = format!("The function takes {fixed} arguments, and was given {}.", arguments.len());
            return Err(FunctionError::new(text));
        }
        let rest = arguments.split_off(fixed);
        for (index, (parameter, argument)) in signature.parameters.iter().zip(&arguments).enumerate() {
            parameter.check(argument).map_err(|error| error.at(index))?;
        }
        let mut members: Vec<_> =
            signature.parameters.iter().map(|parameter| parameter.name).zip(arguments).collect();
        if let Some(variadic) = &signature.variadic {
            if let Some(null) = rest.iter().position(Dynamic::is_null) {
                let text = format!("\"{}\" must not be null.", variadic.name);
                return Err(FunctionError::new(text).at(fixed + null));
            }
            let rest = Dynamic::List(rest);
            variadic.check(&rest).map_err(|error| error.at(fixed))?;
            members.push((variadic.name, rest));
        }
        let arguments = F::Arguments::decode(&Dynamic::object(members), &Path::root()).map_err(|error| {
            let position =
                signature.parameters.iter().position(|parameter| error.path.name() == Some(parameter.name));
            FunctionError { text: format!("\"{}\": {}.", error.path, error.problem), argument: position }
        })?;
        F::call(arguments).map(|output| output.encode())
    }
}

impl Parameter {
    fn check(&self, argument: &Dynamic) -> Result<(), FunctionError> {
        if argument.is_null() && !self.nullable {
            return Err(FunctionError::new(format!("\"{}\" must not be null.", self.name)));
        }
        for validator in &self.validators {
            validator
                .check(argument)
                .map_err(|problem| FunctionError::new(format!("\"{}\" {problem}.", self.name)))?;
        }
        Ok(())
    }
}

//! One field of a model: its name, its type and what its flags come to.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{GenericArgument, Ident, PathArguments, Type, Visibility};

use crate::attribute::Flags;
use crate::docs;
use crate::errors::Errors;

/// A field whose flags fit each other.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// Name in configuration and state.
    pub(crate) name: String,
    pub(crate) description: String,
    /// The doc comment as it was written.
    pub(crate) docs: Vec<syn::Attribute>,
    /// The type as written, `Value<T>`.
    pub(crate) value: Type,
    /// The `T` in it.
    pub(crate) inner: Type,
    pub(crate) mode: Mode,
    pub(crate) flags: Flags,
}

/// Who sets an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Required,
    Optional,
    Computed,
    OptionalComputed,
}

/// Names that the builder and the traits need for themselves.
const TAKEN: [&str; 5] = ["new", "blank", "schema", "encode", "decode"];

impl Field {
    /// Reads a field; `None` if it is so wrong that nothing can be made of it.
    pub(crate) fn parse(field: &syn::Field, errors: &mut Errors) -> Option<Self> {
        let ident = field.ident.clone()?;
        let name = ident.unraw().to_string();
        if TAKEN.contains(&name.as_str()) {
            errors.report(
                &ident,
                format!("a field cannot be named `{name}`: the model has a function of that name"),
            );
        }
        if !matches!(field.vis, Visibility::Public(_)) {
            errors.report(&ident, "a field of a model must be `pub`");
        }
        let description = docs::markdown(&field.attrs);
        if description.is_none() {
            errors.report(&ident, "a doc comment is missing: it is the description of the attribute");
        }
        let inner = inner_type(&field.ty);
        if inner.is_none() {
            errors.report(&field.ty, "the type of a field must be `Value<T>`");
        }
        let flags = Flags::parse(&field.attrs, errors)?;
        let mode = mode(&ident, &flags, errors)?;
        check(mode, &flags, errors);
        Some(Self {
            ident,
            name,
            description: description?,
            docs: docs::attributes(&field.attrs).cloned().collect(),
            value: field.ty.clone(),
            inner: inner?,
            mode,
            flags,
        })
    }
}

fn inner_type(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == "Value")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match (arguments.args.len(), arguments.args.first()) {
        (1, Some(GenericArgument::Type(inner))) => Some(inner.clone()),
        _ => None,
    }
}

fn mode(field: &impl ToTokens, flags: &Flags, errors: &mut Errors) -> Option<Mode> {
    match (&flags.required, &flags.optional, &flags.computed) {
        (Some(_), None, None) => Some(Mode::Required),
        (None, Some(_), None) => Some(Mode::Optional),
        (None, None, Some(_)) => Some(Mode::Computed),
        (None, Some(_), Some(_)) => Some(Mode::OptionalComputed),
        (None, None, None) => {
            errors.report(
                field,
                "say who sets it: #[attr(required)], #[attr(optional)], #[attr(computed)] or \
                 #[attr(optional, computed)]",
            );
            None
        }
        (Some(_), Some(other), _) | (Some(_), None, Some(other)) => {
            errors.report(&other.name, format!("`{}` contradicts `required`", other.name));
            None
        }
    }
}

fn check(mode: Mode, flags: &Flags, errors: &mut Errors) {
    let computed = matches!(mode, Mode::Computed | Mode::OptionalComputed);
    if let Some(default) = flags.default.as_ref().filter(|_| mode != Mode::Optional) {
        errors.report(&default.name, "`default` is only possible with `optional` alone");
    }
    if let Some(unset) = flags.unset.as_ref().filter(|_| !computed) {
        errors.report(&unset.name, format!("`{}` is only possible with `computed`", unset.name));
    }
    if let Some(refine) = flags.refine.as_ref().filter(|_| !computed) {
        errors.report(&refine.name, "`refine` is only possible with `computed`");
    }
    if let Some(block) = &flags.block {
        for other in [&flags.sensitive, &flags.write_only].into_iter().flatten() {
            errors.report(
                &block.name,
                format!("`block` contradicts `{}`: mark the attributes inside it", other.name),
            );
        }
        if flags.default.is_some() {
            errors.report(&block.name, "`block` contradicts `default`: a block that is not there is empty");
        }
    }
    if let Some(write_only) = &flags.write_only {
        let mut refuse = |other: &str| {
            errors.report(
                &write_only.name,
                format!("`write_only` contradicts `{other}`: the value is never stored"),
            );
        };
        if computed {
            refuse("computed");
        }
        if flags.default.is_some() {
            refuse("default");
        }
        if let Some(replace) = &flags.replace {
            refuse(&replace.name.to_string());
        }
    }
}

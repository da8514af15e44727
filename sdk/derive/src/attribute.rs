//! Flags of a field: `#[attr(required, requires_replace, validate(len(1..)))]`.

use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Expr, Ident, LitStr, Path, Result, Token, parenthesized};

use crate::check::Check;
use crate::errors::Errors;
use crate::siblings::Siblings;

/// The flags as written, each with the word to blame if it does not fit the others.
#[derive(Default)]
pub(crate) struct Flags {
    pub(crate) required: Option<Flag<()>>,
    pub(crate) optional: Option<Flag<()>>,
    pub(crate) computed: Option<Flag<()>>,
    pub(crate) default: Option<Flag<Expr>>,
    pub(crate) replace: Option<Flag<Replace>>,
    pub(crate) unset: Option<Flag<Keep>>,
    pub(crate) refine: Option<Flag<Refine>>,
    pub(crate) sensitive: Option<Flag<()>>,
    pub(crate) write_only: Option<Flag<()>>,
    pub(crate) local: Option<Flag<()>>,
    pub(crate) shared: Option<Flag<()>>,
    pub(crate) unread: Option<Flag<()>>,
    pub(crate) block: Option<Flag<()>>,
    pub(crate) deprecated: Option<Flag<LitStr>>,
    pub(crate) validate: Vec<Check>,
}

/// A flag with its argument.
pub(crate) struct Flag<T> {
    pub(crate) name: Ident,
    pub(crate) argument: T,
}

/// When a change needs a new remote object.
pub(crate) enum Replace {
    Always,
    IfConfigured,
    If(Path),
}

/// What an update plans where configuration has nothing.
pub(crate) enum Keep {
    State,
    NonNullState,
    Unless(Siblings),
}

/// What is known about an unknown value.
pub(crate) enum Refine {
    NotNull,
    /// Text with a prefix is not null either.
    Prefix(LitStr),
}

const KNOWN: &str = "required, optional, computed, default, requires_replace, requires_replace_if_configured, \
                     requires_replace_if, use_state_for_unknown, use_non_null_state_for_unknown, \
                     keep_unless_changed, refine, sensitive, write_only, local, unread, shared, block, deprecated, validate";

impl Flags {
    /// Reads the flags of a field from its attributes; `None` if some of them cannot be read, after which nothing can
    /// be said of the others.
    pub(crate) fn parse(attributes: &[Attribute], errors: &mut Errors) -> Option<Self> {
        let mut flags = Self::default();
        let mut attributes = attributes.iter().filter(|attribute| attribute.path().is_ident("attr"));
        let parsed =
            attributes.try_for_each(|attribute| attribute.parse_nested_meta(|meta| flags.read(&meta)));
        errors.keep(parsed).map(|()| flags)
    }

    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let name = meta.path.require_ident()?;
        match name.to_string().as_str() {
            "required" => set(&mut self.required, name, ()),
            "optional" => set(&mut self.optional, name, ()),
            "computed" => set(&mut self.computed, name, ()),
            "default" => set(&mut self.default, name, meta.value()?.parse()?),
            "requires_replace" => set(&mut self.replace, name, Replace::Always),
            "requires_replace_if_configured" => set(&mut self.replace, name, Replace::IfConfigured),
            "requires_replace_if" => set(&mut self.replace, name, Replace::If(meta.value()?.parse()?)),
            "use_state_for_unknown" => set(&mut self.unset, name, Keep::State),
            "use_non_null_state_for_unknown" => set(&mut self.unset, name, Keep::NonNullState),
            "keep_unless_changed" => set(&mut self.unset, name, Keep::Unless(meta.input.parse()?)),
            "refine" => set(&mut self.refine, name, Refine::parse(meta)?),
            "sensitive" => set(&mut self.sensitive, name, ()),
            "write_only" => set(&mut self.write_only, name, ()),
            "local" => set(&mut self.local, name, ()),
            "unread" => set(&mut self.unread, name, ()),
            "shared" => set(&mut self.shared, name, ()),
            "block" => set(&mut self.block, name, ()),
            "deprecated" => set(&mut self.deprecated, name, meta.value()?.parse()?),
            "validate" => {
                let content;
                parenthesized!(content in meta.input);
                self.validate.extend(Punctuated::<Check, Token![,]>::parse_terminated(&content)?);
                Ok(())
            }
            unknown => Err(Error::new(name.span(), format!("unknown flag `{unknown}`; known are {KNOWN}"))),
        }
    }
}

/// Fills a slot that several flags may share, and of which only one can be given.
fn set<T>(slot: &mut Option<Flag<T>>, name: &Ident, argument: T) -> Result<()> {
    match slot.replace(Flag { name: name.clone(), argument }) {
        None => Ok(()),
        Some(earlier) if earlier.name == *name => {
            Err(Error::new(name.span(), format!("`{name}` is given twice")))
        }
        Some(earlier) => Err(Error::new(name.span(), format!("`{name}` contradicts `{}`", earlier.name))),
    }
}

impl Refine {
    fn parse(meta: &ParseNestedMeta<'_>) -> Result<Self> {
        let mut refine = None;
        meta.parse_nested_meta(|promise| {
            if promise.path.is_ident("prefix") {
                refine = Some(Self::Prefix(promise.value()?.parse()?));
                Ok(())
            } else if promise.path.is_ident("not_null") {
                refine.get_or_insert(Self::NotNull);
                Ok(())
            } else {
                Err(promise.error("expected `not_null` or `prefix = \"...\"`"))
            }
        })?;
        refine.ok_or_else(|| meta.error("`refine` needs `not_null` or `prefix = \"...\"`"))
    }
}

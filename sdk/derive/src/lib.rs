//! Derives the one definition of a resource: from one Rust struct come schema, codec, builder and reference page.
//!
//! [`Model`] is for objects, [`macro@Choice`] for text that is one of a few. Both implement traits of `sparki-core`,
//! which the crate that uses them has to depend on. What they refuse, they refuse at compile time, all of it at once.

mod attribute;
mod builder;
mod check;
mod choice;
mod docs;
mod errors;
mod expand;
mod field;
mod model;
mod range;
mod rule;
mod siblings;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct the definition of an object.
///
/// The doc comment of the struct is the description of the object, that of a field the description of the attribute,
/// both in Markdown and both required. Every field is `pub name: Value<T>` with a `T` that implements
/// `sparki_core::Field`, and says in `#[attr(...)]` who sets it.
///
/// # Flags of a field
///
/// | flag | meaning | only with |
/// |---|---|---|
/// | `required` | configuration sets it | |
/// | `optional` | configuration may set it; otherwise it is null or its default | |
/// | `computed` | the remote sets it | |
/// | `optional, computed` | configuration may set it; otherwise the remote does | |
/// | `default = EXPR` | the value where configuration has none, of type `T`; for a `String` also a literal | `optional` alone |
/// | `requires_replace` | a change needs a new remote object | not `write_only` |
/// | `requires_replace_if_configured` | the same, but only if configuration sets it | not `write_only` |
/// | `requires_replace_if = path` | the same, if a `fn(prior: &Dynamic, planned: &Dynamic) -> bool` says so | not `write_only` |
/// | `use_state_for_unknown` | stays as it is in state where configuration has none, null included | `computed` |
/// | `use_non_null_state_for_unknown` | the same, unless it is null in state | `computed` |
/// | `keep_unless_changed(a, b)` | the same as the first, unless one of these fields changes | `computed` |
/// | `refine(not_null)` | while it is unknown, it is known not to be null | `computed` |
/// | `refine(prefix = "arn:")` | while it is unknown, it is known to start so, and not to be null | `computed` |
/// | `sensitive` | hidden in output | |
/// | `write_only` | read from configuration only and never stored | not `computed`, not `default` |
/// | `local` | the remote knows nothing of it, it only steers the provider | |
/// | `unread` | the remote does not tell it: the state has what was sent last, and a data source has none | |
/// | `shared` | others may add entries to the map at any time; what they add shows at the next refresh | |
/// | `block` | nested objects are written as blocks, `rule { ... }` | not `sensitive`, `write_only`, `default` |
/// | `deprecated = "use x instead"` | why it should no longer be used and what to use instead | |
/// | `validate(CHECK, ...)` | checks on the configured value, after those of `T` | |
///
/// # Checks
///
/// | check | passes |
/// |---|---|
/// | `len(1..=255)`, `len(1..)`, `len(..=50)` | text of so many characters, a collection of so many elements |
/// | `range(0..=5)`, `range(1..)`, `range(..=9)` | a number between these, ends included |
/// | `pattern("^[a-z]", "start with a letter")` | text that matches; the second text follows "must" in the message |
/// | `one_of("a", "b")` | one of these texts |
/// | `none_of("a", "b")` | none of these texts |
/// | `any(CHECK, CHECK)` | what one of the checks passes |
/// | `unique` | a list in which no element occurs twice |
/// | `each(CHECK)` | a collection each element of which passes |
/// | `keys(CHECK)` | a map each key of which passes |
/// | `custom(path)` | what a `fn(&Dynamic) -> Result<(), String>` accepts; its error follows the attribute's name |
///
/// # Rules between fields
///
/// `#[model(...)]` on the struct takes `exactly_one_of(a, b)`, `at_least_one_of(a, b)`, `conflicting(a, b)` and
/// `required_together(a, b)`, each as often as needed; `requires(a, b)`, if `a` is set only together with `b`; and
/// `prefer_write_only(a, a_wo)`, which warns where `a` is set and the host need not store it.
///
/// # What is generated
///
/// - `sparki_core::Model`, and `sparki_core::Field` so that the struct can be the `T` of another one's field, alone or
///   in a `Vec`, a `BTreeSet` or a `BTreeMap<String, _>`. With both traits in scope, write `Model::encode(&model)`.
/// - `new` with the required attributes in order, `blank` with every attribute null, a setter for each optional one,
///   and `Default` if none is required. Hence no field can be named `new`, `blank`, `schema`, `encode` or `decode`.
///
/// # Example
///
/// ```
/// use sparki_core::{Id, Mode, Model, Path, Value};
/// use sparki_derive::{Choice, Model};
///
/// /// How large a pipeline's runners are.
/// #[derive(Clone, Debug, PartialEq, Choice)]
/// pub enum Tier {
///     /// For trying things out.
///     Development,
///     /// With two of everything.
///     HighlyAvailable,
/// }
///
/// /// Marks ids of pipelines.
/// #[derive(Debug)]
/// pub struct Pipeline;
///
/// /// A pipeline builds and delivers one project.
/// #[derive(Clone, Debug, PartialEq, Model)]
/// #[model(exactly_one_of(stages, configuration_json))]
/// pub struct PipelineModel {
///     /// Id of the pipeline.
///     #[attr(computed, use_state_for_unknown, refine(not_null))]
///     pub id: Value<Id<Pipeline>>,
///     /// Name of the pipeline, 1 to 64 characters.
///     #[attr(required, requires_replace, validate(len(1..=64)))]
///     pub name: Value<String>,
///     /// How large its runners are.
///     #[attr(optional, default = Tier::Development)]
///     pub tier: Value<Tier>,
///     /// Names of its stages, in the order in which they run.
///     #[attr(optional, validate(len(1..), unique, each(pattern("^[a-z]", "start with a small letter"))))]
///     pub stages: Value<Vec<String>>,
///     /// Its definition as a JSON document.
///     #[attr(optional)]
///     pub configuration_json: Value<String>,
/// }
///
/// let pipeline = PipelineModel::new("ci").tier(Tier::HighlyAvailable);
/// let encoded = pipeline.encode();
/// assert_eq!(encoded.attribute("tier").as_str(), Some("highly_available"));
/// assert_eq!(PipelineModel::decode(&encoded, &Path::root()), Ok(pipeline));
/// assert_eq!(PipelineModel::schema().attribute("name").map(|name| name.mode), Some(Mode::Required));
/// ```
#[proc_macro_derive(Model, attributes(model, attr))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    match model::Model::parse(&input) {
        Ok(model) => {
            let mut expanded = expand::expand(&model);
            expanded.extend(builder::expand(&model));
            expanded.into()
        }
        Err(errors) => errors.into_compile_error().into(),
    }
}

/// Makes an enum without fields the type of text that is one of a few.
///
/// The text of a variant is its name in snake case, `BlueGreen` being `blue_green`, unless `#[choice("blue-green")]`
/// says otherwise. Every variant has a doc comment.
///
/// Generated are `sparki_core::Field` with a check for the choices, `as_str`, `ALL`, `Display` and `FromStr`, whose
/// error is a `sparki_core::DecodeError` that names the choices.
///
/// # Example
///
/// ```
/// use sparki_derive::Choice;
///
/// /// How a new version takes over.
/// #[derive(Clone, Copy, Debug, PartialEq, Choice)]
/// pub enum Rollout {
///     /// Everything at once.
///     AllAtOnce,
///     /// Beside the old version, then instead of it.
///     #[choice("blue-green")]
///     BlueGreen,
/// }
///
/// assert_eq!(Rollout::AllAtOnce.as_str(), "all_at_once");
/// assert_eq!("blue-green".parse(), Ok(Rollout::BlueGreen));
/// assert_eq!("canary".parse::<Rollout>().unwrap_err().to_string(), "must be one of all_at_once, blue-green");
/// ```
#[proc_macro_derive(Choice, attributes(choice))]
pub fn derive_choice(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    match choice::Choice::parse(&input) {
        Ok(choice) => choice.expand().into(),
        Err(errors) => errors.into_compile_error().into(),
    }
}

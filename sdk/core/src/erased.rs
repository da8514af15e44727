//! Resource types without their Rust types, as the planner, the server and the reconciler see them.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::OnceLock;

use futures_util::FutureExt;

use crate::{
    Call, Change, Config, Ctx, DefaultTimeouts, Diagnostic, Diagnostics, Draft, Dynamic, Import, Model,
    Operation, Path, Plan, Planned, Reconcile, RemoteError, Remotes, Schema, State,
};

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What an operation left behind: the state to save, if any, and messages.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The state to save. With errors present it is what exists as far as is known.
    pub state: Option<Dynamic>,
    /// Messages in order.
    pub diagnostics: Diagnostics,
}

/// Generic planning's result, offered to the resource for adjustment.
pub struct ErasedDraft<'a> {
    /// What the practitioner wrote.
    pub config: &'a Dynamic,
    /// What exists; none on create.
    pub prior: Option<&'a Dynamic>,
    /// What is planned so far.
    pub planned: &'a mut Dynamic,
    /// Attributes whose change needs a new remote object.
    pub replace: &'a mut Vec<Path>,
}

/// A resource type.
pub trait ErasedResource: Send + Sync {
    /// Name of the type in configuration.
    fn type_name(&self) -> &'static str;
    /// The definition, built once.
    fn schema(&self) -> &Schema;
    /// How long operations may take where the practitioner does not say.
    fn timeouts(&self) -> DefaultTimeouts;
    /// The resource's own checks of configuration.
    fn validate(&self, config: &Dynamic) -> Diagnostics;
    /// The resource's own adjustments of a plan.
    fn plan(&self, draft: ErasedDraft<'_>) -> Diagnostics;
    /// The resource's own checks of a planned removal.
    fn plan_destroy(&self, prior: &Dynamic) -> Diagnostics;
    /// Why nothing can be applied through these remotes, if that is certain already.
    fn refusal(&self, remotes: &Remotes) -> Option<Diagnostic>;
    /// Makes the remote object.
    fn create(&self, call: Call, config: Dynamic, planned: Dynamic) -> BoxFuture<'_, Outcome>;
    /// Looks at the remote object; no state and no error says that it is gone.
    fn read(&self, call: Call, prior: Dynamic) -> BoxFuture<'_, Outcome>;
    /// Changes the remote object in place.
    fn update(&self, call: Call, config: Dynamic, prior: Dynamic, planned: Dynamic)
    -> BoxFuture<'_, Outcome>;
    /// Removes the remote object; no state and no error says that it is gone.
    fn delete(&self, call: Call, state: Dynamic) -> BoxFuture<'_, Outcome>;
    /// The forms of id that import accepts, with examples; none if the type cannot be imported.
    fn import_forms(&self) -> &'static [(&'static str, &'static str)];
    /// Finds the object by an id or a path.
    fn import(&self, call: Call, id: String) -> BoxFuture<'_, Outcome>;
}

type ImportFn<R> =
    for<'a> fn(&'a Ctx<<R as Reconcile>::Remote>, &'a str) -> BoxFuture<'a, Result<Dynamic, RemoteError>>;

/// The adapter from a typed resource to an erased one.
pub struct Erased<R: Reconcile> {
    schema: OnceLock<Schema>,
    forms: &'static [(&'static str, &'static str)],
    import: Option<ImportFn<R>>,
}

impl<R: Plan + Reconcile> Erased<R> {
    /// A resource type that cannot be imported.
    #[must_use]
    pub const fn new() -> Self {
        Self { schema: OnceLock::new(), forms: &[], import: None }
    }

    fn decode(value: &Dynamic) -> Result<R::Model, Diagnostic> {
        R::Model::decode(value, &Path::root()).map_err(|error| {
            let name = error.path.to_string();
            Diagnostic::error("Invalid value", format!("\"{name}\": {}.", error.problem))
                .at(error.path.addressable())
        })
    }

    fn state(value: &Dynamic) -> Result<State<R::Model>, Diagnostic> {
        Self::decode(value).map(State::new)
    }

    /// The planned values, with write-only attributes as configured.
    fn planned(
        config: &Dynamic,
        mut planned: Dynamic,
        schema: &Schema,
    ) -> Result<Planned<R::Model>, Diagnostic> {
        restore_write_only(&mut planned, config, &schema.object);
        Self::decode(&planned).map(Planned::new)
    }

    fn ctx(call: &Call, operation: Operation, object: &Dynamic) -> Result<Ctx<R::Remote>, Diagnostic> {
        let remote = call.remotes.remote::<R::Remote>()?;
        Ok(Ctx::new(remote, call.clone(), R::TIMEOUTS.limit(operation, object)))
    }
}

impl<R: Plan + Reconcile> Default for Erased<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Plan + Import> Erased<R> {
    /// A resource type that can be imported.
    #[must_use]
    pub const fn importable() -> Self {
        Self {
            schema: OnceLock::new(),
            forms: R::FORMS,
            import: Some(|ctx, id| {
                Box::pin(async move { R::import(ctx, id).await.map(|state| state.encode()) })
            }),
        }
    }
}

/// Copies the write-only values of `config` into `planned`, where planning left them out.
fn restore_write_only(planned: &mut Dynamic, config: &Dynamic, schema: &crate::ObjectSchema) {
    let Dynamic::Object(members) = planned else { return };
    for attribute in &schema.attributes {
        let configured = config.attribute(attribute.name);
        let Some(member) = members.get_mut(attribute.name) else { continue };
        if attribute.write_only {
            *member = configured.clone();
            continue;
        }
        let crate::Kind::Nested(_, object) = &attribute.kind else { continue };
        match (member, configured) {
            (member @ Dynamic::Object(_), configured) => restore_write_only(member, configured, object),
            (Dynamic::List(planned), Dynamic::List(configured)) => {
                for (planned, configured) in planned.iter_mut().zip(configured) {
                    restore_write_only(planned, configured, object);
                }
            }
            (Dynamic::Map(planned), Dynamic::Map(configured)) => {
                for (key, planned) in planned {
                    restore_write_only(planned, configured.get(key).unwrap_or(&Dynamic::Null), object);
                }
            }
            // Sets cannot hold write-only attributes, which the schema test enforces.
            _ => {}
        }
    }
}

/// Writes what a resource changed, and only that, into the plan: the typed view may hold less than the plan does, for a
/// list with one unknown element is unknown in it.
fn write_back(planned: &mut Dynamic, before: &Dynamic, after: &Dynamic) {
    if before == after {
        return;
    }
    match (planned, before, after) {
        (Dynamic::Object(planned), Dynamic::Object(before), Dynamic::Object(after))
        | (Dynamic::Map(planned), Dynamic::Map(before), Dynamic::Map(after))
            if before.keys().eq(after.keys()) =>
        {
            for (name, after) in after {
                let planned = planned.entry(name.clone()).or_insert(Dynamic::Null);
                write_back(planned, before.get(name).unwrap_or(&Dynamic::Null), after);
            }
        }
        (Dynamic::List(planned), Dynamic::List(before), Dynamic::List(after))
            if before.len() == after.len() && planned.len() == after.len() =>
        {
            for (planned, (before, after)) in planned.iter_mut().zip(before.iter().zip(after)) {
                write_back(planned, before, after);
            }
        }
        (planned, _, after) => *planned = after.clone(),
    }
}

/// Runs an operation, turning a panic into an error, so that one fault never takes other operations down.
async fn contained<T>(operation: impl Future<Output = Result<T, RemoteError>>) -> Result<T, Diagnostics> {
    match AssertUnwindSafe(operation).catch_unwind().await {
        Ok(result) => result.map_err(RemoteError::into_diagnostics),
        Err(panic) => Err(internal_error(panic.as_ref()).into()),
    }
}

/// The diagnostic for a panic.
#[must_use]
pub fn internal_error(panic: &(dyn Any + Send)) -> Diagnostic {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".into());
    Diagnostic::error(
        "Internal error in the provider",
        format!(
            "The operation came to an unexpected end: {message}. This is a bug in the provider; please report it. \
             What is known to exist has been kept in the state."
        ),
    )
}

/// What to save after an operation: its result, or on failure what was recorded on the way.
fn outcome(call: &Call, result: Result<Option<Dynamic>, Diagnostics>, kept: Option<Dynamic>) -> Outcome {
    let mut diagnostics = call.take_warnings();
    let state = match result {
        Ok(state) => {
            call.end_intents();
            state
        }
        Err(errors) => {
            call.leave_intents();
            diagnostics.extend(errors);
            call.recorded().or(kept)
        }
    };
    Outcome { state, diagnostics }
}

fn refused(diagnostic: Diagnostic, kept: Option<Dynamic>) -> Outcome {
    Outcome { state: kept, diagnostics: diagnostic.into() }
}

impl<R: Plan + Reconcile> ErasedResource for Erased<R> {
    fn type_name(&self) -> &'static str {
        R::TYPE_NAME
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| Schema {
            version: R::VERSION,
            description: R::Model::DESCRIPTION,
            deprecation: None,
            object: R::Model::schema(),
        })
    }

    fn timeouts(&self) -> DefaultTimeouts {
        R::TIMEOUTS
    }

    fn validate(&self, config: &Dynamic) -> Diagnostics {
        match Self::decode(config) {
            Ok(config) => R::validate(&Config::new(config)),
            Err(error) => error.into(),
        }
    }

    fn plan(&self, draft: ErasedDraft<'_>) -> Diagnostics {
        let decoded = Self::decode(draft.config).and_then(|config| {
            let prior = draft.prior.map(Self::state).transpose()?;
            Ok((Config::new(config), prior, Self::decode(draft.planned)?))
        });
        let (config, prior, mut planned) = match decoded {
            Ok(decoded) => decoded,
            Err(error) => return error.into(),
        };
        let before = planned.encode();
        let diagnostics = R::plan(&mut Draft::new(&config, prior.as_ref(), &mut planned, draft.replace));
        write_back(draft.planned, &before, &planned.encode());
        diagnostics
    }

    fn plan_destroy(&self, prior: &Dynamic) -> Diagnostics {
        match Self::state(prior) {
            Ok(prior) => R::plan_destroy(&prior),
            Err(error) => error.into(),
        }
    }

    fn refusal(&self, remotes: &Remotes) -> Option<Diagnostic> {
        remotes.refusal::<R::Remote>().cloned()
    }

    fn create(&self, call: Call, config: Dynamic, planned: Dynamic) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            let ready = Self::ctx(&call, Operation::Create, &planned)
                .and_then(|ctx| Ok((ctx, Self::planned(&config, planned, self.schema())?)));
            let (ctx, planned) = match ready {
                Ok(ready) => ready,
                Err(error) => return refused(error, None),
            };
            let created = contained(async {
                let created = R::create(&ctx, planned).await;
                // What may have taken effect without an answer is taken up again by the next creation.
                if created.as_ref().is_err_and(|error| !error.maybe_applied()) {
                    call.end_intents();
                }
                created
            });
            let result = created.await;
            outcome(&call, result.map(|state| Some(state.encode())), None)
        })
    }

    fn read(&self, call: Call, prior: Dynamic) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            let ready =
                Self::ctx(&call, Operation::Read, &prior).and_then(|ctx| Ok((ctx, Self::state(&prior)?)));
            let (ctx, state) = match ready {
                Ok(ready) => ready,
                Err(error) => return refused(error, Some(prior)),
            };
            let result = contained(R::read(&ctx, state)).await;
            outcome(&call, result.map(|state| state.map(|state| state.encode())), Some(prior))
        })
    }

    fn update(
        &self,
        call: Call,
        config: Dynamic,
        prior: Dynamic,
        planned: Dynamic,
    ) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            let ready = Self::ctx(&call, Operation::Update, &planned).and_then(|ctx| {
                let planned = Self::planned(&config, planned, self.schema())?;
                Ok((ctx, Change { prior: Self::state(&prior)?, planned }))
            });
            let (ctx, change) = match ready {
                Ok(ready) => ready,
                Err(error) => return refused(error, Some(prior)),
            };
            let result = contained(R::update(&ctx, change)).await;
            outcome(&call, result.map(|state| Some(state.encode())), Some(prior))
        })
    }

    fn delete(&self, call: Call, state: Dynamic) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            let ready =
                Self::ctx(&call, Operation::Delete, &state).and_then(|ctx| Ok((ctx, Self::state(&state)?)));
            let (ctx, typed) = match ready {
                Ok(ready) => ready,
                Err(error) => return refused(error, Some(state)),
            };
            let result = contained(R::delete(&ctx, typed)).await;
            outcome(&call, result.map(|()| None), Some(state))
        })
    }

    fn import_forms(&self) -> &'static [(&'static str, &'static str)] {
        self.forms
    }

    fn import(&self, call: Call, id: String) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            let Some(import) = self.import else {
                let error = Diagnostic::error(
                    "Import not supported",
                    format!("Objects of type {} cannot be imported.", R::TYPE_NAME),
                );
                return refused(error, None);
            };
            let ctx = match Self::ctx(&call, Operation::Read, &Dynamic::Null) {
                Ok(ctx) => ctx,
                Err(error) => return refused(error, None),
            };
            let result = contained(import(&ctx, &id)).await;
            outcome(&call, result.map(Some), None)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(name: &str, regions: Dynamic) -> Dynamic {
        Dynamic::object([("name", name.into()), ("regions", regions)])
    }

    #[test]
    fn a_change_beside_what_the_typed_view_cannot_hold_leaves_it_as_planned() {
        let partly = || Dynamic::List(vec!["eu".into(), Dynamic::unknown()]);
        let list = |name: &str, regions| Dynamic::List(vec![stage(name, regions)]);
        let mut planned = list("a", partly());
        write_back(&mut planned, &list("a", Dynamic::unknown()), &list("b", Dynamic::unknown()));
        assert_eq!(planned, list("b", partly()));
    }
}

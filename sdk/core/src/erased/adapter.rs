//! The adapter from a typed resource to an erased one.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::Instant;

use serde_json::Value as Json;

use super::contain::{
    checked, contained, decode, ends, internal_error, looking, outcome, refused, taken_up, told,
};
use super::overlay::{carried, is_met, restore_write_only, write_back};
use super::{BoxFuture, ErasedDraft, ErasedResource, Outcome};
use crate::{
    Call, Change, Config, Ctx, DefaultTimeouts, Diagnostic, Diagnostics, Draft, Dynamic, Found, Identity,
    Import, List, Listed, Model, MoveError, Moved, Operation, Origin, Plan, Planned, Preflight, Proposal,
    Reconcile, RemoteError, RemoteErrorKind, Remotes, Schema, Sink, Source, State, Upgrade, UpgradeError,
    Versions, Wanted,
};

type ImportFn<R> =
    for<'a> fn(&'a Ctx<<R as Reconcile>::Remote>, &'a str) -> BoxFuture<'a, Result<Dynamic, RemoteError>>;

type ListFn<R> = for<'a> fn(
    &'a Ctx<<R as Reconcile>::Remote>,
    &'a Dynamic,
    Found<'a, <R as crate::Resource>::Model>,
) -> BoxFuture<'a, Result<(), RemoteError>>;

type PreflightFn<R> = for<'a> fn(
    &'a Ctx<<R as Reconcile>::Remote>,
    Proposal<<R as crate::Resource>::Model>,
) -> BoxFuture<'a, Result<Diagnostics, RemoteError>>;

type SourcesFn<M> = fn() -> Vec<Source<M>>;

/// A resource type with what it is able to do.
pub struct Erased<R: Reconcile> {
    schema: OnceLock<Schema>,
    identity: OnceLock<Schema>,
    forms: &'static [(&'static str, &'static str)],
    import: Option<ImportFn<R>>,
    import_id: Option<fn(&R::Identity) -> String>,
    history: Option<fn() -> Versions>,
    sources: Option<SourcesFn<R::Model>>,
    filter: OnceLock<Schema>,
    filter_schema: Option<fn() -> Schema>,
    validate_filter: Option<fn(&Dynamic) -> Diagnostics>,
    list: Option<ListFn<R>>,
    preflight: Option<PreflightFn<R>>,
}

impl<R: Plan + Reconcile> Erased<R> {
    /// A resource type that can be made, read, changed and removed.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            schema: OnceLock::new(),
            identity: OnceLock::new(),
            forms: &[],
            import: None,
            import_id: None,
            history: None,
            sources: None,
            filter: OnceLock::new(),
            filter_schema: None,
            validate_filter: None,
            list: None,
            preflight: None,
        }
    }

    /// The same, and stored forms of earlier versions can be read.
    #[must_use]
    pub fn upgradable(mut self) -> Self
    where
        R: Upgrade,
    {
        self.history = Some(|| R::history().erase());
        self
    }

    /// The same, and it takes over objects of other types.
    #[must_use]
    pub fn movable(mut self) -> Self
    where
        R: Moved,
    {
        self.sources = Some(R::sources);
        self
    }

    /// The same, and its objects can be listed.
    #[must_use]
    pub fn listable(mut self) -> Self
    where
        R: List,
    {
        self.filter_schema = Some(|| Schema::of::<R::Filter>(0, None));
        self.validate_filter = Some(|filter| match decode(filter) {
            Ok(filter) => <R as List>::validate(&Config::new(filter)),
            Err(error) => error.into(),
        });
        self.list = Some(|ctx, filter, mut found| {
            Box::pin(async move {
                let filter = decode(filter).map_err(|error: Diagnostic| {
                    RemoteError::new(RemoteErrorKind::Invalid, "failed to read the filter")
                        .with_detail(error.detail)
                })?;
                R::list(ctx, Config::new(filter), &mut found).await
            })
        });
        self
    }

    /// The same, and its plans are checked against the remote.
    #[must_use]
    pub fn preflighted(mut self) -> Self
    where
        R: Preflight,
    {
        self.preflight = Some(|ctx, proposal| Box::pin(R::preflight(ctx, proposal)));
        self
    }

    fn state(&self, value: &Dynamic) -> Result<State<R::Model>, Diagnostic> {
        decode(value).map(|model| State::read(value, model, &self.schema().object))
    }

    /// The planned values, with write-only attributes as configured.
    fn planned(
        config: &Dynamic,
        mut planned: Dynamic,
        schema: &Schema,
    ) -> Result<Planned<R::Model>, Diagnostic> {
        restore_write_only(&mut planned, config, &schema.object);
        decode(&planned).map(Planned::new)
    }

    /// The plan by which what a creation took up becomes what is planned now: an earlier process may have made it before something
    /// changed that no fingerprint tells. None if it is that already, or cannot become it in place.
    fn mending(
        &self,
        call: &Call,
        config: &Dynamic,
        wanted: Dynamic,
        made: &Dynamic,
    ) -> Option<Planned<R::Model>> {
        if !call.takes_up() || is_met(&wanted, made) {
            return None;
        }
        let mut planned = carried(wanted, made, self.schema());
        let (mut replace, mut deferral) = (Vec::new(), None);
        let found = self.plan(ErasedDraft {
            config,
            prior: Some(made),
            planned: &mut planned,
            replace: &mut replace,
            private: &call.private,
            inherited: call.remotes.inherited(),
            deferral: &mut deferral,
        });
        let is_possible = !found.has_errors() && replace.is_empty();
        is_possible.then(|| Self::planned(config, planned, self.schema()).ok()).flatten()
    }

    fn ctx(call: &Call, operation: Operation, object: &Dynamic) -> Result<Ctx<R::Remote>, Diagnostic> {
        let remote = call.remotes.remote::<R::Remote>()?;
        Ok(Ctx::new(remote, call.clone(), R::TIMEOUTS.limit(operation, object)))
    }

    fn has_identity() -> bool {
        !R::Identity::schema().attributes.is_empty()
    }
}

impl<R: Plan + Reconcile> Default for Erased<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Plan + Import> Erased<R> {
    /// A resource type that can be imported as well.
    #[must_use]
    pub const fn importable() -> Self {
        let mut importable = Self::new();
        importable.forms = R::FORMS;
        importable.import =
            Some(|ctx, id| Box::pin(async move { R::import(ctx, id).await.map(|state| state.encode()) }));
        importable.import_id = Some(R::import_id);
        importable
    }
}

fn cannot_be_imported<R: Reconcile>() -> Outcome {
    let text = format!("Objects of type {} cannot be imported.", R::TYPE_NAME);
    refused(Diagnostic::error("Import not supported", text), None)
}

/// What to say of a plan that could not be checked. A remote that does not know the question has nothing against it.
fn unchecked(error: RemoteError) -> Diagnostics {
    if matches!(error.kind(), RemoteErrorKind::Garbled | RemoteErrorKind::Cancelled) {
        return Diagnostics::new();
    }
    let detail =
        format!("The plan could not be checked beforehand, and may be refused when it is applied: {error}");
    Diagnostic::warning("Plan not checked", detail).into()
}

/// Adds the identity to what is found.
struct Identifying<'a, R: Reconcile> {
    resource: &'a Erased<R>,
    wanted: Wanted,
    sink: &'a dyn Sink<Listed>,
}

impl<R: Plan + Reconcile> Sink<(String, Dynamic)> for Identifying<'_, R> {
    fn send(&self, (display_name, state): (String, Dynamic)) -> BoxFuture<'_, ControlFlow<()>> {
        let mut diagnostics = Diagnostics::new();
        let identity = self.resource.identity(&state).unwrap_or_else(|error| {
            diagnostics.push(error);
            Dynamic::Null
        });
        let object = (self.wanted.objects == crate::Objects::Whole).then_some(state);
        self.sink.send(Listed { display_name, identity, object, diagnostics })
    }
}

impl<R: Plan + Reconcile> ErasedResource for Erased<R> {
    fn type_name(&self) -> &'static str {
        R::TYPE_NAME
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| Schema::of::<R::Model>(R::VERSION, R::DEPRECATION))
    }

    fn timeouts(&self) -> DefaultTimeouts {
        R::TIMEOUTS
    }

    fn validate(&self, config: &Dynamic) -> Diagnostics {
        checked(config, R::validate)
    }

    fn plan(&self, draft: ErasedDraft<'_>) -> Diagnostics {
        let decoded = decode(draft.config).and_then(|config| {
            let prior = draft.prior.map(|prior| self.state(prior)).transpose()?;
            Ok((Config::new(config), prior, decode::<R::Model>(draft.planned)?))
        });
        let (config, prior, mut planned) = match decoded {
            Ok(decoded) => decoded,
            Err(error) => return error.into(),
        };
        let before = planned.clone();
        let mut typed = Draft::new(&config, prior.as_ref(), &mut planned, draft.replace)
            .remembering(draft.private)
            .inheriting(draft.inherited);
        let mut diagnostics = R::plan(&mut typed);
        diagnostics.extend(typed.take_told());
        *draft.deferral = typed.deferral();
        if planned != before {
            write_back(draft.planned, &before.encode(), &planned.encode());
        }
        diagnostics
    }

    fn plan_destroy(&self, prior: &Dynamic) -> Diagnostics {
        match self.state(prior) {
            Ok(prior) => R::plan_destroy(&prior),
            Err(error) => error.into(),
        }
    }

    fn tidy(&self, config: &mut Dynamic) {
        if let Ok(mut typed) = decode::<R::Model>(config) {
            R::tidy(&mut typed);
            *config = typed.encode();
        }
    }

    fn refusal(&self, remotes: &Remotes) -> Option<Diagnostic> {
        remotes.refusal::<R::Remote>().cloned()
    }

    fn pending(&self, remotes: &Remotes) -> Option<Diagnostic> {
        remotes.pending_reason::<R::Remote>().cloned()
    }

    fn preflight(&self, call: Call, prior: Dynamic, planned: Dynamic) -> BoxFuture<'_, Diagnostics> {
        Box::pin(async move {
            let (Some(preflight), Ok(ctx)) =
                (self.preflight, Self::ctx(&call, Operation::Read, &Dynamic::Null))
            else {
                return Diagnostics::new();
            };
            let decoded = decode(&planned).and_then(|planned| {
                let prior = (!prior.is_null()).then(|| self.state(&prior)).transpose()?;
                Ok(Proposal { prior, planned: Planned::new(planned) })
            });
            let proposal = match decoded {
                Ok(proposal) => proposal,
                Err(error) => return error.into(),
            };
            let checked = looking(&call.stop, preflight(&ctx, proposal));
            let checked = async { Ok(checked.await.unwrap_or_else(unchecked)) };
            contained(checked).await.unwrap_or_else(|panic| panic)
        })
    }

    fn create(&self, call: Call, config: Dynamic, planned: Dynamic) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            let (wanted, begun) = (planned.clone(), Instant::now());
            let ready = Self::ctx(&call, Operation::Create, &planned)
                .and_then(|ctx| Ok((ctx, Self::planned(&config, planned, self.schema())?)));
            let (ctx, planned) = match ready {
                Ok(ready) => ready,
                Err(error) => return refused(error, None),
            };
            let created = contained(async {
                // On the heap, here and below: without optimisation, what a type keeps between its requests fills the stack, once for
                // each function that it is handed through.
                let created = Box::pin(R::create(&ctx, planned)).await;
                // What may have taken effect without an answer is taken up again by the next creation.
                if created.as_ref().is_err_and(|error| ends(error, &call)) {
                    call.end_intents();
                }
                let prior = created?;
                let made = prior.encode();
                let Some(planned) = self.mending(&call, &config, wanted, &made) else {
                    return Ok(Some(made));
                };
                ctx.record(&prior);
                let ctx = ctx.within(begun.elapsed());
                let mended = Box::pin(R::update(&ctx, Change { prior, planned })).await;
                mended.map(|state| Some(state.encode())).map_err(taken_up)
            });
            let result = created.await;
            outcome(&call, result, None)
        })
    }

    fn read(&self, call: Call, prior: Dynamic) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            let ready =
                Self::ctx(&call, Operation::Read, &prior).and_then(|ctx| Ok((ctx, self.state(&prior)?)));
            let (ctx, state) = match ready {
                Ok(ready) => ready,
                Err(error) => return refused(error, Some(prior)),
            };
            let read =
                async { Box::pin(R::read(&ctx, state)).await.map(|state| state.map(|state| state.encode())) };
            outcome(&call, contained(looking(&call.stop, read)).await, Some(prior))
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
                Ok((ctx, Change { prior: self.state(&prior)?, planned }))
            });
            let (ctx, change) = match ready {
                Ok(ready) => ready,
                Err(error) => return refused(error, Some(prior)),
            };
            let updated = async { Box::pin(R::update(&ctx, change)).await.map(|state| Some(state.encode())) };
            outcome(&call, contained(updated).await, Some(prior))
        })
    }

    fn delete(&self, call: Call, state: Dynamic) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            let ready =
                Self::ctx(&call, Operation::Delete, &state).and_then(|ctx| Ok((ctx, self.state(&state)?)));
            let (ctx, typed) = match ready {
                Ok(ready) => ready,
                Err(error) => return refused(error, Some(state)),
            };
            let deleted = async { Box::pin(R::delete(&ctx, typed)).await.map(|()| None) };
            outcome(&call, contained(deleted).await, Some(state))
        })
    }

    fn import_forms(&self) -> &'static [(&'static str, &'static str)] {
        self.forms
    }

    fn import(&self, call: Call, id: String) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            let Some(import) = self.import else { return cannot_be_imported::<R>() };
            let ctx = match Self::ctx(&call, Operation::Read, &Dynamic::Null) {
                Ok(ctx) => ctx,
                Err(error) => return refused(error, None),
            };
            let imported = async { import(&ctx, &id).await.map(Some) };
            outcome(&call, contained(looking(&call.stop, imported)).await, None)
        })
    }

    fn import_identity(&self, call: Call, identity: Dynamic) -> BoxFuture<'_, Outcome> {
        let Some(import_id) = self.import_id else {
            return Box::pin(std::future::ready(cannot_be_imported::<R>()));
        };
        match decode::<R::Identity>(&identity) {
            Ok(identity) => self.import(call, import_id(&identity)),
            Err(error) => Box::pin(std::future::ready(refused(error, None))),
        }
    }

    fn identity_schema(&self) -> Option<&Schema> {
        Self::has_identity().then(|| {
            self.identity
                .get_or_init(|| Schema::of::<R::Identity>(<R::Identity as Identity<R::Model>>::VERSION, None))
        })
    }

    fn identity(&self, object: &Dynamic) -> Result<Dynamic, Diagnostic> {
        if object.is_null() || !Self::has_identity() {
            return Ok(Dynamic::Null);
        }
        let model = decode::<R::Model>(object)?;
        // The object exists, whatever the type's own code does now.
        let identity = AssertUnwindSafe(|| <R::Identity as Identity<R::Model>>::of(&model).encode());
        catch_unwind(identity).map_err(|panic| internal_error(panic.as_ref()))
    }

    fn upgrade(&self, version: i64, stored: &Json) -> Result<Dynamic, UpgradeError> {
        let versions = self.history.map_or_else(|| Versions::only(R::VERSION), |history| history());
        versions.read(version, stored, &self.schema().object)
    }

    fn upgrade_identity(&self, version: i64, stored: &Json) -> Result<Dynamic, UpgradeError> {
        let latest = <R::Identity as Identity<R::Model>>::VERSION;
        let history = <R::Identity as Identity<R::Model>>::history();
        let versions = history.map_or_else(|| Versions::only(latest), crate::History::erase);
        versions.read(version, stored, &R::Identity::schema())
    }

    fn latest_version(&self) -> i64 {
        self.history.map_or(R::VERSION, |history| history().latest())
    }

    fn origins(&self) -> Vec<Origin> {
        self.sources
            .map(|sources| sources().into_iter().map(|source| source.origin).collect())
            .unwrap_or_default()
    }

    fn take_over(&self, origin: &Origin, stored: &Json) -> Option<Result<Dynamic, MoveError>> {
        let source = self.sources?().into_iter().find(|source| source.origin == *origin)?;
        Some(source.convert(stored).map(|model| model.encode()))
    }

    fn filter_schema(&self) -> Option<&Schema> {
        self.filter_schema.map(|build| self.filter.get_or_init(build))
    }

    fn validate_filter(&self, filter: &Dynamic) -> Diagnostics {
        self.validate_filter.map_or_else(Diagnostics::new, |validate| validate(filter))
    }

    fn list<'a>(
        &'a self,
        call: Call,
        filter: Dynamic,
        wanted: Wanted,
        found: &'a dyn Sink<Listed>,
    ) -> BoxFuture<'a, Diagnostics> {
        Box::pin(async move {
            let Some(list) = self.list else {
                let text = format!("Objects of type {} cannot be listed.", R::TYPE_NAME);
                return Diagnostic::error("List not supported", text).into();
            };
            let ctx = match Self::ctx(&call, Operation::Read, &Dynamic::Null) {
                Ok(ctx) => ctx,
                Err(error) => return error.into(),
            };
            let sink = Identifying { resource: self, wanted, sink: found };
            let listed = looking(&call.stop, list(&ctx, &filter, Found::new(&sink, wanted)));
            told(&call, contained(listed).await)
        })
    }
}

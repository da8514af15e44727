//! Plans and applies one object.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use sparki_core::{
    BoxFuture, Call, Diagnostic, Diagnostics, Dynamic, ErasedResource, Intents, Listed, ObjectSchema,
    Objects, Outcome, Private, Remotes, Sink, Wanted,
};
use sparki_plan::{
    Action, Besides, InstancePlan, plan_knowing, render, settle, settle_refresh, validate, with_defaults,
};
use tokio_util::sync::CancellationToken;

use crate::{MemoryIntents, Object};

/// Plans and applies objects through a set of remotes. Clones share everything.
#[derive(Clone)]
pub struct Engine {
    remotes: Arc<Remotes>,
    intents: Arc<dyn Intents>,
    stop: CancellationToken,
}

/// What will be done to one object: data to look at, and to hand to [`Engine::apply`].
#[derive(Clone, Debug)]
pub struct Change {
    config: Dynamic,
    existing: Option<Object>,
    plan: InstancePlan,
    /// What is remembered besides the state, the plan included.
    private: Vec<u8>,
    /// The plan of the new object, where the old one is replaced.
    replacement: Option<InstancePlan>,
}

/// An operation failed. What exists all the same is not lost.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong, and what to do.
    pub diagnostics: Diagnostics,
    /// The object as far as it exists.
    pub remains: Option<Box<Object>>,
}

impl Change {
    /// What will be done.
    #[must_use]
    pub fn action(&self) -> Action {
        self.plan.action
    }

    /// The plan itself.
    #[must_use]
    pub fn plan(&self) -> &InstancePlan {
        &self.plan
    }

    /// The plan as text; empty if nothing is to be done.
    #[must_use]
    pub fn render(&self, resource: &dyn ErasedResource, address: &str) -> String {
        let prior = self.existing.as_ref().map_or(&Dynamic::Null, |object| &object.state);
        render(address, resource.schema(), prior, &self.plan)
    }
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        Self { diagnostics, remains: None }
    }
}

impl Engine {
    /// An engine that reaches the given remotes.
    #[must_use]
    pub fn new(remotes: Remotes) -> Self {
        Self {
            remotes: Arc::new(remotes),
            intents: Arc::new(MemoryIntents::default()),
            stop: CancellationToken::new(),
        }
    }

    /// The token that stops every operation of this engine: each ends soon and tells what exists.
    #[must_use]
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Plans what takes an object from what exists to what is wanted. Pure: nothing is asked of a remote.
    ///
    /// # Errors
    /// The diagnostics, if the configuration is not acceptable or the change is refused.
    pub fn plan(
        &self,
        resource: &dyn ErasedResource,
        config: Dynamic,
        existing: Option<&Object>,
    ) -> Result<Change, Diagnostics> {
        let schema = &resource.schema().object;
        if !config.is_null() {
            let mut found = validate(schema, &config);
            if !found.has_errors() {
                found.extend(resource.validate(&config));
            }
            refuse_errors(found)?;
        }
        let prior = existing.map_or(Dynamic::Null, |object| object.state.clone());
        let mut private = Private::from_bytes(existing.map_or(&[], |object| &object.private));
        let inherited = self.remotes.inherited();
        let plan = plan_knowing(resource, &config, &prior, Besides { private: &private, inherited });
        refuse_errors(plan.diagnostics.clone())?;
        let replacement = match plan.action {
            Action::Replace => {
                // A new object inherits nothing from the one it replaces.
                private = Private::default();
                let besides = Besides { private: &private, inherited };
                let replacement = plan_knowing(resource, &config, &Dynamic::Null, besides);
                refuse_errors(replacement.diagnostics.clone())?;
                Some(replacement)
            }
            Action::NoOp | Action::Create | Action::Update | Action::Delete => None,
        };
        Ok(Change { config, existing: existing.cloned(), plan, private: private.to_bytes(), replacement })
    }

    /// Asks the remote what stands in the way of a change before it is carried out: errors for what would be refused,
    /// warnings for what may be. What changes nothing, or only removes, is not asked about; a replacement is asked about as
    /// the new object.
    pub async fn check(&self, resource: &dyn ErasedResource, change: &Change) -> Diagnostics {
        let existing = || change.existing.as_ref().map_or(Dynamic::Null, |object| object.state.clone());
        let (prior, planned) = match (change.plan.action, &change.replacement) {
            (Action::NoOp | Action::Delete, _) => return Diagnostics::new(),
            (Action::Replace, Some(replacement)) => (Dynamic::Null, replacement.planned.clone()),
            (Action::Replace, None) => (Dynamic::Null, change.plan.planned.clone()),
            (Action::Create | Action::Update, _) => (existing(), change.plan.planned.clone()),
        };
        resource.preflight(self.call(&change.private), prior, planned).await
    }

    /// Carries out a change; `None` if the object is gone afterwards.
    ///
    /// # Errors
    /// [`Failure`] with what exists all the same.
    pub async fn apply(
        &self,
        resource: &dyn ErasedResource,
        change: Change,
    ) -> Result<Option<Object>, Failure> {
        let Change { config, existing, plan, private, replacement } = change;
        match (plan.action, existing) {
            (Action::NoOp, existing) => Ok(existing),
            (Action::Create, _) | (Action::Update | Action::Replace | Action::Delete, None) => {
                self.create(resource, &private, config, plan.planned).await.map(Some)
            }
            (Action::Update, Some(object)) => {
                let call = self.call(&private);
                let outcome = resource.update(call.clone(), config, object.state, plan.planned.clone()).await;
                finish(resource, &call, outcome, |schema, state| settle(schema, &plan.planned, state))
            }
            (Action::Delete, Some(object)) => self.delete(resource, object).await.map(|()| None),
            (Action::Replace, Some(object)) => {
                self.delete(resource, object).await?;
                let planned = replacement.map_or(plan.planned, |replacement| replacement.planned);
                self.create(resource, &private, config, planned).await.map(Some)
            }
        }
    }

    /// Looks at the remote object again; `None` if it does not exist any more.
    ///
    /// # Errors
    /// [`Failure`] with the object as it was known.
    pub async fn refresh(
        &self,
        resource: &dyn ErasedResource,
        object: &Object,
    ) -> Result<Option<Object>, Failure> {
        let call = self.call(&object.private);
        let outcome = resource.read(call.clone(), object.state.clone()).await;
        finish(resource, &call, outcome, |schema, state| settle_refresh(schema, &object.state, state))
    }

    /// Finds an object by its id or path.
    ///
    /// # Errors
    /// [`Failure`] if there is none.
    pub async fn find(&self, resource: &dyn ErasedResource, id: &str) -> Result<Object, Failure> {
        let call = self.call(&[]);
        let outcome = resource.import(call.clone(), id.to_owned()).await;
        finish(resource, &call, outcome, |schema, state| settle(schema, &Dynamic::Null, state))?.ok_or_else(
            || {
                let text = format!("There is no {} {id:?}.", resource.type_name());
                Diagnostics::from(Diagnostic::error("Object not found", text)).into()
            },
        )
    }

    /// Finds every object that passes the filter, as many as `limit` says at most. An object whose listing brought a
    /// complaint is an error, as one that is not there would be.
    ///
    /// # Errors
    /// [`Failure`] if the filter is not acceptable, or the remote cannot be asked.
    pub async fn list(
        &self,
        resource: &dyn ErasedResource,
        filter: &Dynamic,
        limit: Option<u64>,
    ) -> Result<Vec<Object>, Failure> {
        let call = self.call(&[]);
        let mut diagnostics = Diagnostics::new();
        let mut filled = filter.clone();
        if let Some(schema) = resource.filter_schema() {
            diagnostics.extend(validate(&schema.object, filter));
            if !diagnostics.has_errors() {
                diagnostics.extend(resource.validate_filter(filter));
            }
            filled = with_defaults(&schema.object, filter);
        }
        let found = Collected::default();
        if !diagnostics.has_errors() {
            let wanted = Wanted { limit, objects: Objects::Whole };
            diagnostics.extend(resource.list(call, filled, wanted, &found).await);
        }
        let schema = &resource.schema().object;
        let mut objects = Vec::new();
        for listed in found.0.into_inner().unwrap_or_else(PoisonError::into_inner) {
            diagnostics.extend(listed.diagnostics);
            let state = listed.object.map(|object| settle(schema, &Dynamic::Null, object));
            objects.extend(state.map(|state| Object { state, private: Vec::new() }));
        }
        if diagnostics.has_errors() { Err(diagnostics.into()) } else { Ok(objects) }
    }

    async fn create(
        &self,
        resource: &dyn ErasedResource,
        private: &[u8],
        config: Dynamic,
        planned: Dynamic,
    ) -> Result<Object, Failure> {
        let call = self.call(private);
        let outcome = resource.create(call.clone(), config, planned.clone()).await;
        finish(resource, &call, outcome, |schema, state| settle(schema, &planned, state))?.ok_or_else(|| {
            let text = format!("The {} was created, and nothing is known about it.", resource.type_name());
            Diagnostics::from(Diagnostic::error("Object not known", text)).into()
        })
    }

    async fn delete(&self, resource: &dyn ErasedResource, object: Object) -> Result<(), Failure> {
        let call = self.call(&object.private);
        let outcome = resource.delete(call.clone(), object.state).await;
        if !outcome.diagnostics.has_errors() {
            return Ok(());
        }
        let remains = outcome.state.map(|state| Box::new(Object { state, private: call.private.to_bytes() }));
        Err(Failure { diagnostics: outcome.diagnostics, remains })
    }

    fn call(&self, private: &[u8]) -> Call {
        let (remotes, intents) = (Arc::clone(&self.remotes), Arc::clone(&self.intents));
        Call::new(remotes, Private::from_bytes(private), self.stop.child_token(), intents)
    }
}

fn refuse_errors(found: Diagnostics) -> Result<(), Diagnostics> {
    if found.has_errors() { Err(found) } else { Ok(()) }
}

/// What to keep of what the remote answered, once it is settled against what was expected.
fn finish(
    resource: &dyn ErasedResource,
    call: &Call,
    outcome: Outcome,
    settled: impl FnOnce(&ObjectSchema, Dynamic) -> Dynamic,
) -> Result<Option<Object>, Failure> {
    let schema = &resource.schema().object;
    let object = outcome.state.map(|state| Object {
        state: sparki_core::storable(settled(schema, state), schema),
        private: call.private.to_bytes(),
    });
    if outcome.diagnostics.has_errors() {
        return Err(Failure { diagnostics: outcome.diagnostics, remains: object.map(Box::new) });
    }
    Ok(object)
}

/// Keeps what is found.
#[derive(Default)]
struct Collected(Mutex<Vec<Listed>>);

impl Sink<Listed> for Collected {
    fn send(&self, listed: Listed) -> BoxFuture<'_, ControlFlow<()>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(listed);
        Box::pin(std::future::ready(ControlFlow::Continue(())))
    }
}

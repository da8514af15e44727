//! What a resource type consists of: a definition, rules for planning, and a way to talk to its remote.

use std::future::Future;
use std::sync::Arc;

use crate::{
    Config, Ctx, DefaultTimeouts, Diagnostic, Diagnostics, Identity, Inherited, Model, Path, Planned,
    Private, RemoteError, State, Value,
};

/// A resource type: its name and its definition.
pub trait Resource: Send + Sync + 'static {
    /// Name of the type in configuration: `sparki_pipeline`.
    const TYPE_NAME: &'static str;
    /// Counts incompatible changes to the stored state.
    const VERSION: i64 = 0;
    /// How long operations may take where the practitioner does not say.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(5, 5, 5, 5);
    /// Why the type should no longer be used and what to use instead.
    const DEPRECATION: Option<&'static str> = None;
    /// The definition.
    type Model: Model;
    /// What tells its objects from each other; [`crate::NoIdentity`] if nothing lasting does.
    type Identity: Identity<Self::Model>;
}

/// The rules between attributes that decide what is planned. Pure: no I/O, no clock, no randomness, so that the
/// second plan, at apply, comes to the same result.
pub trait Plan: Resource {
    /// Checks configuration beyond what validators and rules of the model say. Values may be unknown.
    #[must_use]
    fn validate(config: &Config<Self::Model>) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Adjusts the plan for a create or an update.
    #[must_use]
    fn plan(draft: &mut Draft<'_, Self::Model>) -> Diagnostics {
        let _ = draft;
        Diagnostics::new()
    }

    /// Checks a planned removal.
    #[must_use]
    fn plan_destroy(prior: &State<Self::Model>) -> Diagnostics {
        let _ = prior;
        Diagnostics::new()
    }

    /// Adjusts configuration that was generated from a state: an object has one form, and configuration may have
    /// several, of which one must be left.
    fn tidy(config: &mut Self::Model) {
        let _ = config;
    }
}

/// Why a change is put off until more is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deferral {
    /// The configuration of the resource has values that are not known yet.
    ConfigUnknown,
    /// The configuration of the provider has values that are not known yet.
    ProviderUnknown,
    /// Something that the resource needs does not exist yet.
    AbsentPrerequisite,
}

/// The plan of one resource while it is being made.
pub struct Draft<'a, M> {
    config: &'a Config<M>,
    prior: Option<&'a State<M>>,
    planned: &'a mut M,
    replace: &'a mut Vec<Path>,
    private: Remembered<'a>,
    inherited: Option<&'a Inherited>,
    deferral: Option<Deferral>,
    told: Diagnostics,
}

/// What is remembered besides the state: what there was, or nothing yet.
enum Remembered<'a> {
    Private(&'a Private),
    Nothing(Private),
}

impl<'a, M: Model> Draft<'a, M> {
    /// A draft over what generic planning came to.
    pub fn new(
        config: &'a Config<M>,
        prior: Option<&'a State<M>>,
        planned: &'a mut M,
        replace: &'a mut Vec<Path>,
    ) -> Self {
        let private = Remembered::Nothing(Private::default());
        Self {
            config,
            prior,
            planned,
            replace,
            private,
            inherited: None,
            deferral: None,
            told: Diagnostics::new(),
        }
    }

    /// The same with what is remembered besides the state.
    #[must_use]
    pub fn remembering(self, private: &'a Private) -> Self {
        Self { private: Remembered::Private(private), ..self }
    }

    /// The same with what objects inherit from how the provider is set up.
    #[must_use]
    pub fn inheriting(self, inherited: &'a Inherited) -> Self {
        Self { inherited: Some(inherited), ..self }
    }

    /// What the practitioner wrote.
    #[must_use]
    pub fn config(&self) -> &Config<M> {
        self.config
    }

    /// What exists; none on create.
    #[must_use]
    pub fn prior(&self) -> Option<&State<M>> {
        self.prior
    }

    /// What is planned so far.
    #[must_use]
    pub fn planned(&self) -> &M {
        self.planned
    }

    /// What is planned so far, to be changed.
    pub fn planned_mut(&mut self) -> &mut M {
        self.planned
    }

    /// Says that the change of this attribute needs a new remote object.
    pub fn require_replace(&mut self, path: Path) {
        if self.prior.is_some() && !self.replace.contains(&path) {
            self.replace.push(path);
        }
    }

    /// What is remembered besides the state. What the plan stores here reaches the apply, whichever version of
    /// Terraform carries it out; the second plan, at apply, sees it only from Terraform 1.16 on.
    #[must_use]
    pub fn private(&self) -> &Private {
        match &self.private {
            Remembered::Private(private) => private,
            Remembered::Nothing(private) => private,
        }
    }

    /// What objects inherit of this type of values. The second plan, at apply, sees the same, unless it is unknown now.
    pub fn inherited<T: Send + Sync + 'static>(&self) -> Value<Arc<T>> {
        self.inherited.map_or_else(|| Inherited::new().value(), Inherited::value)
    }

    /// Asks to put the change off. Where Terraform does not allow that, or nothing is unknown, it is planned all the
    /// same.
    pub fn defer(&mut self, reason: Deferral) {
        self.deferral = Some(reason);
    }

    /// Tells something besides what [`Plan::plan`] returns, for rules that several types have in common.
    pub fn tell(&mut self, diagnostic: Diagnostic) {
        self.told.push(diagnostic);
    }

    /// What was told besides, taken out.
    pub fn take_told(&mut self) -> Diagnostics {
        std::mem::take(&mut self.told)
    }

    /// Why the change should be put off, if it should.
    #[must_use]
    pub fn deferral(&self) -> Option<Deferral> {
        self.deferral
    }
}

/// An update: what exists, and what is planned.
#[derive(Clone, Debug)]
pub struct Change<M: Model> {
    /// What exists.
    pub prior: State<M>,
    /// What is planned. Write-only attributes hold the configured values.
    pub planned: Planned<M>,
}

/// What an operation that changes a remote object comes to. On an error, what [`Ctx::record`] was last given is
/// saved.
pub type Applied<M> = Result<State<M>, RemoteError>;

/// Talks to the remote. Carries out what is planned and makes no choice of its own.
pub trait Reconcile: Resource {
    /// The connection it talks through.
    type Remote: Send + Sync + 'static;

    /// Makes the remote object. Write-only attributes of `planned` hold the configured values.
    fn create(
        ctx: &Ctx<Self::Remote>,
        planned: Planned<Self::Model>,
    ) -> impl Future<Output = Applied<Self::Model>> + Send;

    /// Looks at the remote object; `None` if it does not exist any more.
    fn read(
        ctx: &Ctx<Self::Remote>,
        prior: State<Self::Model>,
    ) -> impl Future<Output = Result<Option<State<Self::Model>>, RemoteError>> + Send;

    /// Changes the remote object in place.
    fn update(
        ctx: &Ctx<Self::Remote>,
        change: Change<Self::Model>,
    ) -> impl Future<Output = Applied<Self::Model>> + Send;

    /// Removes the remote object. One that is gone already is no error. To save a state with what is left after a
    /// failure, record it.
    fn delete(
        ctx: &Ctx<Self::Remote>,
        state: State<Self::Model>,
    ) -> impl Future<Output = Result<(), RemoteError>> + Send;
}

/// A resource type whose objects can be found by an id or a path and taken under management.
pub trait Import: Reconcile {
    /// What the practitioner may pass, with an example each: `("acme/web/ci", "workspace, project and pipeline")`.
    const FORMS: &'static [(&'static str, &'static str)];

    /// Finds the object, and returns all that [`Reconcile::read`] would. The data source of the type asks for no more.
    fn import(
        ctx: &Ctx<Self::Remote>,
        id: &str,
    ) -> impl Future<Output = Result<State<Self::Model>, RemoteError>> + Send;

    /// The id by which [`Import::import`] finds the object with this identity.
    #[must_use]
    fn import_id(identity: &Self::Identity) -> String;
}

/// The diagnostic for an id that has none of the accepted forms.
#[must_use]
pub fn import_form_error(id: &str, forms: &[(&str, &str)]) -> Diagnostic {
    let forms: Vec<_> = forms.iter().map(|(example, meaning)| format!("  {example}  ({meaning})")).collect();
    Diagnostic::error(
        "Invalid import id",
        format!("{id:?} has none of the accepted forms. Use one of:\n{}", forms.join("\n")),
    )
}

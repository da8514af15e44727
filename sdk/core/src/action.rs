//! Things that are done, and leave nothing to be managed.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::erased::{checked, contained, ready, told};
use crate::{
    BoxFuture, Call, Config, Ctx, Diagnostic, Diagnostics, Dynamic, Model, RemoteError, Remotes, Schema, Sink,
};

/// An action type: something that a practitioner has done, such as a rotation.
pub trait Action: Send + Sync + 'static {
    /// Name of the type in configuration.
    const TYPE_NAME: &'static str;
    /// How long it may take.
    const TIMEOUT: Duration = Duration::from_secs(1800);
    /// Why the type should no longer be used and what to use instead.
    const DEPRECATION: Option<&'static str> = None;
    /// What is configured. Nothing in it is computed.
    type Model: Model;
    /// The connection it talks through.
    type Remote: Send + Sync + 'static;

    /// Checks configuration beyond what validators and rules of the model say. Values may be unknown.
    #[must_use]
    fn validate(config: &Config<Self::Model>) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Says before apply what speaks against it. Pure; values may be unknown.
    #[must_use]
    fn plan(config: &Config<Self::Model>) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Does it, and tells how it goes on.
    fn invoke(
        ctx: &Ctx<Self::Remote>,
        config: Config<Self::Model>,
        progress: &Progress,
    ) -> impl Future<Output = Result<(), RemoteError>> + Send;
}

/// Tells a practitioner how an action goes on, while it does. Never put a secret into it.
#[derive(Clone)]
pub struct Progress(Arc<dyn Sink<String>>);

impl Progress {
    /// Tells whoever listens.
    #[must_use]
    pub fn new(listener: Arc<dyn Sink<String>>) -> Self {
        Self(listener)
    }

    /// Tells one thing, in a sentence. Whether anybody still listens makes no difference to the action.
    pub async fn tell(&self, message: impl Into<String>) {
        let (ControlFlow::Continue(()) | ControlFlow::Break(())) = self.0.send(message.into()).await;
    }
}

/// An action type without its Rust types.
pub trait ErasedAction: Send + Sync {
    /// Name of the type in configuration.
    fn type_name(&self) -> &'static str;
    /// The definition, built once.
    fn schema(&self) -> &Schema;
    /// The type's own checks of configuration.
    fn validate(&self, config: &Dynamic) -> Diagnostics;
    /// What speaks against it before apply.
    fn plan(&self, config: &Dynamic) -> Diagnostics;
    /// Why it can never be done through these remotes, if that is certain already.
    fn refusal(&self, remotes: &Remotes) -> Option<Diagnostic>;
    /// Why there is no remote yet, if there may be one once everything is known.
    fn pending(&self, remotes: &Remotes) -> Option<Diagnostic>;
    /// Does it.
    fn invoke(&self, call: Call, config: Dynamic, progress: Progress) -> BoxFuture<'_, Diagnostics>;
}

/// The adapter from a typed action to an erased one.
pub(crate) struct ActionType<A> {
    schema: OnceLock<Schema>,
    of: PhantomData<fn() -> A>,
}

impl<A: Action> ActionType<A> {
    pub(crate) const fn new() -> Self {
        Self { schema: OnceLock::new(), of: PhantomData }
    }
}

impl<A: Action> ErasedAction for ActionType<A> {
    fn type_name(&self) -> &'static str {
        A::TYPE_NAME
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| Schema::of::<A::Model>(0, A::DEPRECATION))
    }

    fn validate(&self, config: &Dynamic) -> Diagnostics {
        checked(config, A::validate)
    }

    fn plan(&self, config: &Dynamic) -> Diagnostics {
        checked(config, A::plan)
    }

    fn refusal(&self, remotes: &Remotes) -> Option<Diagnostic> {
        remotes.refusal::<A::Remote>().cloned()
    }

    fn pending(&self, remotes: &Remotes) -> Option<Diagnostic> {
        remotes.pending_reason::<A::Remote>().cloned()
    }

    fn invoke(&self, call: Call, config: Dynamic, progress: Progress) -> BoxFuture<'_, Diagnostics> {
        Box::pin(async move {
            let (ctx, config) = match ready(&call, A::TIMEOUT, &config) {
                Ok(ready) => ready,
                Err(error) => return error.into(),
            };
            let invoked = contained(A::invoke(&ctx, config, &progress)).await;
            told(&call, invoked)
        })
    }
}

//! What a resource is given to carry out an operation.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{Diagnostic, Diagnostics, Dynamic, Inherited, Model, Private, State, Value};

/// The configured connections to remotes, by type, and what objects inherit from how they are set up.
///
/// Which remotes there are is the product's business: neither planner nor server knows one.
#[derive(Clone, Default)]
pub struct Remotes {
    connections: BTreeMap<TypeId, Remote>,
    inherited: Inherited,
}

#[derive(Clone)]
enum Remote {
    Ready(Arc<dyn Any + Send + Sync>),
    /// It will never be there.
    Refused(Diagnostic),
    /// It may be there once everything is known.
    Pending(Diagnostic),
}

impl Remotes {
    /// No remotes: what there is before configuration.
    #[must_use]
    pub const fn new() -> Self {
        Self { connections: BTreeMap::new(), inherited: Inherited::new() }
    }

    /// Adds a value that objects inherit. One that is only known after apply is unknown.
    #[must_use]
    pub fn with_inherited<T: Send + Sync + 'static>(self, value: Value<T>) -> Self {
        Self { inherited: self.inherited.with(value), ..self }
    }

    /// What objects inherit.
    #[must_use]
    pub fn inherited(&self) -> &Inherited {
        &self.inherited
    }

    /// Adds a remote.
    #[must_use]
    pub fn with<R: Send + Sync + 'static>(mut self, remote: Arc<R>) -> Self {
        self.connections.insert(TypeId::of::<R>(), Remote::Ready(remote));
        self
    }

    /// Notes why there is no remote of this type. Resources that need it report the reason; others do not care.
    #[must_use]
    pub fn without<R: Send + Sync + 'static>(mut self, reason: Diagnostic) -> Self {
        self.connections.insert(TypeId::of::<R>(), Remote::Refused(reason));
        self
    }

    /// Notes that the remote of this type depends on what is only known after apply. Plans do without.
    #[must_use]
    pub fn pending<R: Send + Sync + 'static>(mut self, reason: Diagnostic) -> Self {
        self.connections.insert(TypeId::of::<R>(), Remote::Pending(reason));
        self
    }

    /// Why there will be no remote of this type, however long one waits.
    #[must_use]
    pub fn refusal<R: Send + Sync + 'static>(&self) -> Option<&Diagnostic> {
        match self.connections.get(&TypeId::of::<R>())? {
            Remote::Refused(reason) => Some(reason),
            Remote::Ready(_) | Remote::Pending(_) => None,
        }
    }

    /// Why there is no remote of this type yet, though there may be one once everything is known.
    #[must_use]
    pub fn pending_reason<R: Send + Sync + 'static>(&self) -> Option<&Diagnostic> {
        match self.connections.get(&TypeId::of::<R>())? {
            Remote::Pending(reason) => Some(reason),
            Remote::Ready(_) | Remote::Refused(_) => None,
        }
    }

    /// The remote of this type.
    ///
    /// # Errors
    /// The reason why there is none.
    pub fn remote<R: Send + Sync + 'static>(&self) -> Result<Arc<R>, Diagnostic> {
        match self.connections.get(&TypeId::of::<R>()) {
            Some(Remote::Ready(remote)) => {
                Ok(Arc::clone(remote).downcast().expect("entries are keyed by their type"))
            }
            Some(Remote::Refused(reason) | Remote::Pending(reason)) => Err(reason.clone()),
            None => Err(Diagnostic::error(
                "Provider not configured",
                "The operation needs a connection that the provider has not been configured with. Configure the \
                 provider first; if it is configured, please report this.",
            )),
        }
    }
}

/// What one operation on a resource is given, and where it leaves what it learns on the way.
pub struct Ctx<R> {
    remote: Arc<R>,
    call: Call,
    limit: Duration,
}

/// Remembers across processes which creations were begun, so that one whose process died is taken up again and not
/// done twice.
pub trait Intents: Send + Sync {
    /// The key under which to create an object with this fingerprint: the one of an earlier creation that never
    /// ended, or a new one. Creations that run at the same time never get the same key.
    fn begin(&self, fingerprint: &str) -> String;

    /// The creation under this key came to an end that is known.
    fn end(&self, key: &str);

    /// The creation under this key is over, and its end is not known: the next one with the same fingerprint takes it
    /// up.
    fn leave(&self, key: &str) {
        let _ = key;
    }

    /// Whether the creation that runs under this key takes up an earlier one that never ended.
    #[must_use]
    fn is_taken_up(&self, key: &str) -> bool {
        let _ = key;
        false
    }

    /// Whether a creation under this key was begun whose end is not known, so that the next one may take up what it made.
    #[must_use]
    fn is_open(&self, key: &str) -> bool {
        let _ = key;
        false
    }
}

/// The creations begun in one call.
#[derive(Default)]
struct Begun {
    keys: Vec<String>,
    /// How many of them made what has been recorded since.
    recorded: usize,
}

/// The parts of [`Ctx`] that do not depend on the remote's type. Clones share what they record.
#[derive(Clone)]
pub struct Call {
    /// The configured remotes.
    pub remotes: Arc<Remotes>,
    /// What the provider remembers besides the state.
    pub private: Arc<Private>,
    /// Cancelled when the practitioner stops the run.
    pub stop: CancellationToken,
    intents: Arc<dyn Intents>,
    begun: Arc<Mutex<Begun>>,
    recorded: Arc<Mutex<Option<Dynamic>>>,
    warnings: Arc<Mutex<Diagnostics>>,
}

impl Call {
    /// A call with nothing recorded yet.
    #[must_use]
    pub fn new(
        remotes: Arc<Remotes>,
        private: Private,
        stop: CancellationToken,
        intents: Arc<dyn Intents>,
    ) -> Self {
        Self {
            remotes,
            private: Arc::new(private),
            stop,
            intents,
            begun: Arc::default(),
            recorded: Arc::default(),
            warnings: Arc::default(),
        }
    }

    /// The last state that was recorded.
    #[must_use]
    pub fn recorded(&self) -> Option<Dynamic> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says that every creation begun in this call came to an end that is known.
    pub(crate) fn end_intents(&self) {
        let begun = self.take_begun();
        begun.keys.iter().for_each(|key| self.intents.end(key));
    }

    /// Says that the call is over, and that of the creations begun in it only those are known to have come to an end
    /// that made what was recorded: it will be in the state, so the next creation must not take it up.
    pub(crate) fn leave_intents(&self) {
        let begun = self.take_begun();
        let (known, unknown) = begun.keys.split_at(begun.recorded);
        known.iter().for_each(|key| self.intents.end(key));
        unknown.iter().for_each(|key| self.intents.leave(key));
    }

    /// Whether a creation of this call takes up an earlier one, so that what it made may be from before something changed that
    /// no fingerprint tells.
    pub(crate) fn takes_up(&self) -> bool {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.keys.iter().any(|key| self.intents.is_taken_up(key))
    }

    fn take_begun(&self) -> Begun {
        std::mem::take(&mut *self.begun.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The warnings so far, taken out.
    #[must_use]
    pub fn take_warnings(&self) -> Diagnostics {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<R> Ctx<R> {
    /// What an operation with this time limit is given.
    #[must_use]
    pub fn new(remote: Arc<R>, call: Call, limit: Duration) -> Self {
        Self { remote, call, limit }
    }

    /// The configured remote.
    #[must_use]
    pub fn remote(&self) -> &R {
        &self.remote
    }

    /// What the provider remembers about the resource besides its state.
    #[must_use]
    pub fn private(&self) -> &Private {
        &self.call.private
    }

    /// How long the whole operation may take.
    #[must_use]
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// The same with what is left of the time after so much of it.
    pub(crate) fn within(self, passed: Duration) -> Self {
        Self { limit: self.limit.saturating_sub(passed), ..self }
    }

    /// Cancelled when the practitioner stops the run: stop waiting, and return what is known.
    #[must_use]
    pub fn stop(&self) -> &CancellationToken {
        &self.call.stop
    }

    /// Records what exists by now. If the operation then fails, panics or is stopped, this is what gets saved.
    ///
    /// Call it as soon as the remote has given an id; each call replaces the one before.
    pub fn record<M: Model>(&self, state: &State<M>) {
        *self.call.recorded.lock().unwrap_or_else(PoisonError::into_inner) = Some(state.encode());
        let mut begun = self.call.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.recorded = begun.keys.len();
    }

    /// The key under which to create the object with this fingerprint, to be sent as idempotency key or client token.
    ///
    /// A process that dies after sending the request leaves the key behind; the next creation with the same
    /// fingerprint gets it again, and so takes up the object instead of making another one. The fingerprint is
    /// stored, so it must hold no secret.
    #[must_use]
    pub fn creation_key(&self, fingerprint: &str) -> String {
        let key = self.call.intents.begin(fingerprint);
        self.call.begun.lock().unwrap_or_else(PoisonError::into_inner).keys.push(key.clone());
        key
    }

    /// Whether a creation under this key was begun, by whichever process, and its end is not known.
    #[must_use]
    pub fn is_begun(&self, key: &str) -> bool {
        self.call.intents.is_open(key)
    }

    /// Tells the practitioner something that does not stop the operation.
    pub fn warn(&self, summary: impl Into<String>, detail: impl Into<String>) {
        let warning = Diagnostic::warning(summary, detail);
        self.call.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(warning);
    }
}

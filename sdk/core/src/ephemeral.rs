//! Values that exist for one run and are never stored.

use std::future::Future;
use std::marker::PhantomData;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use serde::{Serialize, de::DeserializeOwned};

use crate::erased::{checked, contained, ready, told};
use crate::{
    BoxFuture, Call, Config, Ctx, Diagnostic, Diagnostics, Dynamic, Model, RemoteError, Remotes, Schema,
};

/// An ephemeral resource type: something that is opened, kept alive, and closed within one run.
pub trait Ephemeral: Send + Sync + 'static {
    /// Name of the type in configuration.
    const TYPE_NAME: &'static str;
    /// How long opening, renewing or closing may take.
    const TIMEOUT: Duration = Duration::from_secs(300);
    /// Why the type should no longer be used and what to use instead.
    const DEPRECATION: Option<&'static str> = None;
    /// The definition: what is configured, and what is known once it is open.
    type Model: Model;
    /// The connection it talks through.
    type Remote: Send + Sync + 'static;
    /// What renewing and closing need. It is kept in memory by Terraform and never stored, so it may hold a secret.
    type Lease: Serialize + DeserializeOwned + Send;

    /// Checks configuration beyond what validators and rules of the model say. Values may be unknown.
    #[must_use]
    fn validate(config: &Config<Self::Model>) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Opens it. Terraform does so while planning and again at apply, so what is opened must be closed, and opening
    /// twice must do no harm.
    fn open(
        ctx: &Ctx<Self::Remote>,
        config: Config<Self::Model>,
    ) -> impl Future<Output = Result<Opened<Self::Model, Self::Lease>, RemoteError>> + Send;

    /// Keeps it alive. Called at the time that [`Opened::renew_at`] or [`Renewed::renew_at`] says.
    fn renew(
        ctx: &Ctx<Self::Remote>,
        lease: Self::Lease,
    ) -> impl Future<Output = Result<Renewed<Self::Lease>, RemoteError>> + Send {
        let _ = ctx;
        std::future::ready(Ok(Renewed { lease, renew_at: None }))
    }

    /// Closes it. Where Terraform does not, as after some failures, the server does when the run is over, if there is time:
    /// about a second.
    fn close(
        ctx: &Ctx<Self::Remote>,
        lease: Self::Lease,
    ) -> impl Future<Output = Result<(), RemoteError>> + Send {
        let _ = (ctx, lease);
        std::future::ready(Ok(()))
    }
}

/// What was opened.
#[derive(Clone, Debug)]
pub struct Opened<M, L> {
    /// The values, nothing unknown among them.
    pub model: M,
    /// What renewing and closing need.
    pub lease: L,
    /// When it must be renewed; never if there is no time.
    pub renew_at: Option<SystemTime>,
}

/// What was kept alive.
#[derive(Clone, Debug)]
pub struct Renewed<L> {
    /// What renewing and closing need from now on.
    pub lease: L,
    /// When it must be renewed again; never if there is no time.
    pub renew_at: Option<SystemTime>,
}

/// What opening or renewing came to, without its Rust types.
#[derive(Clone, Debug, Default)]
pub struct Lent {
    /// The values; null after a renewal, or where opening failed.
    pub values: Dynamic,
    /// What renewing and closing need, as it was encoded.
    pub lease: Vec<u8>,
    /// When it must be renewed.
    pub renew_at: Option<SystemTime>,
    /// Messages in order.
    pub diagnostics: Diagnostics,
}

/// An ephemeral resource type without its Rust types.
pub trait ErasedEphemeral: Send + Sync {
    /// Name of the type in configuration.
    fn type_name(&self) -> &'static str;
    /// The definition, built once.
    fn schema(&self) -> &Schema;
    /// The type's own checks of configuration.
    fn validate(&self, config: &Dynamic) -> Diagnostics;
    /// Whether there is no remote yet, and why, though there may be one once everything is known.
    fn pending(&self, remotes: &Remotes) -> Option<Diagnostic>;
    /// Opens it.
    fn open(&self, call: Call, config: Dynamic) -> BoxFuture<'_, Lent>;
    /// Keeps it alive.
    fn renew(&self, call: Call, lease: Vec<u8>) -> BoxFuture<'_, Lent>;
    /// Closes it.
    fn close(&self, call: Call, lease: Vec<u8>) -> BoxFuture<'_, Diagnostics>;
}

/// The adapter from a typed ephemeral resource to an erased one.
pub(crate) struct EphemeralType<E> {
    schema: OnceLock<Schema>,
    of: PhantomData<fn() -> E>,
}

impl<E: Ephemeral> EphemeralType<E> {
    pub(crate) const fn new() -> Self {
        Self { schema: OnceLock::new(), of: PhantomData }
    }

    fn leased(call: &Call, lease: &[u8]) -> Result<(Ctx<E::Remote>, E::Lease), Diagnostic> {
        let lease = serde_json::from_slice(lease).map_err(|_| {
            Diagnostic::error(
                "Malformed private data",
                "What the provider left with Terraform to renew and close the value by came back changed. Please \
                 report this.",
            )
        })?;
        let remote = call.remotes.remote::<E::Remote>()?;
        Ok((Ctx::new(remote, call.clone(), E::TIMEOUT), lease))
    }
}

fn stored(lease: &impl Serialize) -> Result<Vec<u8>, Diagnostic> {
    serde_json::to_vec(lease).map_err(|error| {
        let text = format!("What is needed to close the value cannot be kept: {error}. Please report this.");
        Diagnostic::error("Bug in the provider", text)
    })
}

impl<E: Ephemeral> ErasedEphemeral for EphemeralType<E> {
    fn type_name(&self) -> &'static str {
        E::TYPE_NAME
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| Schema::of::<E::Model>(0, E::DEPRECATION))
    }

    fn validate(&self, config: &Dynamic) -> Diagnostics {
        checked(config, E::validate)
    }

    fn pending(&self, remotes: &Remotes) -> Option<Diagnostic> {
        remotes.pending_reason::<E::Remote>().cloned()
    }

    fn open(&self, call: Call, config: Dynamic) -> BoxFuture<'_, Lent> {
        Box::pin(async move {
            let (ctx, config) = match ready(&call, E::TIMEOUT, &config) {
                Ok(ready) => ready,
                Err(error) => return Lent { diagnostics: error.into(), ..Lent::default() },
            };
            let opened = contained(E::open(&ctx, config)).await;
            let mut diagnostics = call.take_warnings();
            let opened = opened.and_then(|opened| Ok((stored(&opened.lease)?, opened)));
            match opened {
                Ok((lease, opened)) => {
                    Lent { values: opened.model.encode(), lease, renew_at: opened.renew_at, diagnostics }
                }
                Err(errors) => {
                    diagnostics.extend(errors);
                    Lent { diagnostics, ..Lent::default() }
                }
            }
        })
    }

    fn renew(&self, call: Call, lease: Vec<u8>) -> BoxFuture<'_, Lent> {
        Box::pin(async move {
            let (ctx, typed) = match Self::leased(&call, &lease) {
                Ok(ready) => ready,
                Err(error) => return Lent { lease, diagnostics: error.into(), ..Lent::default() },
            };
            let renewed = contained(E::renew(&ctx, typed)).await;
            let mut diagnostics = call.take_warnings();
            match renewed.and_then(|renewed| Ok((stored(&renewed.lease)?, renewed.renew_at))) {
                Ok((lease, renew_at)) => Lent { lease, renew_at, diagnostics, ..Lent::default() },
                Err(errors) => {
                    diagnostics.extend(errors);
                    // It may still have to be closed.
                    Lent { lease, diagnostics, ..Lent::default() }
                }
            }
        })
    }

    fn close(&self, call: Call, lease: Vec<u8>) -> BoxFuture<'_, Diagnostics> {
        Box::pin(async move {
            let (ctx, lease) = match Self::leased(&call, &lease) {
                Ok(ready) => ready,
                Err(error) => return error.into(),
            };
            let closed = contained(E::close(&ctx, lease)).await;
            told(&call, closed)
        })
    }
}

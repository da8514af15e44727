//! Things to look up that are no resource, or more than one.

use std::future::Future;
use std::marker::PhantomData;
use std::sync::OnceLock;
use std::time::Duration;

use crate::erased::{checked, contained, looking, ready};
use crate::{
    BoxFuture, Call, Config, Ctx, Diagnostic, Diagnostics, Dynamic, Model, Outcome, RemoteError, Remotes,
    Schema,
};

/// A data source that is written by hand. That which finds one object of a resource type comes with the type.
pub trait DataSource: Send + Sync + 'static {
    /// Name of the type in configuration.
    const TYPE_NAME: &'static str;
    /// How long looking may take.
    const TIMEOUT: Duration = Duration::from_secs(300);
    /// Why the type should no longer be used and what to use instead.
    const DEPRECATION: Option<&'static str> = None;
    /// The definition: what is configured, and what is found.
    type Model: Model;
    /// The connection it talks through.
    type Remote: Send + Sync + 'static;

    /// Checks configuration beyond what validators and rules of the model say. Values may be unknown.
    #[must_use]
    fn validate(config: &Config<Self::Model>) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Looks. What was configured is returned as it was; nothing is unknown.
    fn read(
        ctx: &Ctx<Self::Remote>,
        config: Config<Self::Model>,
    ) -> impl Future<Output = Result<Self::Model, RemoteError>> + Send;
}

/// A data source without its Rust types.
pub trait ErasedDataSource: Send + Sync {
    /// Name of the type in configuration.
    fn type_name(&self) -> &'static str;
    /// The definition, built once.
    fn schema(&self) -> &Schema;
    /// The type's own checks of configuration.
    fn validate(&self, config: &Dynamic) -> Diagnostics;
    /// Why there is no remote yet, if there may be one once everything is known.
    fn pending(&self, remotes: &Remotes) -> Option<Diagnostic>;
    /// Looks the object up. The configuration has its defaults filled in.
    fn read(&self, call: Call, config: Dynamic) -> BoxFuture<'_, Outcome>;
}

/// The adapter from a typed data source to an erased one.
pub(crate) struct DataSourceType<D> {
    schema: OnceLock<Schema>,
    of: PhantomData<fn() -> D>,
}

impl<D: DataSource> DataSourceType<D> {
    pub(crate) const fn new() -> Self {
        Self { schema: OnceLock::new(), of: PhantomData }
    }
}

impl<D: DataSource> ErasedDataSource for DataSourceType<D> {
    fn type_name(&self) -> &'static str {
        D::TYPE_NAME
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| Schema::of::<D::Model>(0, D::DEPRECATION))
    }

    fn validate(&self, config: &Dynamic) -> Diagnostics {
        checked(config, D::validate)
    }

    fn pending(&self, remotes: &Remotes) -> Option<Diagnostic> {
        remotes.pending_reason::<D::Remote>().cloned()
    }

    fn read(&self, call: Call, config: Dynamic) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            let (ctx, config) = match ready(&call, D::TIMEOUT, &config) {
                Ok(ready) => ready,
                Err(error) => return Outcome { state: None, diagnostics: error.into() },
            };
            let found = async { Box::pin(D::read(&ctx, config)).await.map(|found| found.encode()) };
            let found = contained(looking(&call.stop, found)).await;
            let mut diagnostics = call.take_warnings();
            let state = found.map_err(|errors| diagnostics.extend(errors)).ok();
            Outcome { state, diagnostics }
        })
    }
}

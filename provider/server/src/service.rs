//! The gRPC service of one connection: every call goes to its own file under `rpc`.

use std::sync::{Arc, Mutex, PoisonError};

use sparki_core::{Call, Diagnostic, ErasedDataSource, ErasedResource, Intents, Private, Remotes};
use tfplugin6::v6::provider_server::Provider;
use tfplugin6::v6::{self};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::contain::{Operations, Subject};
use crate::convert::diagnostic;
use crate::intents::IntentFiles;
use crate::product::Product;
use crate::rpc;

/// The provider as one connection sees it. Configuration belongs to the connection, so that two of them in one process
/// never see each other's credentials.
#[derive(Clone)]
pub struct Service {
    product: Arc<dyn Product>,
    operations: Operations,
    remotes: Arc<Mutex<Arc<Remotes>>>,
    /// What practitioners have been told of remotes that cannot be had.
    told: Arc<Mutex<Vec<Diagnostic>>>,
    intents: Arc<dyn Intents>,
}

impl Service {
    /// A service that is not configured yet. It remembers creations in Terraform's data directory.
    #[must_use]
    pub fn new(product: Arc<dyn Product>, operations: Operations) -> Self {
        let intents = IntentFiles::in_data_directory(product.about().name, |name| std::env::var_os(name));
        Self::with_intents(product, operations, Arc::new(intents))
    }

    /// A service that is not configured yet and remembers creations as it is told.
    #[must_use]
    pub fn with_intents(
        product: Arc<dyn Product>,
        operations: Operations,
        intents: Arc<dyn Intents>,
    ) -> Self {
        let remotes = Arc::new(Mutex::new(Arc::new(Remotes::new())));
        Self { product, operations, remotes, told: Arc::default(), intents }
    }

    pub(crate) fn product(&self) -> &dyn Product {
        &*self.product
    }

    pub(crate) fn configured(&self, remotes: Arc<Remotes>) {
        *self.remotes.lock().unwrap_or_else(PoisonError::into_inner) = remotes;
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Why a plan of this type could never be applied. Every resource of a configuration has the same reason, so each
    /// reason is told once: one error ends the plan.
    pub(crate) fn refusal(&self, resource: &dyn ErasedResource) -> Option<Diagnostic> {
        let remotes = Arc::clone(&self.remotes.lock().unwrap_or_else(PoisonError::into_inner));
        let reason = resource.refusal(&remotes)?;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.contains(&reason) {
            return None;
        }
        told.push(reason.clone());
        Some(reason)
    }

    /// What an operation is given.
    pub(crate) fn call(&self, private: &[u8], stop: CancellationToken) -> Call {
        let remotes = Arc::clone(&self.remotes.lock().unwrap_or_else(PoisonError::into_inner));
        Call::new(remotes, Private::from_bytes(private), stop, Arc::clone(&self.intents))
    }

    pub(crate) fn resource(&self, name: &str) -> Result<Arc<dyn ErasedResource>, Diagnostic> {
        let found = self.product.registry().resources().get(name).map(Arc::clone);
        found.ok_or_else(|| unknown_type("resource type", name))
    }

    pub(crate) fn data_source(&self, name: &str) -> Result<Arc<dyn ErasedDataSource>, Diagnostic> {
        let found = self.product.registry().data_sources().get(name).map(Arc::clone);
        found.ok_or_else(|| unknown_type("data source", name))
    }
}

fn unknown_type(what: &str, name: &str) -> Diagnostic {
    Diagnostic::error(
        "Unknown type",
        format!(
            "This version of the provider has no {what} {name:?}. Upgrade the provider, or check the name."
        ),
    )
}

/// An answer that can say that the call failed.
pub(crate) trait Failed: Default + Send + 'static {
    /// An answer with this diagnostic and nothing else.
    fn failed(diagnostic: Diagnostic) -> Self;
}

macro_rules! calls {
    ($($method:ident => $name:literal, $subject:expr;)*) => {
        $(
            impl Failed for v6::$method::Response {
                fn failed(diagnostic: Diagnostic) -> Self {
                    let mut answer = Self::default();
                    answer.diagnostics.push(diagnostic::encode(diagnostic));
                    answer
                }
            }
        )*

        #[tonic::async_trait]
        impl Provider for Service {
            $(
                async fn $method(
                    &self,
                    request: Request<v6::$method::Request>,
                ) -> Result<Response<v6::$method::Response>, Status> {
                    let request = request.into_inner();
                    let service = self.clone();
                    let subject: for<'a> fn(&'a v6::$method::Request) -> Subject<'a> = $subject;
                    // Logged under its name, so it must outlive the request that is moved into the work.
                    let named = request.clone();
                    let work = move |stop| async move { rpc::$method::answer(&service, request, stop).await };
                    let answer = self.operations.run($name, subject(&named), work).await;
                    Ok(Response::new(answer.unwrap_or_else(|panicked| Failed::failed(panicked.diagnostic()))))
                }
            )*

            async fn stop_provider(
                &self,
                _request: Request<v6::stop_provider::Request>,
            ) -> Result<Response<v6::stop_provider::Response>, Status> {
                self.operations.stop();
                Ok(Response::new(v6::stop_provider::Response::default()))
            }
        }
    };
}

calls! {
    get_provider_schema => "GetProviderSchema", |_| Subject::Provider;
    validate_provider_config => "ValidateProviderConfig", |_| Subject::Provider;
    configure_provider => "ConfigureProvider", |_| Subject::Provider;
    validate_resource_config => "ValidateResourceConfig", |request| Subject::Resource(&request.type_name);
    upgrade_resource_state => "UpgradeResourceState", |request| Subject::Resource(&request.type_name);
    read_resource => "ReadResource", |request| Subject::Resource(&request.type_name);
    plan_resource_change => "PlanResourceChange", |request| Subject::Resource(&request.type_name);
    apply_resource_change => "ApplyResourceChange", |request| Subject::Resource(&request.type_name);
    import_resource_state => "ImportResourceState", |request| Subject::Resource(&request.type_name);
    validate_data_resource_config => "ValidateDataResourceConfig", |request| Subject::DataSource(&request.type_name);
    read_data_source => "ReadDataSource", |request| Subject::DataSource(&request.type_name);
}

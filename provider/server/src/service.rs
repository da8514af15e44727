//! The gRPC service of one connection: every call goes to its own file under `rpc`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::join_all;
use sparki_core::{
    Call, Diagnostic, ErasedAction, ErasedDataSource, ErasedEphemeral, ErasedFunction, ErasedResource,
    FunctionError, Intents, Private, Remotes, Schema,
};
use tfplugin6::BoxStream;
use tfplugin6::v6::provider_server::Provider;
use tfplugin6::v6::{self};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::contain::{Operations, Subject};
use crate::convert::diagnostic;
use crate::intents::IntentFiles;
use crate::leases::Leases;
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
    leases: Arc<Leases>,
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
        let leases = Arc::<Leases>::default();
        let service = Self { product, operations, remotes, told: Arc::default(), intents, leases };
        let left = service.clone();
        service.operations.at_end(move || Box::pin(async move { left.close_what_is_open().await }));
        service
    }

    /// What was opened for a run and is not closed yet.
    pub(crate) fn leases(&self) -> &Leases {
        &self.leases
    }

    async fn close_what_is_open(&self) {
        // At once: there is little time, and one that hangs must not cost the others theirs.
        let closing = self.leases.take().into_iter().map(|(type_name, lease)| self.close(type_name, lease));
        join_all(closing).await;
    }

    async fn close(&self, type_name: String, lease: Vec<u8>) {
        let Ok(ephemeral) = self.ephemeral(&type_name) else { return };
        tracing::info!(tf_ephemeral_resource_type = type_name, "closing what Terraform has left open");
        for Diagnostic { severity, summary, detail, .. } in
            ephemeral.close(self.call(&[], CancellationToken::new()), lease).await
        {
            // What could not be taken back is a warning of some types.
            tracing::warn!(tf_ephemeral_resource_type = type_name, ?severity, "{summary}: {detail}");
        }
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
        self.refusal_of(|remotes| resource.refusal(remotes))
    }

    /// The same for whatever looks for a reason.
    pub(crate) fn refusal_of(&self, look: impl FnOnce(&Remotes) -> Option<Diagnostic>) -> Option<Diagnostic> {
        let remotes = self.remotes();
        let reason = look(&remotes)?;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.contains(&reason) {
            return None;
        }
        told.push(reason.clone());
        Some(reason)
    }

    /// Whether a remote is not there yet.
    pub(crate) fn is_pending(&self, look: impl FnOnce(&Remotes) -> Option<Diagnostic>) -> bool {
        look(&self.remotes.lock().unwrap_or_else(PoisonError::into_inner)).is_some()
    }

    /// What an operation is given.
    pub(crate) fn call(&self, private: &[u8], stop: CancellationToken) -> Call {
        Call::new(self.remotes(), Private::from_bytes(private), stop, Arc::clone(&self.intents))
    }

    /// The remotes as they are configured now.
    pub(crate) fn remotes(&self) -> Arc<Remotes> {
        Arc::clone(&self.remotes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Every kind of type is looked up by its name.
impl Service {
    pub(crate) fn resource(&self, name: &str) -> Result<Arc<dyn ErasedResource>, Diagnostic> {
        look_up(self.product.registry().resources(), name, "resource type")
    }

    pub(crate) fn data_source(&self, name: &str) -> Result<Arc<dyn ErasedDataSource>, Diagnostic> {
        look_up(self.product.registry().data_sources(), name, "data source")
    }

    pub(crate) fn ephemeral(&self, name: &str) -> Result<Arc<dyn ErasedEphemeral>, Diagnostic> {
        look_up(self.product.registry().ephemerals(), name, "ephemeral resource type")
    }

    pub(crate) fn action(&self, name: &str) -> Result<Arc<dyn ErasedAction>, Diagnostic> {
        look_up(self.product.registry().actions(), name, "action type")
    }

    /// A resource type whose objects can be listed, with the definition of what narrows a list down.
    pub(crate) fn listable(&self, name: &str) -> Result<(Arc<dyn ErasedResource>, Schema), Diagnostic> {
        let resource = look_up(self.product.registry().resources(), name, "list resource type")?;
        let schema = resource.filter_schema().cloned();
        let schema = schema.ok_or_else(|| unknown_type("list resource type", name))?;
        Ok((resource, schema))
    }

    pub(crate) fn function(&self, name: &str) -> Result<Arc<dyn ErasedFunction>, FunctionError> {
        let found = self.product.registry().functions().get(name).map(Arc::clone);
        found.ok_or_else(|| FunctionError::new(unknown_type("function", name).detail))
    }
}

fn look_up<T: ?Sized>(
    list: &BTreeMap<&'static str, Arc<T>>,
    name: &str,
    what: &str,
) -> Result<Arc<T>, Diagnostic> {
    list.get(name).map(Arc::clone).ok_or_else(|| unknown_type(what, name))
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

impl Failed for v6::call_function::Response {
    fn failed(diagnostic: Diagnostic) -> Self {
        let error = rpc::call_function::encode(FunctionError::new(diagnostic.detail));
        Self { result: None, error: Some(error) }
    }
}

macro_rules! failed_by_a_diagnostic {
    ($($call:ident)*) => {$(
        impl Failed for v6::$call::Response {
            fn failed(diagnostic: Diagnostic) -> Self {
                let mut answer = Self::default();
                answer.diagnostics.push(diagnostic::encode(diagnostic));
                answer
            }
        }
    )*};
}

macro_rules! calls {
    (
        answers { $($method:ident => $name:literal, $subject:expr;)* }
        streams { $($stream:ident => $stream_name:literal, $stream_subject:expr;)* }
    ) => {
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

            $(
                async fn $stream(
                    &self,
                    request: Request<v6::$stream::Request>,
                ) -> Result<Response<BoxStream<v6::$stream::Event>>, Status> {
                    let request = request.into_inner();
                    let service = self.clone();
                    let subject: for<'a> fn(&'a v6::$stream::Request) -> Subject<'a> = $stream_subject;
                    let named = request.clone();
                    let work = move |events, stop| async move {
                        rpc::$stream::stream(&service, request, events, stop).await;
                    };
                    let failed = rpc::$stream::failed;
                    Ok(Response::new(self.operations.stream($stream_name, subject(&named), failed, work)))
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
    answers {
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
    get_metadata => "GetMetadata", |_| Subject::Provider;
    get_functions => "GetFunctions", |_| Subject::Provider;
    call_function => "CallFunction", |request| Subject::Function(&request.name);
    get_resource_identity_schemas => "GetResourceIdentitySchemas", |_| Subject::Provider;
    upgrade_resource_identity => "UpgradeResourceIdentity", |request| Subject::Resource(&request.type_name);
    move_resource_state => "MoveResourceState", |request| Subject::Resource(&request.target_type_name);
    generate_resource_config => "GenerateResourceConfig", |request| Subject::Resource(&request.type_name);
    validate_ephemeral_resource_config => "ValidateEphemeralResourceConfig",
        |request| Subject::EphemeralResource(&request.type_name);
    open_ephemeral_resource => "OpenEphemeralResource", |request| Subject::EphemeralResource(&request.type_name);
    renew_ephemeral_resource => "RenewEphemeralResource", |request| Subject::EphemeralResource(&request.type_name);
    close_ephemeral_resource => "CloseEphemeralResource", |request| Subject::EphemeralResource(&request.type_name);
    validate_list_resource_config => "ValidateListResourceConfig",
        |request| Subject::ListResource(&request.type_name);
    validate_action_config => "ValidateActionConfig", |request| Subject::Action(&request.type_name);
    plan_action => "PlanAction", |request| Subject::Action(&request.action_type);
    }
    streams {
    list_resource => "ListResource", |request| Subject::ListResource(&request.type_name);
    invoke_action => "InvokeAction", |request| Subject::Action(&request.action_type);
    }
}

failed_by_a_diagnostic! {
    get_provider_schema get_metadata get_functions get_resource_identity_schemas
    validate_provider_config configure_provider
    validate_resource_config upgrade_resource_state upgrade_resource_identity move_resource_state
    read_resource plan_resource_change apply_resource_change import_resource_state generate_resource_config
    validate_data_resource_config read_data_source
    validate_ephemeral_resource_config open_ephemeral_resource renew_ephemeral_resource close_ephemeral_resource
    validate_list_resource_config validate_action_config plan_action
}

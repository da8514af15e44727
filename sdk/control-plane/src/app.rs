//! What every request can reach, and the table of routes.

use std::{fmt, sync::Arc};

use axum::{Router, http::StatusCode, middleware};
use sqlx::AnyPool;
use tokio_util::sync::CancellationToken;

use crate::{
    access,
    audit::{self, Floods, LastCheck},
    auth::{self, exchange::Issuers, signing::SigningKeys},
    database::Database,
    delivery::platform,
    events::{self, Pulse},
    health,
    http::{faults::FaultInjection, limit::Limiter, problem::Problem, proxies::Proxies},
    integrations::deliveries::{self, Sender},
    kinds::KINDS,
    object::batch,
    openapi::{self, Operation},
    reads::Reads,
    region::Region,
    settings::{Faults, Settings},
    telemetry::{Metrics, route, scrape},
    tenancy::{api_token, service_account, workspace_member},
    variables,
    vault::Vault,
};

/// Where the API is.
pub(crate) const API: &str = "/api/v1";

/// Shared by all requests; cloning is cheap.
#[derive(Clone)]
pub(crate) struct App {
    /// Reads may go to a copy, by what the request asks for; changes never do.
    pub(crate) database: Database,
    parts: Arc<Parts>,
}

pub(crate) struct Parts {
    pub(crate) settings: Settings,
    pub(crate) reads: Reads,
    pub(crate) region: Region,
    pub(crate) proxies: Proxies,
    pub(crate) limiter: Limiter,
    pub(crate) signing: SigningKeys,
    pub(crate) issuers: Issuers,
    pub(crate) pulse: Pulse,
    pub(crate) metrics: Metrics,
    pub(crate) last_audit_check: LastCheck,
    pub(crate) floods: Floods,
    pub(crate) vault: Vault,
    pub(crate) sender: Sender,
    pub(crate) faults: Option<FaultInjection>,
}

impl fmt::Debug for App {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("App")
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

/// What a server is opened on.
pub(crate) struct Stores {
    pub(crate) database: Database,
    pub(crate) reads: Reads,
    pub(crate) vault: Vault,
}

impl App {
    pub(crate) fn new(settings: Settings, stores: Stores, stop: CancellationToken) -> Self {
        let Stores { database, reads, vault } = stores;
        let faults = match settings.faults {
            Faults::Enabled => Some(FaultInjection::default()),
            Faults::Disabled => None,
        };
        let parts = Parts {
            limiter: Limiter::new(settings.rate_limit_per_hour, settings.clock.clone(), &database),
            signing: SigningKeys::default(),
            issuers: Issuers::default(),
            pulse: Pulse::new(stop),
            metrics: Metrics::default(),
            last_audit_check: LastCheck::default(),
            floods: Floods::default(),
            reads,
            region: Region::new(&settings),
            proxies: Proxies::new(&settings.trusted_proxies),
            vault,
            sender: Sender::default(),
            settings,
            faults,
        };
        Self { database, parts: Arc::new(parts) }
    }

    /// The same, with reads going to `reader`.
    pub(crate) fn reading_from(&self, reader: AnyPool) -> Self {
        Self { database: self.database.reading_from(reader), parts: Arc::clone(&self.parts) }
    }
}

/// Every route there is, with its description. Fault injection is not among them: it is no part of the contract.
pub(crate) fn operations() -> Vec<Operation> {
    let mut operations: Vec<Operation> = KINDS.iter().flat_map(|kind| (kind.operations)()).collect();
    operations.extend([batch::operation(), platform::operation(), auth::me::operation()]);
    operations.extend([access::mine::operation(), access::catalogue::operation()]);
    operations.extend([service_account::rotate::operation(), api_token::rotate::operation()]);
    operations.extend(workspace_member::operations());
    operations.extend(audit::operations());
    operations.extend([variables::secret::operation(), variables::resolved::operation()]);
    operations.extend(deliveries::operations());
    operations.extend(auth::routes::operations());
    operations.push(events::operation());
    operations.extend(health::operations());
    operations.push(scrape::operation());
    operations.extend(openapi::served::operations());
    operations
}

pub(crate) fn router(app: &App) -> Router {
    openapi::router(app, operations())
        .layer(middleware::from_fn(route::note))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .with_state(app.clone())
}

async fn no_route() -> Problem {
    // Not the code of an object that does not exist: a client with a wrong endpoint would take its objects for gone.
    Problem::malformed(
        "There is no such path in this API, whose paths begin with /api/v1. Check the endpoint.",
    )
    .with_status(StatusCode::NOT_FOUND)
}

async fn no_method() -> Problem {
    Problem::malformed("This path does not answer to this method.")
        .with_status(StatusCode::METHOD_NOT_ALLOWED)
}

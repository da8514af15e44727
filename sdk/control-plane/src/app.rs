//! What every request can reach, and the table of routes.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};

use tokio_util::sync::CancellationToken;

use crate::{
    auth::{self, guard, signing::SigningKeys},
    database::Database,
    delivery::{
        deployment_target::DeploymentTarget, environment::Environment, pipeline::Pipeline, platform,
        project::Project,
    },
    events::{self, Pulse},
    http::{answer::Answer, faults::FaultInjection, limit::Limiter, problem::Problem},
    object::{Object, Shape, batch, routes::routes},
    settings::{Faults, Settings},
    tenancy::workspace::Workspace,
};

/// Where the API is.
pub(crate) const API: &str = "/api/v1";

/// Shared by all requests; cloning is cheap.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) settings: Settings,
    pub(crate) database: Database,
    pub(crate) limiter: Limiter,
    pub(crate) signing: SigningKeys,
    pub(crate) pulse: Pulse,
    pub(crate) faults: Option<FaultInjection>,
    /// Every kind of object there is.
    pub(crate) shapes: [&'static Shape; 5],
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    pub(crate) fn new(settings: Settings, database: Database, stop: CancellationToken) -> Self {
        let faults = match settings.faults {
            Faults::Enabled => Some(FaultInjection::default()),
            Faults::Disabled => None,
        };
        Self(Arc::new(Parts {
            limiter: Limiter::new(settings.rate_limit_per_hour, settings.clock.clone(), &database),
            signing: SigningKeys::default(),
            pulse: Pulse::new(stop),
            shapes: [
                Workspace::SHAPE,
                Project::SHAPE,
                Pipeline::SHAPE,
                Environment::SHAPE,
                DeploymentTarget::SHAPE,
            ],
            settings,
            database,
            faults,
        }))
    }
}

pub(crate) fn router(app: &App) -> Router {
    let guarded = Router::new()
        .merge(routes::<Workspace>())
        .merge(routes::<Project>())
        .merge(routes::<Pipeline>())
        .merge(routes::<Environment>())
        .merge(routes::<DeploymentTarget>())
        .route("/resources:batchGet", post(batch::serve))
        .route("/platforms", get(platform::list))
        .route("/me", get(auth::me::me))
        .merge(events::routes())
        .route_layer(middleware::from_fn_with_state(app.clone(), guard::guard));
    let open = auth::routes::routes()
        .route_layer(middleware::from_fn_with_state(app.clone(), guard::limit_strangers));
    Router::new()
        .nest(API, guarded.merge(open))
        .merge(auth::routes::jwks())
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .with_state(app.clone())
}

async fn alive() -> Answer {
    Answer::json(r#"{"status":"ok"}"#.to_owned())
}

/// Ready means that the database answers.
async fn ready(State(app): State<App>) -> Response {
    match sqlx::query("SELECT 1").execute(app.database.reader()).await {
        Ok(_) => Answer::json(r#"{"status":"ready"}"#.to_owned()).into_response(),
        Err(error) => Problem::from(error).with_status(StatusCode::SERVICE_UNAVAILABLE).into_response(),
    }
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

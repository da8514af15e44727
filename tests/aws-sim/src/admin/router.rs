//! Where everything is.

use std::sync::{Arc, MutexGuard, PoisonError};

use axum::{
    Json, Router,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{clock, counts, faults, insights, quotas, state};
use crate::{sim::Sim, world::World};

/// How the paths of this API begin.
pub(crate) const PREFIX: &str = "/_sim/";

pub(crate) fn router(sim: Arc<Sim>) -> Router {
    Router::new()
        .route("/_sim/health", get(health))
        .route("/_sim/state", get(state::show))
        .route("/_sim/reset", post(state::reset))
        .route("/_sim/clock", get(clock::show))
        .route("/_sim/clock/advance", post(clock::advance))
        .route("/_sim/clock/finish", post(clock::finish))
        .route("/_sim/faults", get(faults::show).put(faults::replace).delete(faults::remove))
        .route("/_sim/quotas", get(quotas::show).put(quotas::replace).delete(quotas::remove))
        .route("/_sim/insights", get(insights::show).put(insights::replace).delete(insights::remove))
        .route("/_sim/counts", get(counts::show))
        .route("/_sim/orphans", post(counts::orphans))
        .with_state(sim)
}

/// The world with everything that was due.
pub(super) fn settled(sim: &Sim) -> MutexGuard<'_, World> {
    let mut world = sim.world.lock().unwrap_or_else(PoisonError::into_inner);
    world.settle();
    world
}

async fn health() -> Json<Value> {
    Json(json!({ "status": "ready" }))
}

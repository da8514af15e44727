//! Everything there is, and how to be rid of it.

use std::sync::{Arc, PoisonError};

use axum::{Json, body::Body, extract::State, http::StatusCode};
use serde_json::{Value, json};

use super::router::settled;
use crate::{passing::Documents, sim::Sim, world::World};

pub(super) async fn show(State(sim): State<Arc<Sim>>) -> Json<Value> {
    let world = settled(&sim);
    Json(json!({ "now": world.now_text(), "objects": world.objects() }))
}

/// Begins anew: no objects, no faults, no counts, and the time of the start. moto is reset too.
pub(super) async fn reset(State(sim): State<Arc<Sim>>) -> StatusCode {
    *sim.world.lock().unwrap_or_else(PoisonError::into_inner) = World::new(&sim.setting);
    *sim.documents.lock().unwrap_or_else(PoisonError::into_inner) = Documents::default();
    let Some(moto) = &sim.moto else { return StatusCode::NO_CONTENT };
    let url = format!("{}/moto-api/reset", moto.trim_end_matches('/'));
    let request = axum::http::Request::post(url).body(Body::empty());
    let Ok(request) = request else { return StatusCode::BAD_GATEWAY };
    match sim.client.request(request).await {
        Ok(response) if response.status().is_success() => StatusCode::NO_CONTENT,
        Ok(_) | Err(_) => StatusCode::BAD_GATEWAY,
    }
}

//! What quotas were raised or lowered to.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::router::settled;
use crate::{service_quotas::Change, sim::Sim};

pub(super) async fn show(State(sim): State<Arc<Sim>>) -> Json<Vec<Change>> {
    Json(settled(&sim).quotas.changes().to_vec())
}

/// Replaces all changes. The body is JSON whatever its content type says.
pub(super) async fn replace(State(sim): State<Arc<Sim>>, body: String) -> Response {
    match serde_json::from_str::<Vec<Change>>(&body) {
        Ok(changes) => {
            settled(&sim).quotas.replace(changes.clone());
            Json(changes).into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    }
}

pub(super) async fn remove(State(sim): State<Arc<Sim>>) -> StatusCode {
    settled(&sim).quotas.replace(Vec::new());
    StatusCode::NO_CONTENT
}

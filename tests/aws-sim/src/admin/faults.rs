//! The rules of faults.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::router::settled;
use crate::{faults::Rule, sim::Sim};

pub(super) async fn show(State(sim): State<Arc<Sim>>) -> Json<Vec<Rule>> {
    Json(settled(&sim).faults.rules().to_vec())
}

/// Replaces all rules. The body is JSON whatever its content type says.
pub(super) async fn replace(State(sim): State<Arc<Sim>>, body: String) -> Response {
    match serde_json::from_str::<Vec<Rule>>(&body) {
        Ok(rules) => {
            settled(&sim).faults.replace(rules.clone());
            Json(rules).into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    }
}

pub(super) async fn remove(State(sim): State<Arc<Sim>>) -> StatusCode {
    settled(&sim).faults.replace(Vec::new());
    StatusCode::NO_CONTENT
}

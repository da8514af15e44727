//! What EKS finds about clusters.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::router::settled;
use crate::{eks::Finding, sim::Sim};

pub(super) async fn show(State(sim): State<Arc<Sim>>) -> Json<Vec<Finding>> {
    Json(settled(&sim).insights.findings().to_vec())
}

/// Replaces all findings. The body is JSON whatever its content type says.
pub(super) async fn replace(State(sim): State<Arc<Sim>>, body: String) -> Response {
    match serde_json::from_str::<Vec<Finding>>(&body) {
        Ok(findings) => {
            settled(&sim).insights.replace(findings.clone());
            Json(findings).into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    }
}

pub(super) async fn remove(State(sim): State<Arc<Sim>>) -> StatusCode {
    settled(&sim).insights.replace(Vec::new());
    StatusCode::NO_CONTENT
}

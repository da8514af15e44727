//! The rules of faults.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::router::settled;
use crate::{faults::Rule, service::Service, sim::Sim};

pub(super) async fn show(State(sim): State<Arc<Sim>>) -> Json<Vec<Rule>> {
    Json(settled(&sim).faults.rules().to_vec())
}

/// Replaces all rules. The body is JSON whatever its content type says.
pub(super) async fn replace(State(sim): State<Arc<Sim>>, body: String) -> Response {
    match serde_json::from_str::<Vec<Rule>>(&body) {
        Ok(rules) => {
            if let Some(rule) = rules.iter().find(|rule| !can_happen(&sim, rule)) {
                return (StatusCode::BAD_REQUEST, without_effect(rule)).into_response();
            }
            settled(&sim).faults.replace(rules.clone());
            Json(rules).into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    }
}

/// Whether a rule is about anything to which its kind can happen.
fn can_happen(sim: &Sim, rule: &Rule) -> bool {
    let mut services = Service::ALL.into_iter();
    let is_of_moto = |service: &str| Service::named(service).is_none() && rule.kind.happens_to(service);
    !rule.kind.needs_play()
        || rule.service.as_deref().is_some_and(is_of_moto)
        || services.any(|service| {
            rule.service.as_ref().is_none_or(|wanted| wanted == service.as_str())
                && sim.library.model(service).operations.keys().any(|operation| rule.names(operation))
        })
}

fn without_effect(rule: &Rule) -> String {
    let (kind, services) = (rule.kind.as_str(), Service::ALL.map(Service::as_str).join(", "));
    let part = |part: &Option<String>| part.as_deref().unwrap_or("*").to_owned();
    format!(
        "a rule of kind {kind} would do nothing to {}:{}: only operations of services that are played here ({services}) can be \
         {kind}\n",
        part(&rule.service),
        part(&rule.operation)
    )
}

pub(super) async fn remove(State(sim): State<Arc<Sim>>) -> StatusCode {
    settled(&sim).faults.replace(Vec::new());
    StatusCode::NO_CONTENT
}

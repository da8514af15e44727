//! The time, and how to move it.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::router::settled;
use crate::{sim::Sim, world::World};

/// How far to go.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    seconds: f64,
}

pub(super) async fn show(State(sim): State<Arc<Sim>>) -> Json<Value> {
    Json(described(&settled(&sim)))
}

/// Moves the clock forward; it never goes back. The body is JSON whatever its content type says.
pub(super) async fn advance(State(sim): State<Arc<Sim>>, body: String) -> Response {
    let seconds = match serde_json::from_str::<Advance>(&body) {
        Ok(Advance { seconds }) if seconds.is_finite() && seconds >= 0.0 => seconds,
        Ok(_) => return (StatusCode::BAD_REQUEST, "time goes forward only\n").into_response(),
        Err(error) => return (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    };
    let mut world = settled(&sim);
    world.clock.advance(SignedDuration::from_secs_f64(seconds));
    world.settle();
    Json(described(&world)).into_response()
}

/// Moves the clock forward until everything that was begun is done.
pub(super) async fn finish(State(sim): State<Arc<Sim>>) -> Json<Value> {
    let mut world = settled(&sim);
    while let (Some(next), _) = world.ahead() {
        let step = next.duration_since(world.clock.read());
        world.clock.advance(step.max(SignedDuration::ZERO));
        world.settle();
    }
    Json(described(&world))
}

fn described(world: &World) -> Value {
    let (next, pending) = world.ahead();
    json!({
        "now": world.now_text(),
        "time_scale": world.clock.scale(),
        "pending": pending,
        "next_at": next.map(|next| next.to_string()),
    })
}

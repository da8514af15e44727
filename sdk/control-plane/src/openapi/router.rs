//! The routes that follow from operations.

use axum::{Router, middleware};

use crate::{
    app::App,
    auth::guard,
    http::verb,
    openapi::operation::{Operation, Place},
    reads, region,
};

/// Answers each operation where it says it is, behind what stands before its place.
pub(crate) fn router(app: &App, operations: Vec<Operation>) -> Router<App> {
    let (mut guarded, mut open, mut root) = (Router::new(), Router::new(), Router::new());
    for operation in operations {
        let path = verb::route(&operation.path());
        match operation.heading.place {
            Place::Guarded => guarded = guarded.route(&path, operation.route),
            Place::Open => open = open.route(&path, operation.route),
            Place::Root => root = root.route(&path, operation.route),
        }
    }
    guarded
        .route_layer(middleware::from_fn_with_state(app.clone(), reads::choose))
        .route_layer(middleware::from_fn_with_state(app.clone(), region::refuse_changes))
        .route_layer(middleware::from_fn_with_state(app.clone(), guard::guard))
        .merge(
            open.route_layer(middleware::from_fn_with_state(app.clone(), region::refuse_changes))
                .route_layer(middleware::from_fn_with_state(app.clone(), guard::limit_strangers)),
        )
        .merge(root)
}

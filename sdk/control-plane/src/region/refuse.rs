//! Answering changes in a region that takes none.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    app::App,
    http::{
        intent::Intent,
        problem::{Code, Problem},
    },
    region::Standing,
};

/// Sends changes to the primary region: 421. Logging in is one, for it is written down.
pub(crate) async fn refuse_changes(State(app): State<App>, request: Request, next: Next) -> Response {
    match Intent::of(request.method(), request.uri().path()) {
        Intent::Read => next.run(request).await,
        Intent::Change => match app.region.standing(&app.database).await {
            Ok(Standing::Primary) => next.run(request).await,
            Ok(Standing::ReadOnly { primary_endpoint }) => {
                Problem::new(Code::RegionReadOnly, "This region takes no changes. Send them to the primary.")
                    .with("primary_endpoint", primary_endpoint)
                    .into_response()
            }
            Err(error) => Problem::from(error).into_response(),
        },
    }
}

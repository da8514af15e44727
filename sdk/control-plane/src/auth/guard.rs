//! What stands before every route that needs credentials: who is it, are they within their limit, and a line in
//! the audit log if their change is refused.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    app::App,
    audit::refusals::{self, Attempt},
    auth::Caller,
    http::{
        correlation,
        limit::{Meter, REQUEST, TENTH},
        problem::Refusal,
    },
};

/// What a handler found its request to cost, in tenths; travels in the extensions of the answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost(pub(crate) u64);

pub(crate) async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let attempt = Attempt { method: request.method().clone(), path: request.uri().path().to_owned() };
    let caller = match Caller::identify(&app, request.headers()).await {
        Ok(caller) => caller,
        Err(problem) => {
            // Guessing credentials counts against the address it comes from.
            let response = match app.limiter.charge(&[stranger()], REQUEST) {
                Ok(_) => problem.into_response(),
                Err(limited) => limited.into_response(),
            };
            let refusal = response.extensions().get::<Refusal>().cloned();
            refusals::record(&app, None, &attempt, refusal).await;
            return with_standing(&app, &[stranger()], response);
        }
    };
    let meters = caller.meters();
    if let Err(limited) = app.limiter.charge(&meters, REQUEST) {
        return with_standing(&app, &meters, limited.into_response());
    }
    request.extensions_mut().insert(caller.clone());
    let response = next.run(request).await;
    let cost = match response.extensions().get::<Cost>() {
        Some(Cost(tenths)) => *tenths,
        None if response.status() == StatusCode::NOT_MODIFIED => TENTH,
        None => REQUEST,
    };
    if cost != REQUEST {
        app.limiter.settle(&meters, REQUEST, cost);
    }
    let refusal = response.extensions().get::<Refusal>().cloned();
    refusals::record(&app, Some(&caller), &attempt, refusal).await;
    let mut response = with_standing(&app, &meters, response);
    response.extensions_mut().insert(caller);
    response
}

/// Limits routes that take no credentials by the address of the caller.
pub(crate) async fn limit_strangers(State(app): State<App>, request: Request, next: Next) -> Response {
    let meters = [stranger()];
    let response = match app.limiter.charge(&meters, REQUEST) {
        Ok(_) => next.run(request).await,
        Err(limited) => limited.into_response(),
    };
    with_standing(&app, &meters, response)
}

fn stranger() -> Meter {
    let address = correlation::current().map(|origin| origin.ip_address.to_string()).unwrap_or_default();
    Meter { name: format!("address:{address}"), factor: 1 }
}

fn with_standing(app: &App, meters: &[Meter], mut response: Response) -> Response {
    if let Some(standing) = app.limiter.standing(meters) {
        standing.write(response.headers_mut());
    }
    response
}

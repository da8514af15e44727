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
        limit::{Meter, REQUEST, Refused, Standing, TENTH},
        problem::Refusal,
        proxies::network,
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
            let (response, standing) = match app.limiter.charge(&[stranger()], REQUEST).await {
                Ok(standing) => (problem.into_response(), standing),
                Err(Refused { problem, standing }) => (problem.into_response(), standing),
            };
            let refusal = response.extensions().get::<Refusal>().cloned();
            refusals::record(&app, None, &attempt, refusal).await;
            return with_standing(standing, response);
        }
    };
    let meters = caller.meters();
    let mut standing = match app.limiter.charge(&meters, REQUEST).await {
        Ok(standing) => standing,
        Err(Refused { problem, standing }) => {
            let response = problem.into_response();
            let refusal = response.extensions().get::<Refusal>().cloned();
            refusals::record(&app, Some(&caller), &attempt, refusal).await;
            return with_standing(standing, response);
        }
    };
    request.extensions_mut().insert(caller.clone());
    let response = next.run(request).await;
    let cost = match response.extensions().get::<Cost>() {
        Some(Cost(tenths)) => *tenths,
        None if response.status() == StatusCode::NOT_MODIFIED => TENTH,
        None => REQUEST,
    };
    if cost != REQUEST {
        match app.limiter.settle(&meters, REQUEST, cost).await {
            Ok(settled) => standing = settled,
            // The request is done; what is lost is a correction of its price.
            Err(error) => {
                tracing::warn!(component = "limit", error = %error, "a request could not be settled")
            }
        }
    }
    let refusal = response.extensions().get::<Refusal>().cloned();
    refusals::record(&app, Some(&caller), &attempt, refusal).await;
    let mut response = with_standing(standing, response);
    response.extensions_mut().insert(caller);
    response
}

/// Limits routes that take no credentials by the address of the caller.
pub(crate) async fn limit_strangers(State(app): State<App>, request: Request, next: Next) -> Response {
    let attempt = Attempt { method: request.method().clone(), path: request.uri().path().to_owned() };
    match app.limiter.charge(&[stranger()], REQUEST).await {
        Ok(standing) => with_standing(standing, next.run(request).await),
        Err(Refused { problem, standing }) => {
            let response = problem.into_response();
            let refusal = response.extensions().get::<Refusal>().cloned();
            refusals::record(&app, None, &attempt, refusal).await;
            with_standing(standing, response)
        }
    }
}

fn stranger() -> Meter {
    let address = correlation::current().map(|origin| network(origin.ip_address).to_string());
    let address = address.unwrap_or_default();
    Meter { name: format!("address:{address}"), factor: 1 }
}

fn with_standing(standing: Option<Standing>, mut response: Response) -> Response {
    if let Some(standing) = standing {
        standing.write(response.headers_mut());
    }
    response
}

//! The template of the route that answered, such as `/api/v1/projects/{id}`: a name for requests that has no ids in it.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};

use crate::http::verb;

/// Travels in the extensions of the answer.
#[derive(Debug, Clone)]
pub(crate) struct Route(Arc<str>);

impl Route {
    /// The template noted on an answer.
    pub(crate) fn of(response: &Response) -> Option<&str> {
        response.extensions().get::<Self>().map(|Self(template)| template.as_ref())
    }
}

/// Notes the template on the answer.
pub(crate) async fn note(request: Request, next: Next) -> Response {
    let route =
        request.extensions().get::<MatchedPath>().map(|path| Route(verb::shown(path.as_str()).into()));
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

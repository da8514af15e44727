//! What a request for a service of moto's asks for, as far as one can tell without a model.

use axum::http::Method;
use url::form_urlencoded;

use crate::protocol::Request;

/// The operation's name in the protocols that say it; else the method and the path.
pub(crate) fn operation_of(request: &Request) -> String {
    let target = request.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    if let Some((_, operation)) = target.and_then(|target| target.rsplit_once('.')) {
        return operation.to_owned();
    }
    parameter_of(request, "Action").unwrap_or_else(|| format!("{} {}", request.method, request.path))
}

/// A parameter of a request that is a form.
pub(crate) fn parameter_of(request: &Request, name: &str) -> Option<String> {
    let form = if request.method == Method::GET { request.query.as_bytes() } else { &request.body };
    let is_form = request.method == Method::GET
        || request.headers.get("content-type").is_some_and(|value| {
            value.to_str().is_ok_and(|text| text.starts_with("application/x-www-form-urlencoded"))
        });
    let mut pairs = form_urlencoded::parse(form).filter(|_| is_form);
    pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

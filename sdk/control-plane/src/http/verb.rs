//! Verbs: `POST /builds/{id}:cancel`. The router takes no text after a parameter, so to the router a verb is a segment of its own.

use axum::{extract::Request, http::Uri};

use crate::app::API;

/// The route of a path such as `/builds/{id}:cancel`.
pub(crate) fn route(path: &str) -> String {
    path.replace("}:", "}/~")
}

/// The path that a route stands for, as [`route`] was given it.
pub(crate) fn shown(route: &str) -> String {
    route.replace("/~", ":")
}

/// The verb of a routed path: `cancel` of `/builds/1/~cancel`, and `plan` of `/promotions:plan`.
pub(crate) fn of(path: &str) -> Option<&str> {
    let last = path.rsplit('/').next().unwrap_or_default();
    last.strip_prefix('~').or_else(|| last.split_once(':').map(|(_, verb)| verb))
}

/// The request as its route wants it.
pub(crate) fn routed(mut request: Request) -> Request {
    if let Some(uri) = routed_path(request.uri().path()).and_then(|path| with_path(request.uri(), &path)) {
        *request.uri_mut() = uri;
    }
    request
}

/// `None` if the path ends in no verb of an object; verbs of collections, such as `/resources:batchGet`, are no matter.
fn routed_path(path: &str) -> Option<String> {
    let (parent, last) = path.strip_prefix(API)?.rsplit_once('/')?;
    let (id, verb) = last.split_once(':')?;
    (!parent.is_empty()).then(|| format!("{API}{parent}/{id}/~{verb}"))
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    parts.path_and_query = Some(format!("{path}{query}").parse().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_after_an_id_is_a_segment_to_the_router() {
        assert_eq!(route("/builds/{id}:cancel"), "/builds/{id}/~cancel");
        assert_eq!(shown("/builds/{id}/~cancel"), "/builds/{id}:cancel");
        assert_eq!(routed_path("/api/v1/builds/1:cancel").as_deref(), Some("/api/v1/builds/1/~cancel"));
        assert_eq!(of("/api/v1/builds/1/~cancel"), Some("cancel"));
        assert_eq!(of("/api/v1/promotions:plan"), Some("plan"));
        assert_eq!(of("/api/v1/builds"), None);
        for other in ["/api/v1/resources:batchGet", "/api/v1/builds/1", "/healthz", "/docs/a:b"] {
            assert_eq!(routed_path(other), None, "{other}");
        }
    }
}

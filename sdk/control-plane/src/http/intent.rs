//! Whether a request asks or changes.

use axum::http::Method;

/// Posted verbs that change nothing; they are posted because what they ask for is too long for a query.
const POSTED_READS: [&str; 1] = [":batchGet"];

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    Read,
    Change,
}

impl Intent {
    pub(crate) fn of(method: &Method, path: &str) -> Self {
        let is_safe = method.is_safe();
        let is_posted_read = method == Method::POST && POSTED_READS.iter().any(|verb| path.ends_with(verb));
        if is_safe || is_posted_read { Self::Read } else { Self::Change }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_read_although_it_is_posted() {
        let of = |method, path| Intent::of(&method, path);
        assert_eq!(of(Method::POST, "/api/v1/resources:batchGet"), Intent::Read);
        assert_eq!(of(Method::POST, "/api/v1/projects"), Intent::Change);
        assert_eq!(of(Method::GET, "/api/v1/projects"), Intent::Read);
        assert_eq!(of(Method::DELETE, "/api/v1/projects/x"), Intent::Change);
    }
}

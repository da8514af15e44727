//! Creations without a good answer.

use std::collections::HashMap;
use std::future::Future;

use sparki_aws::{AwsError, Class, Nonce, Tags};
use sparki_core::{RemoteError, RemoteErrorKind};

/// A creation that AWS refused, or whose answer was lost.
pub(crate) struct Unanswered<'a> {
    /// What was being done: "failed to create the cluster".
    pub(crate) doing: &'a str,
    pub(crate) attempt: &'a Nonce,
    pub(crate) error: &'a AwsError,
}

impl Unanswered<'_> {
    /// Whether the failure itself says that the object may be there, whoever made it.
    pub(crate) fn is_open(&self) -> bool {
        self.error.class() == Class::Conflict || self.error.maybe_applied()
    }

    /// The object that this very attempt made all the same, which its mark among the tags tells. `look` finds what there
    /// is in its place, and `taken` says what to do if that is somebody else's.
    pub(crate) async fn adopt<T>(
        &self,
        look: impl Future<Output = Result<Option<T>, AwsError>>,
        tags: impl Fn(&T) -> Option<&HashMap<String, String>>,
        taken: impl FnOnce() -> String,
    ) -> Result<T, RemoteError> {
        let Self { doing, attempt, error } = self;
        let is_open = self.is_open();
        // A refusal says nothing of earlier requests of the attempt: the answer to one may have been lost before, or another process
        // may have sent one with other default tags.
        match look.await {
            Ok(Some(found)) if Tags::made_by(tags(&found), attempt) => Ok(found),
            Ok(Some(_)) if is_open => {
                Err(RemoteError::new(RemoteErrorKind::Conflict, *doing).with_detail(taken()))
            }
            Err(_) if is_open => Err(error.changing(*doing).with_maybe_applied(true)),
            Ok(_) | Err(_) => Err(error.changing(*doing)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adopts what `found` has as tags, after a refusal of this class.
    async fn check(class: Class, found: Option<HashMap<String, String>>) -> Result<(), RemoteErrorKind> {
        let (attempt, error) = (Nonce::new("n-1"), AwsError::new(class, "no"));
        let unanswered =
            Unanswered { doing: "failed to create the cluster", attempt: &attempt, error: &error };
        let look = std::future::ready(Ok(found));
        let adopted = unanswered.adopt(look, |tags| Some(tags), || "It is there already.".into()).await;
        adopted.map(|_| ()).map_err(|error| error.kind())
    }

    fn made_by(attempt: &str) -> Option<HashMap<String, String>> {
        let made = Tags::new(&Default::default()).for_create(&Default::default(), &Nonce::new(attempt));
        Some(made.into_iter().collect())
    }

    #[tokio::test]
    async fn only_what_this_attempt_made_is_taken_over() {
        assert_eq!(check(Class::Conflict, made_by("n-1")).await, Ok(()));
        assert_eq!(check(Class::Conflict, made_by("n-2")).await, Err(RemoteErrorKind::Conflict));
        assert_eq!(check(Class::Conflict, None).await, Err(RemoteErrorKind::Conflict));
    }

    #[tokio::test]
    async fn what_this_attempt_made_is_taken_over_whatever_is_refused_afterwards() {
        for (class, kind) in [
            (Class::Invalid, RemoteErrorKind::Invalid),
            (Class::Quota, RemoteErrorKind::Other),
            (Class::AccessDenied, RemoteErrorKind::PermissionDenied),
        ] {
            assert_eq!(check(class, made_by("n-1")).await, Ok(()));
            for found in [made_by("n-2"), None] {
                assert_eq!(check(class, found).await, Err(kind));
            }
        }
    }

    #[tokio::test]
    async fn only_what_may_have_been_made_is_open_where_nobody_can_look() {
        let attempt = Nonce::new("n-1");
        for (class, is_open) in [(Class::Conflict, true), (Class::Invalid, false)] {
            let error = AwsError::new(class, "no");
            let unanswered = Unanswered { doing: "failed to create it", attempt: &attempt, error: &error };
            let look = std::future::ready(Err::<Option<()>, _>(AwsError::new(Class::AccessDenied, "no")));
            let refused = unanswered.adopt(look, |()| None, String::new).await.unwrap_err();
            assert_eq!(refused.maybe_applied(), is_open, "{class:?}");
        }
    }
}

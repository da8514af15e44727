//! One operation on an object of AWS.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use sparki_aws::{
    Aws, AwsError, Class, Consistency, Deadline, Nonce, Region, Seen, ServiceClient, Wait, retry,
};
use sparki_core::{Ctx, Dynamic, Model, RemoteError, Resource, Value, storable};

/// How often to try to remove what something uses: for about five minutes. AWS counts what is gone as a user for some moments;
/// what uses it longer is something else, which does not go by itself.
const MOST_TRIES: u32 = 60;
/// How long to try to remove what is not needed after a refusal. Nothing uses it, and the next run takes up what stays: a service
/// that fails is not waited for.
const TIDYING: Duration = Duration::from_secs(120);

/// What one operation needs: the client of the service in the region, and until when it has to be done.
pub(crate) struct Session<'a, C> {
    pub(crate) aws: &'a Aws,
    pub(crate) client: C,
    pub(crate) region: Region,
    deadline: Deadline,
}

impl<'a, C: ServiceClient> Session<'a, C> {
    /// Begins an operation in a region, by default the provider's.
    pub(crate) async fn begin(ctx: &'a Ctx<Aws>, region: &Value<Region>) -> Result<Self, RemoteError> {
        let region = match region.known() {
            Some(region) => region.clone(),
            None => ctx.remote().default_region().await?,
        };
        Self::begin_in(ctx, region).await
    }

    /// Begins an operation in a region.
    pub(crate) async fn begin_in(ctx: &'a Ctx<Aws>, region: Region) -> Result<Self, RemoteError> {
        let deadline = Deadline::new(ctx.limit(), ctx.stop());
        let client = ctx.remote().client(&region).await?;
        Ok(Self { aws: ctx.remote(), client, region, deadline })
    }

    /// The same operation where it clears away what is not needed after a refusal, which must not take long.
    pub(crate) fn tidying(&self) -> Self {
        let deadline = self.deadline.within(TIDYING);
        Self { aws: self.aws, client: self.client.clone(), region: self.region.clone(), deadline }
    }

    /// The same operation with another service, in the same region and within the same time.
    pub(crate) async fn with<D: ServiceClient>(&self) -> Result<Session<'a, D>, RemoteError> {
        self.with_in(self.region.clone()).await
    }

    /// The same operation with a service in another region, within the same time.
    pub(crate) async fn with_in<D: ServiceClient>(
        &self,
        region: Region,
    ) -> Result<Session<'a, D>, RemoteError> {
        let client = self.aws.client(&region).await?;
        Ok(Session { aws: self.aws, client, region, deadline: self.deadline.clone() })
    }

    /// The mark of the attempt to make an object: the same one again if an earlier process died before it knew the
    /// outcome, so that this one takes up what that one made.
    pub(crate) fn attempt<R: Resource>(&self, ctx: &Ctx<Aws>, planned: &R::Model) -> Nonce {
        // What is stored of an attempt holds no secret.
        let mut object = storable(planned.encode(), &R::Model::schema());
        if let Dynamic::Object(attributes) = &mut object {
            attributes.remove("timeouts");
            // It follows from the provider's settings, which may change in between.
            attributes.remove("tags_all");
        }
        let object = object.to_json().expect("what is unknown was taken out");
        let fingerprint = json!([R::TYPE_NAME, self.region.as_str(), object]).to_string();
        Nonce::new(ctx.creation_key(&fingerprint))
    }

    /// Sends a request that may be sent twice, again while it is refused only for the moment.
    pub(crate) async fn send<T, S, F>(
        &self,
        consistency: Consistency,
        doing: &str,
        send: S,
    ) -> Result<Result<T, AwsError>, RemoteError>
    where
        S: Fn() -> F,
        F: Future<Output = Result<T, AwsError>>,
    {
        retry(consistency, (doing, &self.deadline, self.aws.pace()), send).await
    }

    /// Sends a request that may be sent twice about an object that was just made, again while AWS does not know it
    /// everywhere.
    pub(crate) async fn send_to_new<T, S, F>(
        &self,
        doing: &str,
        send: S,
    ) -> Result<Result<T, AwsError>, RemoteError>
    where
        S: Fn() -> F,
        F: Future<Output = Result<T, AwsError>>,
    {
        // Boxed, as the operations that hold these become large for a thread's stack otherwise.
        let sent = Box::pin(self.retry_briefly(doing, Duration::ZERO, &send, AwsError::is_not_found));
        match sent.await? {
            // It is known by now; what else may stand in the way passes by itself as well.
            Err(error) if !error.is_not_found() => Box::pin(self.send(Consistency::Free, doing, send)).await,
            // What is missing may be something else than what was made, which AWS's own words say.
            answer => Ok(answer),
        }
    }

    /// Sends a request that may be sent twice, again while it is refused for what passes within two minutes; what still stands
    /// in the way then does not pass, and AWS's own words say what it is. `usual` is how long it usually takes to pass.
    pub(crate) async fn retry_briefly<T, S, F>(
        &self,
        doing: &str,
        usual: Duration,
        send: S,
        is_passing: fn(&AwsError) -> bool,
    ) -> Result<Result<T, AwsError>, RemoteError>
    where
        S: Fn() -> F,
        F: Future<Output = Result<T, AwsError>>,
    {
        let passing = Mutex::new(None);
        let answer = self.wait_changed(doing, usual, || async {
            match send().await {
                Err(error) if is_passing(&error) => {
                    *passing.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    Ok(Seen::Missing)
                }
                Err(error) if error.is_transient() => Err(error),
                Err(error) if error.is_busy() => Ok(Seen::Pending(error.message().to_owned())),
                answer => Ok(Seen::Reached(answer)),
            }
        });
        match (answer.await, passing.into_inner().unwrap_or_else(PoisonError::into_inner)) {
            (Err(error), Some(passing)) if error.is_not_found() => Ok(Err(passing)),
            (answer, _) => answer,
        }
    }

    /// Sends a request that changes something, as [`Self::send`] does. AWS's refusal is the error.
    pub(crate) async fn change<T, S, F>(
        &self,
        consistency: Consistency,
        doing: &str,
        send: S,
    ) -> Result<T, RemoteError>
    where
        S: Fn() -> F,
        F: Future<Output = Result<T, AwsError>>,
    {
        self.send(consistency, doing, send).await?.map_err(|error| error.changing(doing))
    }

    /// Sends a request that changes something about an object that was just made, as [`Self::send_to_new`] does. AWS's refusal is
    /// the error.
    pub(crate) async fn change_new<T, S, F>(&self, doing: &str, send: S) -> Result<T, RemoteError>
    where
        S: Fn() -> F,
        F: Future<Output = Result<T, AwsError>>,
    {
        self.send_to_new(doing, send).await?.map_err(|error| error.changing(doing))
    }

    /// Sends a request that removes something, as [`Self::send`] does. What is gone already is no error.
    pub(crate) async fn remove<T, S, F>(
        &self,
        consistency: Consistency,
        doing: &str,
        send: S,
    ) -> Result<(), RemoteError>
    where
        S: Fn() -> F,
        F: Future<Output = Result<T, AwsError>>,
    {
        match self.send(consistency, doing, send).await? {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(error.changing(doing)),
        }
    }

    /// Removes what something may still use, as soon as nothing does any more.
    pub(crate) async fn remove_unused<T, S, F>(&self, doing: &str, send: S) -> Result<(), RemoteError>
    where
        S: Fn() -> F,
        F: Future<Output = Result<T, AwsError>>,
    {
        let tries = AtomicU32::new(0);
        let look = || async {
            match send().await {
                Ok(_) => Ok(Seen::Reached(Ok(()))),
                Err(error) if error.is_not_found() => Ok(Seen::Reached(Ok(()))),
                Err(error) if error.is_transient() => Err(error),
                Err(error)
                    if error.class() == Class::Conflict
                        && tries.fetch_add(1, Ordering::Relaxed) < MOST_TRIES =>
                {
                    Ok(Seen::Pending("in use".to_owned()))
                }
                Err(error) => Ok(Seen::Reached(Err(error))),
            }
        };
        self.wait_changed(doing, Duration::ZERO, look).await?.map_err(|error| error.changing(doing))
    }

    /// Looks until what is waited for is there.
    pub(crate) async fn wait<T, L, F>(&self, doing: &str, usual: Duration, look: L) -> Result<T, RemoteError>
    where
        L: FnMut() -> F,
        F: Future<Output = Result<Seen<T>, AwsError>>,
    {
        Wait { doing, usual }.until(&self.deadline, self.aws.pace(), look).await
    }

    /// Looks until what is waited for is there, where the look itself sends a request that changes something: such a request is not
    /// left unanswered when the run is stopped.
    pub(crate) async fn wait_changed<T, L, F>(
        &self,
        doing: &str,
        usual: Duration,
        look: L,
    ) -> Result<T, RemoteError>
    where
        L: FnMut() -> F,
        F: Future<Output = Result<Seen<T>, AwsError>>,
    {
        Wait { doing, usual }.until_changed(&self.deadline, self.aws.pace(), look).await
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_rds::Client;
    use sparki_core::RemoteErrorKind;

    use super::*;
    use crate::operation::testing::{operation, region};

    const DOING: &str = "failed to delete the group";

    /// Answers a request: with the error so many times, and then well.
    struct Answers {
        error: AwsError,
        times: u32,
        given: AtomicU32,
    }

    impl Answers {
        fn new(class: Class, message: &str, times: u32) -> Self {
            Self { error: AwsError::new(class, message), times, given: AtomicU32::new(0) }
        }

        async fn next(&self) -> Result<(), AwsError> {
            let is_refused = self.given.fetch_add(1, Ordering::Relaxed) < self.times;
            if is_refused { Err(self.error.clone()) } else { Ok(()) }
        }
    }

    #[tokio::test]
    async fn what_something_uses_is_waited_for_and_not_for_ever() {
        let ctx = operation();
        let session: Session<'_, Client> = Session::begin_in(&ctx, region()).await.unwrap();
        let check = async |answers: Answers| {
            let removed = session.remove_unused(DOING, || answers.next()).await;
            (removed.map_err(|error| error.kind()), answers.given.into_inner())
        };
        assert_eq!(check(Answers::new(Class::Conflict, "in use", 2)).await, (Ok(()), 3));
        let stays = Answers::new(Class::Conflict, "in use", u32::MAX);
        assert_eq!(check(stays).await, (Err(RemoteErrorKind::Conflict), MOST_TRIES + 1));
        assert_eq!(check(Answers::new(Class::NotFound, "gone", 1)).await, (Ok(()), 1));
        let denied = Answers::new(Class::AccessDenied, "no", 1);
        assert_eq!(check(denied).await, (Err(RemoteErrorKind::PermissionDenied), 1));
    }

    #[tokio::test]
    async fn what_passes_is_tried_again_and_what_stays_is_told_in_awss_words() {
        let ctx = operation();
        let session: Session<'_, Client> = Session::begin_in(&ctx, region()).await.unwrap();
        let check = async |answers: Answers| {
            let sent = session
                .retry_briefly(DOING, Duration::ZERO, || answers.next(), AwsError::is_not_found)
                .await
                .expect("nothing stops it");
            (sent.map_err(|error| error.message().to_owned()), answers.given.into_inner())
        };
        assert_eq!(check(Answers::new(Class::NotFound, "no such group", 2)).await, (Ok(()), 3));
        let (stays, sent) = check(Answers::new(Class::NotFound, "no such group", u32::MAX)).await;
        assert!(stays == Err("no such group".to_owned()) && sent > 1, "{stays:?} after {sent}");
        let (busy, sent) = check(Answers::new(Class::Conflict, "it is updating", 30)).await;
        assert_eq!((busy, sent), (Ok(()), 31));
        assert_eq!(check(Answers::new(Class::Invalid, "no", 1)).await, (Err("no".to_owned()), 1));
    }
}

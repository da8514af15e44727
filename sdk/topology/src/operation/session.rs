//! One operation on an object of AWS.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use sparki_aws::{Aws, AwsError, Consistency, Deadline, Nonce, Region, Seen, ServiceClient, Wait, retry};
use sparki_core::{Ctx, Dynamic, Model, RemoteError, Resource, Value, storable};

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
        let missing = Mutex::new(None);
        let answer = self.wait(doing, Duration::ZERO, || async {
            match send().await {
                Err(error) if error.is_not_found() => {
                    *missing.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    Ok(Seen::Missing)
                }
                Err(error) if error.is_transient() => Err(error),
                answer => Ok(Seen::Reached(answer)),
            }
        });
        match (answer.await, missing.into_inner().unwrap_or_else(PoisonError::into_inner)) {
            (Ok(Ok(answer)), _) => Ok(Ok(answer)),
            // What is missing may be something else than what was made, which AWS's own words say.
            (Err(error), Some(missing)) if error.is_not_found() => Ok(Err(missing)),
            // It is known by now; what else may stand in the way passes by itself as well.
            (Ok(Err(_)), _) => self.send(Consistency::Free, doing, send).await,
            (Err(error), _) => Err(error),
        }
    }

    /// The same for a request that changes something, whose failure is the caller's.
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

    /// The same for a request that removes something, which may be gone already.
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

    /// Looks until what is waited for is there.
    pub(crate) async fn wait<T, L, F>(&self, doing: &str, usual: Duration, look: L) -> Result<T, RemoteError>
    where
        L: FnMut() -> F,
        F: Future<Output = Result<Seen<T>, AwsError>>,
    {
        Wait { doing, usual }.until(&self.deadline, self.aws.pace(), look).await
    }
}

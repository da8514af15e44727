//! The keys of issuers, kept for a while.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use tokio::sync::Mutex;

use crate::auth::exchange::fetch::{self, FetchError};

/// How long keys are taken for current.
const KEPT: SignedDuration = SignedDuration::from_mins(10);
/// How often keys are fetched before their time, for a token with a key that is not among them, or after a failure.
const PATIENCE: SignedDuration = SignedDuration::from_mins(1);

/// Every server keeps its own: what it has is no more than a copy of what issuers publish.
#[derive(Debug, Default)]
pub(crate) struct Issuers(Mutex<BTreeMap<String, Arc<Mutex<Known>>>>);

/// What is known of an issuer.
#[derive(Debug, Default)]
struct Known {
    keys: Option<(JwkSet, Timestamp)>,
    /// The last attempt to fetch keys, and why it failed if it did.
    tried: Option<(Timestamp, Option<FetchError>)>,
}

impl Issuers {
    /// The key of an issuer that has an id; `None` if the issuer has no such key. Requests for the same issuer wait for one another, so
    /// that a crowd of builds fetches its keys once.
    pub(super) async fn key(
        &self,
        issuer: &str,
        id: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<Jwk>, FetchError> {
        let known = Arc::clone(self.0.lock().await.entry(issuer.to_owned()).or_default());
        let mut known = known.lock().await;
        if let Some(key) = known.current(now).and_then(|keys| find(keys, id)) {
            return Ok(Some(key));
        }
        if let Some((tried, error)) = &known.tried
            && *tried + PATIENCE > now
        {
            return error.clone().map_or(Ok(None), Err);
        }
        match fetch::keys(issuer).await {
            Ok(keys) => {
                let key = find(&keys, id);
                known.keys = Some((keys, now));
                known.tried = Some((now, None));
                Ok(key)
            }
            Err(error) => {
                known.tried = Some((now, Some(error.clone())));
                Err(error)
            }
        }
    }
}

impl Known {
    fn current(&self, now: Timestamp) -> Option<&JwkSet> {
        self.keys.as_ref().filter(|(_, fetched)| *fetched + KEPT > now).map(|(keys, _)| keys)
    }
}

/// A token that names no key means the only one there is.
fn find(keys: &JwkSet, id: Option<&str>) -> Option<Jwk> {
    match (id, keys.keys.as_slice()) {
        (Some(id), _) => keys.find(id).cloned(),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    }
}

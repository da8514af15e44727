//! Keys as servers use them. Which is the newest is asked of the database each time, so that a rotation reaches every server;
//! what a key is does not change, so it is read once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    auth::signing::key::{Fresh, SigningKey, Stored, broken},
    clock::{Clock, stamp},
    database::Database,
    http::problem::Problem,
    vault::Vault,
};

const NEWEST: &str = "SELECT id FROM signing_keys ORDER BY created_at DESC, id DESC LIMIT 1";

/// The keys that this server has read.
#[derive(Default)]
pub(crate) struct SigningKeys(Mutex<BTreeMap<String, Arc<SigningKey>>>);

impl SigningKeys {
    /// The key to sign with: the newest. Most servers in tests never sign, so the first one is made on demand.
    pub(crate) async fn current(
        &self,
        database: &Database,
        vault: &Vault,
        clock: &Clock,
    ) -> Result<Arc<SigningKey>, Problem> {
        let newest: Option<String> = sqlx::query_scalar(NEWEST).fetch_optional(database.reader()).await?;
        let id = match newest {
            Some(id) => id,
            None => first(database, vault, clock).await?,
        };
        self.by_id(database, vault, &id).await?.ok_or_else(broken)
    }

    /// The key of an id; `None` if there is none, or no longer.
    pub(crate) async fn by_id(
        &self,
        database: &Database,
        vault: &Vault,
        id: &str,
    ) -> Result<Option<Arc<SigningKey>>, Problem> {
        if let Some(key) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Ok(Some(Arc::clone(key)));
        }
        let mut connection = database.reader().acquire().await?;
        let Some(stored) = Stored::find(&mut connection, id).await? else { return Ok(None) };
        let key = Arc::new(stored.ready(&mut connection, vault).await?);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), Arc::clone(&key));
        Ok(Some(key))
    }
}

/// Makes the first key, unless another server has just done so.
async fn first(database: &Database, vault: &Vault, clock: &Clock) -> Result<String, Problem> {
    let mut transaction = database.write().await?;
    let found: Option<String> = sqlx::query_scalar(NEWEST).fetch_optional(&mut *transaction).await?;
    if let Some(id) = found {
        return Ok(id);
    }
    let key = Fresh::generate().await.ok_or_else(broken)?;
    key.insert(&mut transaction, vault, &stamp(clock.now())).await?;
    transaction.commit().await?;
    Ok(key.id)
}

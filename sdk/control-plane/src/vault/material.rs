//! The secret in a request, on its way into the vault.

use crate::{
    database::Connection,
    settings::Secret,
    vault::{Place, Vault, store},
};

/// What becomes of the secret of an object that is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Material {
    /// It stays as it is.
    #[default]
    Kept,
    /// There is none.
    Absent,
    /// It is this one.
    Fresh(Secret),
}

impl Material {
    /// Writes what is to be written, sealed.
    pub(crate) async fn store(
        &self,
        connection: &mut Connection,
        table: &str,
        place: &Place<'_>,
        vault: &Vault,
    ) -> Result<(), sqlx::Error> {
        match self {
            Self::Kept => Ok(()),
            Self::Absent => store::write(connection, table, place.id, None).await,
            Self::Fresh(secret) => {
                let sealed = vault.seal(place, secret.expose());
                store::write(connection, table, place.id, Some(&sealed)).await
            }
        }
    }
}

//! The secrets that calls are signed with: sealed beside the object that says whom to call.

use zeroize::Zeroizing;

use crate::{app::App, object::Shape, vault::Place};

/// The name of a signing secret in its place.
pub(crate) const SIGNING_SECRET: &str = "signing_secret";

/// Why there is no secret to sign with. Without it nothing is called: who asks for signatures refuses what has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It was taken away.
    Gone,
    /// It does not open.
    Sealed,
    /// The database did not answer, and may do so a moment later.
    OutOfReach,
}

impl Missing {
    /// Says so, to people.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Gone => "The secret that calls are signed with is gone. Give another one.",
            Self::Sealed => "The secret that calls are signed with does not open.",
            Self::OutOfReach => "The secret that calls are signed with could not be read.",
        }
    }
}

/// Opens the signing secret of an object, which is given by its workspace and its id.
pub(crate) async fn signing_secret(
    app: &App,
    shape: &Shape,
    object: (&str, &str),
) -> Result<Zeroizing<String>, Missing> {
    let place = Place::in_workspace(shape, object, SIGNING_SECRET);
    let found = async {
        let mut connection = app.database.reader().acquire().await?;
        app.vault.secret_of(&mut connection, shape.table, &place).await
    };
    let (_, id) = object;
    match found.await {
        Ok(Ok(secret)) => secret.ok_or(Missing::Gone),
        Ok(Err(error)) => {
            tracing::error!(component = "vault", kind = shape.kind, id, error = %error, "a secret does not open");
            Err(Missing::Sealed)
        }
        Err(error) => {
            tracing::warn!(component = "vault", kind = shape.kind, id, error = %error, "a secret could not be read");
            Err(Missing::OutOfReach)
        }
    }
}

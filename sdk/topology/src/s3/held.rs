//! Whether a bucket of Sparki's has a name already.

use sparki_aws::{Aws, Consistency};
use sparki_core::{Ctx, Diagnostic, RemoteError};

use super::{Session, look, tags};
use crate::operation::{Held, Keeper};

/// What there is to say about the plan to make a protected bucket of this name.
pub(crate) async fn check_held(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    (doing, name): (&str, &str),
) -> Result<Option<Diagnostic>, RemoteError> {
    let send = || async {
        if look::is_there(session, name).await? { tags::tags(session, name).await } else { Ok(None) }
    };
    // It is only a check: what cannot be seen is somebody else's, and AWS says so when it is asked for the bucket.
    let Ok(Some(tags)) = session.send(Consistency::Free, doing, send).await? else { return Ok(None) };
    let (named, region, keeper) = (("name", name), &session.region, Keeper::Sparki);
    Ok(Held { what: "bucket", named, region, tags: Some(&tags), keeper }.told(ctx))
}

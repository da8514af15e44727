//! Whether a bucket of Sparki's has a name already.

use sparki_aws::{Aws, Consistency, Preflight, Region};
use sparki_core::{Ctx, Diagnostics, RemoteError, Value};

use super::{Session, look, tags};
use crate::operation::{Held, Keeper, judged};

const CHECK: &str = "failed to check the name of the bucket";

/// What there is to say about the plan to make a protected bucket of this name.
pub(crate) async fn check_held(
    ctx: &Ctx<Aws>,
    region: &Value<Region>,
    name: &str,
) -> Result<Diagnostics, RemoteError> {
    let setting = ctx.remote().preflight();
    if setting == Preflight::Off {
        return Ok(Diagnostics::new());
    }
    let session = &Session::begin(ctx, region).await?;
    let send = || async {
        if look::is_there(session, name).await? { tags::tags(session, name).await } else { Ok(None) }
    };
    // It is only a check: what cannot be seen is somebody else's, and AWS says so when it is asked for the bucket.
    let Ok(Some(tags)) = session.send(Consistency::Free, CHECK, send).await? else {
        return Ok(Diagnostics::new());
    };
    let (named, region, keeper) = (("name", name), &session.region, Keeper::Sparki);
    let held = Held { what: "bucket", named, region, tags: Some(&tags), keeper };
    Ok(judged(setting, held.told(ctx)))
}

//! Whether the name of a bucket is held by one that is protected.

use sparki_aws::Aws;
use sparki_core::{Ctx, Diagnostics, Preflight, Proposal, RemoteError};

use super::plan::protection;
use super::{StateBackend, StateBackendModel};
use crate::operation::judged;
use crate::s3::{Session, check_held};

const CHECK: &str = "failed to check the name of the state bucket";

impl Preflight for StateBackend {
    async fn preflight(
        ctx: &Ctx<Aws>,
        proposal: Proposal<StateBackendModel>,
    ) -> Result<Diagnostics, RemoteError> {
        let Proposal { prior, planned } = proposal;
        let setting = ctx.remote().preflight();
        let Some(name) = planned.name.known().filter(|_| prior.is_none() && protection(&planned).is_some())
        else {
            return Ok(Diagnostics::new());
        };
        if setting == sparki_aws::Preflight::Off {
            return Ok(Diagnostics::new());
        }
        let session = Session::begin(ctx, &planned.region).await?;
        Ok(judged(setting, check_held(ctx, &session, (CHECK, name)).await?))
    }
}

//! Whether the name of a bucket is held by one that is protected.

use sparki_aws::Aws;
use sparki_core::{Ctx, Diagnostics, Preflight, Proposal, RemoteError};

use super::plan::protection;
use super::{StateBackend, StateBackendModel};
use crate::s3::check_held;

impl Preflight for StateBackend {
    async fn preflight(
        ctx: &Ctx<Aws>,
        proposal: Proposal<StateBackendModel>,
    ) -> Result<Diagnostics, RemoteError> {
        let Proposal { prior, planned } = proposal;
        match planned.name.known().filter(|_| prior.is_none() && protection(&planned).is_some()) {
            Some(name) => check_held(ctx, &planned.region, name).await,
            None => Ok(Diagnostics::new()),
        }
    }
}

//! What a plan makes of the cost. AWS is not asked.

use sparki_aws::Aws;
use sparki_core::{Ctx, Diagnostics, Preflight, Proposal, RemoteError};

use super::{KmsKey, KmsKeyModel, cost};
use crate::operation::judged;

impl Preflight for KmsKey {
    async fn preflight(ctx: &Ctx<Aws>, proposal: Proposal<KmsKeyModel>) -> Result<Diagnostics, RemoteError> {
        let Proposal { prior, planned } = proposal;
        let rise = cost::rise(prior.as_deref(), &planned);
        Ok(judged(ctx.remote().preflight(), rise.told(ctx.remote().cost_warning_usd())))
    }
}

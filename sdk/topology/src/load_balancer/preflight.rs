//! What a plan makes of the cost. AWS is not asked.

use sparki_aws::Aws;
use sparki_core::{Ctx, Diagnostics, Preflight, Proposal, RemoteError};

use super::{LoadBalancer, LoadBalancerModel, cost};
use crate::operation::judged;

impl Preflight for LoadBalancer {
    async fn preflight(
        ctx: &Ctx<Aws>,
        proposal: Proposal<LoadBalancerModel>,
    ) -> Result<Diagnostics, RemoteError> {
        let Proposal { prior, planned } = proposal;
        let aws = ctx.remote();
        if aws.cost_warning_usd().is_none() {
            return Ok(Diagnostics::new());
        }
        let region = match planned.region.known() {
            Some(region) => region.clone(),
            None => aws.default_region().await?,
        };
        let rise = cost::rise(&region, prior.as_deref(), &planned);
        Ok(judged(aws.preflight(), rise.told(aws.cost_warning_usd())))
    }
}

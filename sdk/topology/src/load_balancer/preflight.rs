//! What a plan makes of the cost, and whether the name of a load balancer is held by one that is protected.

use sparki_aws::{Aws, AwsError, Consistency};
use sparki_core::{Ctx, Diagnostic, Diagnostics, Preflight, Proposal, RemoteError};

use super::look::find;
use super::{LoadBalancer, LoadBalancerModel, Session, attributes, cost, tags};
use crate::operation::{Held, Keeper, judged};

const CHECK: &str = "failed to check the name of the load balancer";

impl Preflight for LoadBalancer {
    async fn preflight(
        ctx: &Ctx<Aws>,
        proposal: Proposal<LoadBalancerModel>,
    ) -> Result<Diagnostics, RemoteError> {
        let Proposal { prior, planned } = proposal;
        let aws = ctx.remote();
        if aws.preflight() == sparki_aws::Preflight::Off {
            return Ok(Diagnostics::new());
        }
        let session = Session::begin(ctx, &planned.region).await?;
        let rise = cost::rise(&session.region, prior.as_deref(), &planned);
        let mut found = Vec::from_iter(rise.told(aws.cost_warning_usd()));
        if prior.is_none() {
            found.extend(check_name(ctx, &session, &planned).await?);
        }
        Ok(judged(aws.preflight(), found))
    }
}

/// Whether a new load balancer would get its name.
async fn check_name(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    planned: &LoadBalancerModel,
) -> Result<Option<Diagnostic>, RemoteError> {
    let Some(name) = planned.name.known() else { return Ok(None) };
    let look = || async {
        let Some(there) = find(session, name).await? else { return Ok(None) };
        let arn = there.load_balancer_arn.unwrap_or_default();
        let request = session.client.describe_load_balancer_attributes().load_balancer_arn(&arn);
        let set = request.send().await.map_err(AwsError::from)?.attributes.unwrap_or_default();
        let tags = tags::describe(session, std::slice::from_ref(&arn)).await?.remove(&arn);
        Ok::<_, AwsError>(set.iter().any(attributes::protects).then_some(tags))
    };
    // It is only a check: where the question is not answered, AWS says no when it is asked for the load balancer.
    let answer = session.send(Consistency::Propagation, CHECK, look).await?;
    let Ok(Some(tags)) = answer else { return Ok(None) };
    let keeper = Keeper::Aws("Elastic Load Balancing");
    let (named, region) = (("name", name.as_str()), &session.region);
    Ok(Held { what: "load balancer", named, region, tags: tags.as_ref(), keeper }.told(ctx))
}

//! Whether AWS offers the planned version, the cluster can have the planned nodes, and the account so many.

use sparki_aws::Aws;
use sparki_core::{Ctx, Diagnostic, Diagnostics, Path, Preflight, Proposal, RemoteError};

use super::{ElasticacheRedis, ElasticacheRedisModel, cost, nodes, quota};
use crate::elasticache::{Offers, Session, Version};
use crate::operation::judged;
use crate::quota::told;

pub(super) const CHECK: &str = "failed to check the plan of the cluster";

impl Preflight for ElasticacheRedis {
    async fn preflight(
        ctx: &Ctx<Aws>,
        proposal: Proposal<ElasticacheRedisModel>,
    ) -> Result<Diagnostics, RemoteError> {
        let setting = ctx.remote().preflight();
        if setting == sparki_aws::Preflight::Off {
            return Ok(Diagnostics::new());
        }
        let Proposal { prior, planned } = proposal;
        let session = Session::begin(ctx, &planned.region).await?;
        let is_settled = prior.as_ref().is_some_and(|prior| {
            prior.engine_version == planned.engine_version && prior.engine == planned.engine
        });
        let mut found = Vec::new();
        if !is_settled {
            found.extend(check_version(&session, &planned).await?);
        }
        found.extend(nodes::check(&session, prior.as_deref(), &planned).await?);
        found.extend(told([Box::pin(quota::check(&session, prior.as_deref(), &planned)).await]));
        found.extend(
            cost::rise(&session.region, prior.as_deref(), &planned).told(ctx.remote().cost_warning_usd()),
        );
        Ok(judged(setting, found))
    }
}

async fn check_version(
    session: &Session<'_>,
    planned: &ElasticacheRedisModel,
) -> Result<Option<Diagnostic>, RemoteError> {
    let (Some(engine), Some(text)) = (planned.engine.known(), planned.engine_version.known()) else {
        return Ok(None);
    };
    let Ok(version) = text.parse::<Version>() else { return Ok(None) };
    let offers = Offers::ask(session, CHECK, *engine).await?;
    Ok(offers.filter(|offers| !offers.have(version)).map(|offers| {
        Diagnostic::error(
            "Version not offered",
            format!(
                "AWS does not offer version {text} of {} in {}. Use one of {offers}.",
                engine.as_str(),
                session.region
            ),
        )
        .at(Path::attribute("engine_version"))
    }))
}

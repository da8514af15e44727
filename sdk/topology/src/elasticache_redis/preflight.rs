//! Whether AWS offers the planned version, the cluster can have the planned nodes, and the account so many.

use sparki_aws::{Aws, Consistency};
use sparki_core::{Ctx, Diagnostic, Diagnostics, Path, Preflight, Proposal, RemoteError};

use super::look::describe;
use super::plan::protection;
use super::{ElasticacheRedis, ElasticacheRedisModel, cost, nodes, quota};
use crate::elasticache::{Offers, Session, Version};
use crate::operation::{Held, Keeper, judged};
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
        if prior.is_none() && protection(&planned).is_some() {
            found.extend(check_name(ctx, &session, &planned).await?);
        }
        found.extend(nodes::check(&session, prior.as_deref(), &planned).await?);
        found.extend(told([Box::pin(quota::check(&session, prior.as_deref(), &planned)).await]));
        found.extend(
            cost::rise(&session.region, prior.as_deref(), &planned).told(ctx.remote().cost_warning_usd()),
        );
        Ok(judged(setting, found))
    }
}

/// Whether a new cluster would get its name.
async fn check_name(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    planned: &ElasticacheRedisModel,
) -> Result<Option<Diagnostic>, RemoteError> {
    let Some(name) = planned.name.known() else { return Ok(None) };
    let answer = session.send(Consistency::Propagation, CHECK, || describe(session, name)).await?;
    // It is only a check: where the question is not answered, AWS says no when it is asked for the cluster.
    let Ok(Some(there)) = answer else { return Ok(None) };
    if matches!(there.status(), Some("create-failed" | "deleting")) {
        return Ok(None);
    }
    let arn = there.arn().unwrap_or_default();
    let Ok(Some(tags)) = session.send(Consistency::Propagation, CHECK, || session.tags_now(arn)).await?
    else {
        return Ok(None);
    };
    let (named, region, keeper) = (("name", name.as_str()), &session.region, Keeper::Sparki);
    Ok(Held { what: "cluster", named, region, tags: Some(&tags), keeper }.told(ctx))
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

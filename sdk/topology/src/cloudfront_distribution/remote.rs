//! How `sparki_cloudfront_distribution` talks to AWS.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use aws_sdk_cloudfront::types::{Distribution, DistributionConfig, DistributionConfigWithTags};
use sparki_aws::{Aws, AwsError, Consistency, Nonce, Seen, Tags};
use sparki_core::{Applied, Change, Ctx, Import, Planned, Reconcile, RemoteError, RemoteErrorKind, State};

use super::look::{begin, describe, id_in, made_by};
use super::plan::protection;
use super::signing::{Control, Mark};
use super::{
    CloudfrontDistribution, CloudfrontDistributionIdentity, CloudfrontDistributionModel, Session, answer,
    config, controls, signing, tags,
};
use crate::operation::{Protected, known_tags, own_tags, unfinished};

const CREATE: &str = "failed to create the distribution";
const READ: &str = "failed to read the distribution";
const UPDATE: &str = "failed to update the distribution";
const DELETE: &str = "failed to delete the distribution";

/// A change is everywhere in about 5 minutes.
const USUAL: Duration = Duration::from_secs(300);

/// How often a change is begun anew because something else has changed the distribution meanwhile.
const ATTEMPTS: u32 = 3;

impl Reconcile for CloudfrontDistribution {
    type Remote = Aws;

    async fn create(
        ctx: &Ctx<Aws>,
        planned: Planned<CloudfrontDistributionModel>,
    ) -> Applied<CloudfrontDistributionModel> {
        let session = begin(ctx).await?;
        let own = planned.tags.known().cloned().unwrap_or_default();
        let attempt = session.attempt::<Self>(ctx, &planned);
        let marked = session.aws.tags().for_create(&own, &attempt);
        let made = make(&session, &planned, (&attempt, &marked)).await;
        let (made, controls) = match made {
            Ok(made) => made,
            Err(error) if !error.maybe_applied() => {
                return Err(undone(&session, &planned, &attempt, error).await);
            }
            Err(error) => return Err(error),
        };
        // Recorded before anything else is asked for, as it is there whatever becomes of the questions.
        let marked: HashMap<_, _> = marked.into_iter().collect();
        let seen = answer::model(&made, &marked, session.aws.tags(), &planned);
        let seen = State::new(signing::shown(seen, &controls));
        ctx.record(&seen);
        if planned.wait_for_deployment.known() == Some(&false) {
            // One that was taken up may have other tags than were asked for now.
            let there = tags::read(&session, made.arn()).await.unwrap_or_default();
            if !Tags::made_by(Some(&there), &attempt) {
                return Ok(seen);
            }
            let read = answer::model(&made, &there, session.aws.tags(), &planned);
            return Ok(State::new(signing::shown(read, &controls)));
        }
        settled(&session, CREATE, (seen, &planned), &controls).await.map_err(unfinished)
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<CloudfrontDistributionModel>,
    ) -> Result<Option<State<CloudfrontDistributionModel>>, RemoteError> {
        let session = begin(ctx).await?;
        let found = describe(&session, id(&prior)).await.map_err(|error| error.reading(READ))?;
        match found {
            Some((distribution, _)) => state(&session, READ, &distribution, &prior).await.map(Some),
            None => Ok(None),
        }
    }

    async fn update(
        ctx: &Ctx<Aws>,
        change: Change<CloudfrontDistributionModel>,
    ) -> Applied<CloudfrontDistributionModel> {
        let Change { prior, planned } = change;
        let session = begin(ctx).await?;
        let arn = prior.arn.known().map_or("", String::as_str);
        let there = tags::read(&session, arn).await.map_err(|error| error.reading(UPDATE))?;
        let (before, own) = (known_tags(&prior.tags, &prior.tags_all), own_tags(&planned.tags));
        let change = session.aws.tags().change(Some(&there), &before, &own);
        tags::change(&session, (UPDATE, arn), change).await?;
        let (before, needed) = (signing::wanted(&prior), signing::wanted(&planned));
        let has_controls = !before.is_empty() || !needed.is_empty();
        let controls = if has_controls {
            let mark = mark(&session, UPDATE, id(&prior)).await?.ok_or_else(gone)?;
            controls::ensure(&session, UPDATE, &mark, &needed).await?
        } else {
            Vec::new()
        };
        let wanted = signing::numbered(&planned, &controls);
        let changed =
            configure(&session, (UPDATE, id(&prior)), |there| config::update(there, &wanted)).await?;
        let changed = state_with(&session, UPDATE, (&changed.ok_or_else(gone)?, &planned), &controls).await?;
        ctx.record(&changed);
        let changed = settled(&session, UPDATE, (changed, &planned), &controls).await?;
        controls::remove(&session, UPDATE, &controls, &needed).await?;
        Ok(changed)
    }

    async fn delete(ctx: &Ctx<Aws>, prior: State<CloudfrontDistributionModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&prior), DELETE)?;
        let session = begin(ctx).await?;
        let id = id(&prior);
        let is_retained = prior.retain_on_delete.known() == Some(&true);
        let own = if is_retained {
            Vec::new()
        } else {
            let Some(mark) = mark(&session, DELETE, id).await? else { return Ok(()) };
            match controls::own(&session, DELETE, &mark).await {
                // Those that an interrupted change has left behind are not in the state. Whoever has none may not be allowed to look.
                Err(_) if signing::wanted(&prior).is_empty() => Vec::new(),
                own => own?,
            }
        };
        let disabled = |there: DistributionConfig| config::disabled(there, &own);
        let Some(distribution) = configure(&session, (DELETE, id), disabled).await? else { return Ok(()) };
        if is_retained {
            ctx.warn(
                "Distribution left in the account",
                format!(
                    "\"retain_on_delete\" is true, so the distribution {id} is disabled and stays, with all that belongs \
                     to it. Remove it in CloudFront once nobody needs it any more."
                ),
            );
            return Ok(());
        }
        ctx.record(&state_with(&session, DELETE, (&distribution, &prior), &own).await?);
        // CloudFront removes only what is disabled everywhere.
        let look = || async {
            let Some((distribution, etag)) = describe(&session, id).await? else {
                return Ok(Seen::Reached(None));
            };
            Ok(match answer::seen(Some(distribution)) {
                Seen::Reached(_) => Seen::Reached(Some(etag)),
                Seen::Pending(status) => Seen::Pending(status),
                Seen::Missing => Seen::Missing,
                Seen::Failed(reason) => Seen::Failed(reason),
            })
        };
        let Some(etag) = session.wait(DELETE, USUAL, look).await? else { return Ok(()) };
        // As long as the distribution is there, what cannot be removed of its controls is found again.
        controls::remove(&session, DELETE, &own, &BTreeSet::new()).await?;
        let send = || async {
            let request = session.client.delete_distribution().id(id).if_match(&etag);
            request.send().await.map_err(AwsError::from)
        };
        session.remove(Consistency::Free, DELETE, send).await?;
        let gone = || async {
            let found = describe(&session, id).await?;
            Ok(found.map_or(Seen::Reached(()), |_| Seen::Pending("being removed".into())))
        };
        session.wait(DELETE, Duration::ZERO, gone).await
    }
}

impl Import for CloudfrontDistribution {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("EDFDVBD6EXAMPLE", "id of the distribution"),
        ("arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE", "its ARN"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<CloudfrontDistributionModel>, RemoteError> {
        let Some(id) = id_in(id) else {
            let error = sparki_core::import_form_error(id, Self::FORMS);
            let invalid = RemoteError::new(RemoteErrorKind::Invalid, "invalid import id");
            return Err(invalid.with_detail(error.detail));
        };
        let session = begin(ctx).await?;
        let found = describe(&session, id).await.map_err(|error| error.reading(READ))?;
        let Some((distribution, _)) = found else {
            return Err(RemoteError::new(RemoteErrorKind::NotFound, "failed to find the distribution")
                .with_detail(format!(
                    "There is no distribution {id:?} in the account, or the credentials do not see it."
                )));
        };
        state(&session, READ, &distribution, &unknown_before()).await
    }

    fn import_id(identity: &CloudfrontDistributionIdentity) -> String {
        identity.import_id()
    }
}

/// Makes the controls that a distribution needs, and then the distribution.
async fn make(
    session: &Session<'_>,
    planned: &CloudfrontDistributionModel,
    (attempt, marked): (&Nonce, &BTreeMap<String, String>),
) -> Result<(Distribution, Vec<Control>), RemoteError> {
    let mark = Mark::of_reference(attempt.as_str());
    let wanted = signing::wanted(planned);
    let controls = if wanted.is_empty() {
        Vec::new()
    } else {
        controls::ensure(session, CREATE, &mark, &wanted).await?
    };
    let with_tags = DistributionConfigWithTags::builder()
        .distribution_config(config::create(&signing::numbered(planned, &controls), attempt))
        .tags(tags::wire(marked))
        .build();
    let send = || async {
        let request = session.client.create_distribution_with_tags();
        request.distribution_config_with_tags(with_tags.clone()).send().await.map_err(AwsError::from)
    };
    let made = match session.send(Consistency::Free, CREATE, send).await? {
        Ok(answer) => answer.distribution.ok_or_else(|| {
            RemoteError::new(RemoteErrorKind::Garbled, CREATE)
                .with_detail("AWS's answer has no distribution in it.")
                .with_maybe_applied(true)
        })?,
        // Only these say that this very attempt may have made it; others are about names, quotas and the like.
        Err(error) if error.code() == Some("DistributionAlreadyExists") || error.maybe_applied() => {
            let taken_up = taken_up(session, attempt).await;
            let taken_up = taken_up.map_err(|failed| failed.with_maybe_applied(true))?;
            taken_up.ok_or_else(|| error.changing(CREATE).with_maybe_applied(true))?
        }
        Err(error) => return Err(error.changing(CREATE)),
    };
    Ok((made, controls))
}

/// Removes the controls of a distribution that was not made, and says what is left if that fails.
async fn undone(
    session: &Session<'_>,
    planned: &CloudfrontDistributionModel,
    attempt: &Nonce,
    error: RemoteError,
) -> RemoteError {
    if signing::wanted(planned).is_empty() {
        return error;
    }
    let mark = Mark::of_reference(attempt.as_str());
    let session = session.tidying();
    let removed = async {
        let own = controls::own(&session, CREATE, &mark).await?;
        controls::remove(&session, CREATE, &own, &BTreeSet::new()).await
    };
    match removed.await {
        Ok(()) => error,
        Err(_) => error.with_advice(&format!(
            "Origin access controls may be left whose names begin with {:?}; remove them in CloudFront.",
            mark.prefix()
        )),
    }
}

/// By what the controls of a distribution are known.
async fn mark(session: &Session<'_>, doing: &str, id: &str) -> Result<Option<Mark>, RemoteError> {
    let found = describe(session, id).await.map_err(|error| error.reading(doing))?;
    Ok(found.map(|(distribution, _)| Mark::of(&distribution)))
}

fn gone() -> RemoteError {
    RemoteError::new(RemoteErrorKind::NotFound, UPDATE)
        .with_detail("The distribution is gone; something else removed it. Plan again to make it anew.")
}

/// The distribution that an attempt has made, once it shows; `None` if it has made none.
async fn taken_up(session: &Session<'_>, attempt: &Nonce) -> Result<Option<Distribution>, RemoteError> {
    let Some(id) = made_by(session, CREATE, attempt).await? else { return Ok(None) };
    let look = || async { Ok(describe(session, &id).await?.map_or(Seen::Missing, Seen::Reached)) };
    let (made, _) = session.wait(CREATE, Duration::ZERO, look).await?;
    Ok(Some(made))
}

/// What counts for a distribution of which nothing was known before, where AWS does not tell.
pub(super) fn unknown_before() -> CloudfrontDistributionModel {
    CloudfrontDistributionModel {
        minimum_tls_version: "TLSv1.2_2021".into(),
        wait_for_deployment: true.into(),
        retain_on_delete: false.into(),
        ..CloudfrontDistributionModel::blank()
    }
}

/// The id in a state, where it is never missing.
fn id(distribution: &CloudfrontDistributionModel) -> &str {
    distribution.id.known().map_or("", |id| id.as_str())
}

pub(super) async fn state(
    session: &Session<'_>,
    doing: &str,
    distribution: &Distribution,
    reference: &CloudfrontDistributionModel,
) -> Applied<CloudfrontDistributionModel> {
    let own = controls::own_of(session, doing, distribution, reference).await?;
    state_with(session, doing, (distribution, reference), &own).await
}

/// The same where the distribution's own controls are known.
async fn state_with(
    session: &Session<'_>,
    doing: &str,
    (distribution, reference): (&Distribution, &CloudfrontDistributionModel),
    own: &[Control],
) -> Applied<CloudfrontDistributionModel> {
    let tags = tags::read(session, distribution.arn()).await.map_err(|error| error.reading(doing))?;
    let read = answer::model(distribution, &tags, session.aws.tags(), reference);
    Ok(State::new(signing::shown(read, own)))
}

/// The state once what was changed is everywhere, if that is waited for.
async fn settled(
    session: &Session<'_>,
    doing: &str,
    (now, planned): (State<CloudfrontDistributionModel>, &CloudfrontDistributionModel),
    own: &[Control],
) -> Applied<CloudfrontDistributionModel> {
    if planned.wait_for_deployment.known() == Some(&false) {
        return Ok(now);
    }
    let look = || async {
        Ok(answer::seen(describe(session, id(&now)).await?.map(|(distribution, _)| distribution)))
    };
    let deployed = session.wait(doing, USUAL, look).await?;
    state_with(session, doing, (&deployed, planned), own).await
}

/// Changes the configuration of a distribution, if the change makes a difference; `None` if it does not exist. A change names
/// the version that it is based on, so nothing of somebody else's is undone.
async fn configure(
    session: &Session<'_>,
    (doing, id): (&str, &str),
    change: impl Fn(DistributionConfig) -> DistributionConfig,
) -> Result<Option<Distribution>, RemoteError> {
    let mut attempt = 1;
    loop {
        let found = describe(session, id).await.map_err(|error| error.reading(doing))?;
        let Some((distribution, etag)) = found else { return Ok(None) };
        let Some(there) = distribution.distribution_config().cloned() else {
            return Err(RemoteError::new(RemoteErrorKind::Garbled, doing)
                .with_detail("AWS's answer has no configuration in it."));
        };
        let wanted = change(there.clone());
        if answer::same(&wanted, &there) {
            return Ok(Some(distribution));
        }
        let send = || async {
            let request = session.client.update_distribution().id(id).if_match(&etag);
            request.distribution_config(wanted.clone()).send().await.map_err(AwsError::from)
        };
        match session.send(Consistency::Free, doing, send).await? {
            Ok(answer) => return Ok(answer.distribution),
            Err(error) if error.is_not_found() => return Ok(None),
            // It was changed meanwhile, perhaps by this very request whose answer was lost.
            Err(error) if error.code() == Some("PreconditionFailed") && attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error.changing(doing)),
        }
    }
}

//! How `sparki_eks_addon` talks to AWS.

use std::cmp::Ordering;
use std::time::Duration;

use aws_sdk_eks::types::{Addon, AddonStatus};
use sparki_aws::{Aws, AwsError, Consistency, Nonce, Region, Seen};
use sparki_core::{Applied, Change, Ctx, Import, Planned, Reconcile, RemoteError, RemoteErrorKind, State};

use super::answer::Described;
use super::look::{available, describe, found, look};
use super::plan::protection;
use super::{EksAddon, EksAddonIdentity, EksAddonModel, answer, requests};
use crate::eks::{Part, Session, Subject, compare};
use crate::operation::{ImportId, Protected, Unanswered, known_tags, own_tags, unfinished};

const CREATE: &str = "failed to install the add-on";
const READ: &str = "failed to read the add-on";
const UPDATE: &str = "failed to update the add-on";
const DELETE: &str = "failed to remove the add-on";

/// AWS takes 15 to 45 seconds for each.
const USUAL: Duration = Duration::from_secs(30);

impl Reconcile for EksAddon {
    type Remote = Aws;

    async fn create(ctx: &Ctx<Aws>, planned: Planned<EksAddonModel>) -> Applied<EksAddonModel> {
        let session = Session::begin(ctx, &planned.region).await?;
        let own = planned.tags.known().cloned().unwrap_or_default();
        let attempt = session.attempt::<Self>(ctx, &planned);
        let version = available(&session, CREATE, &planned).await?;
        let planned = EksAddonModel { available_version: version.clone().into(), ..planned.into_inner() };
        let tags = session.aws.tags().for_create(&own, &attempt);
        let request = requests::create(&planned, version, tags, &attempt);
        let send = || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
        let names = names(&planned);
        let made = match session.send(Consistency::Propagation, CREATE, send).await? {
            Ok(answer) => answer.addon,
            Err(error) => {
                let unanswered = Unanswered { doing: CREATE, attempt: &attempt, error: &error };
                let taken = || taken(&session.region, names);
                Some(unanswered.adopt(describe(&session, names), Addon::tags, taken).await?)
            }
        };
        if let Some(addon) = made {
            ctx.record(&state(&session, &addon, &planned));
        }
        let addon = running(ctx, &session, CREATE, &planned).await.map_err(unfinished)?;
        look(&session, CREATE, addon, &planned).await
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<EksAddonModel>,
    ) -> Result<Option<State<EksAddonModel>>, RemoteError> {
        let session = Session::begin(ctx, &prior.region).await?;
        let addon = describe(&session, names(&prior)).await.map_err(|error| error.reading(READ))?;
        let Some(addon) = addon else { return Ok(None) };
        let available = available(&session, READ, &prior).await?;
        let reference = EksAddonModel { available_version: available.into(), ..prior.into_inner() };
        look(&session, READ, addon, &reference).await.map(Some)
    }

    async fn update(ctx: &Ctx<Aws>, change: Change<EksAddonModel>) -> Applied<EksAddonModel> {
        let Change { prior, planned } = change;
        let session = Session::begin(ctx, &prior.region).await?;
        let mut addon = at_rest(&session, UPDATE, &prior).await?.ok_or_else(|| {
            RemoteError::new(RemoteErrorKind::NotFound, UPDATE)
                .with_detail("The add-on is gone; something else removed it. Plan again to install it anew.")
        })?;
        let (before, own) = (known_tags(&prior.tags, &prior.tags_all), own_tags(&planned.tags));
        let tags = session.aws.tags().change(addon.tags(), &before, &own);
        if !tags.is_empty() {
            session.tag(UPDATE, addon.addon_arn().unwrap_or_default(), tags).await?;
            addon = at_rest(&session, UPDATE, &prior).await?.unwrap_or(addon);
        }
        let mut planned = planned.into_inner();
        let version = if planned.installed_version.is_unknown() {
            let available = available(&session, UPDATE, &planned).await?;
            planned.available_version = available.clone().into();
            available.filter(|available| leads_on(addon.addon_version(), available))
        } else {
            let version = planned.installed_version.known().cloned();
            version.filter(|version| addon.addon_version() != Some(version))
        };
        if let Some(request) = requests::update(&prior, &planned, version) {
            let token = Nonce::random();
            let send = || async {
                let request = request.clone().client_request_token(token.as_str());
                request.send_with(&session.client).await.map(|answer| answer.update).map_err(AwsError::from)
            };
            match session.send(Consistency::Free, UPDATE, send).await? {
                Ok(started) => {
                    let (cluster, name) = names(&planned);
                    let subject = Subject { cluster, part: Part::Addon(name) };
                    session.finish(UPDATE, USUAL, subject, started.as_ref()).await?;
                }
                Err(error) if error.is_unneeded() => {}
                Err(error) => return Err(error.changing(UPDATE)),
            }
            addon = running(ctx, &session, UPDATE, &prior).await?;
        }
        look(&session, UPDATE, addon, &planned).await
    }

    async fn delete(ctx: &Ctx<Aws>, state: State<EksAddonModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&state), DELETE)?;
        let session = Session::begin(ctx, &state.region).await?;
        let (cluster, name) = names(&state);
        let preserve = state.preserve_on_delete.known().copied().unwrap_or(false);
        // AWS refuses to remove an add-on that it is still installing or changing.
        let Some(addon) = at_rest(&session, DELETE, &state).await? else { return Ok(()) };
        if addon.status() != Some(&AddonStatus::Deleting) {
            let send = || async {
                let request = session.client.delete_addon().cluster_name(cluster).addon_name(name);
                request.preserve(preserve).send().await.map_err(AwsError::from)
            };
            match session.send(Consistency::Free, DELETE, send).await? {
                Ok(_) => {}
                Err(error) if error.is_not_found() => return Ok(()),
                Err(error) => return Err(error.changing(DELETE)),
            }
        }
        let look = || async { Ok(answer::seen_leaving(describe(&session, (cluster, name)).await?)) };
        session.wait(DELETE, USUAL, look).await
    }
}

impl Import for EksAddon {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("us-east-1/main/coredns", "region, cluster and name of the add-on"),
        ("main/coredns", "cluster and name of an add-on in the provider's region"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<EksAddonModel>, RemoteError> {
        let id = ImportId::<2>::parse(id, Self::FORMS)?;
        let session = Session::begin_in(ctx, id.region(ctx.remote()).await?).await?;
        let [cluster, name] = &id.names;
        let addon = describe(&session, (cluster, name)).await.map_err(|error| error.reading(READ))?;
        let Some(addon) = addon else {
            return Err(RemoteError::new(RemoteErrorKind::NotFound, "failed to find the add-on")
                .with_detail(format!(
                    "The cluster {cluster:?} in {} has no add-on {name:?}, or the credentials do not see it.",
                    session.region
                )));
        };
        found(&session, READ, addon).await
    }

    fn import_id(identity: &EksAddonIdentity) -> String {
        identity.import_id()
    }
}

/// The names of cluster and add-on in a plan or state, where they are never missing.
fn names(addon: &EksAddonModel) -> (&str, &str) {
    let [cluster, name] =
        [&addon.cluster_name, &addon.name].map(|name| name.known().map_or("", String::as_str));
    (cluster, name)
}

/// The state of an add-on whose service accounts have the roles that are known.
fn state(session: &Session<'_>, addon: &Addon, reference: &EksAddonModel) -> State<EksAddonModel> {
    let pod_identities = reference.pod_identities.known().cloned().unwrap_or_default();
    let described = Described { addon: addon.clone(), pod_identities };
    State::new(answer::model(&described, &session.region, session.aws.tags(), reference))
}

/// Whether a version that was looked up is newer than the installed one. Only a version that is written down leads back.
fn leads_on(installed: Option<&str>, available: &str) -> bool {
    installed.is_none_or(|installed| compare(installed, available) == Ordering::Less)
}

/// What to do about an add-on of the same name that something else installed.
fn taken(region: &Region, (cluster, name): (&str, &str)) -> String {
    format!(
        "The cluster has this add-on already, and this run did not install it. Take it under management: terraform \
         import <address> {region}/{cluster}/{name}"
    )
}

/// Waits until the add-on runs; every look at it is recorded. One that only lacks machines to run on is told.
async fn running(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    doing: &str,
    reference: &EksAddonModel,
) -> Result<Addon, RemoteError> {
    let recorded = || async {
        let addon = describe(session, names(reference)).await?;
        if let Some(addon) = &addon {
            ctx.record(&state(session, addon, reference));
        }
        Ok(answer::seen(addon))
    };
    let addon = session.wait(doing, USUAL, recorded).await?;
    if answer::lacks_nodes(&addon) {
        ctx.warn(
            "Add-on waits for machines",
            format!(
                "{} It is installed, and starts as soon as the cluster has machines to run it on.",
                answer::unhealthy(&addon, &AddonStatus::Degraded)
            ),
        );
    }
    Ok(addon)
}

/// Waits until AWS is not installing or changing the add-on; `None` if it does not exist.
async fn at_rest(
    session: &Session<'_>,
    doing: &str,
    addon: &EksAddonModel,
) -> Result<Option<Addon>, RemoteError> {
    let look = || async {
        let addon = describe(session, names(addon)).await?;
        Ok(match addon.as_ref().and_then(Addon::status) {
            Some(busy @ (AddonStatus::Creating | AddonStatus::Updating)) => {
                Seen::Pending(busy.as_str().to_owned())
            }
            Some(_) | None => Seen::Reached(addon),
        })
    };
    session.wait(doing, USUAL, look).await
}

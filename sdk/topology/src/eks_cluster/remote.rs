//! How `sparki_eks_cluster` talks to AWS.

use std::time::Duration;

use aws_sdk_eks::types::{Cluster, ClusterStatus};
use futures_util::future::try_join3;
use sparki_aws::{Aws, AwsError, Consistency, Nonce, Region, Seen};
use sparki_core::{
    Applied, Change, Ctx, Import, Path, Planned, Reconcile, RemoteError, RemoteErrorKind, State, Value,
};

use super::plan::protection;
use super::requests::Update;
use super::{
    AuthenticationMode, EksCluster, EksClusterIdentity, EksClusterModel, SupportType, access, answer, oidc,
    removal, requests,
};
use crate::eks::{Part, Releases, Session, Subject};
use crate::operation::{
    ImportId, Protected, Remains, Unanswered, incomplete, known_tags, own_tags, unfinished,
};

const CREATE: &str = "failed to create the cluster";
const READ: &str = "failed to read the cluster";
const UPDATE: &str = "failed to update the cluster";
const DELETE: &str = "failed to delete the cluster";

/// AWS makes a cluster in 8 to 11 minutes.
const USUAL_CREATE: Duration = Duration::from_secs(600);
/// An upgrade replaces the control plane, one instance after the other.
const USUAL_UPGRADE: Duration = Duration::from_secs(600);
/// Any other change of a cluster.
const USUAL_CHANGE: Duration = Duration::from_secs(120);
/// What is left of a removal of node groups, of which AWS needs about 4 minutes, when the cluster's turn comes.
const USUAL_GROUPS: Duration = Duration::from_secs(60);
/// AWS removes a cluster in about 3 minutes.
const USUAL_DELETE: Duration = Duration::from_secs(180);

impl Reconcile for EksCluster {
    type Remote = Aws;

    async fn create(ctx: &Ctx<Aws>, planned: Planned<EksClusterModel>) -> Applied<EksClusterModel> {
        let session = Session::begin(ctx, &planned.region).await?;
        let own = planned.tags.known().cloned().unwrap_or_default();
        let attempt = session.attempt::<Self>(ctx, &planned);
        let request = requests::create(&planned, session.aws.tags().for_create(&own, &attempt), &attempt);
        let send = || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
        let made = match session.send(Consistency::Propagation, CREATE, send).await? {
            Ok(answer) => answer.cluster,
            Err(error) => {
                let unanswered = Unanswered { doing: CREATE, attempt: &attempt, error: &error };
                let taken = || taken(&session.region, name(&planned));
                let adopted =
                    unanswered.adopt(describe(&session, name(&planned)), Cluster::tags, taken).await;
                Some(adopted.map_err(|refused| in_full_zone(refused, &error))?)
            }
        };
        // Nothing of what belongs to the cluster is there yet.
        let bare = EksClusterModel {
            access_entries: Value::Null,
            oidc_provider_arn: Value::Null,
            end_of_support_at: Value::Null,
            ..(*planned).clone()
        };
        if let Some(cluster) = &made {
            ctx.record(&state(&session, cluster, &bare));
        }
        let cluster = usable(ctx, &session, (CREATE, USUAL_CREATE), &bare).await.map_err(unfinished)?;
        belongings(ctx, &session, (CREATE, &cluster), Change { prior: State::new(bare), planned })
            .await
            .map_err(incomplete)
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<EksClusterModel>,
    ) -> Result<Option<State<EksClusterModel>>, RemoteError> {
        let session = Session::begin(ctx, &prior.region).await?;
        let cluster = describe(&session, name(&prior)).await.map_err(|error| error.reading(READ))?;
        let Some(cluster) = cluster else { return Ok(None) };
        let access_entries = async {
            let known = prior.access_entries.known().filter(|entries| !entries.is_empty());
            let Some(known) = known else { return Ok(prior.access_entries.clone()) };
            access::read(&session, (READ, name(&prior)), known).await.map(Value::from)
        };
        let oidc_provider_arn = async {
            Ok(match prior.oidc_provider_arn.known() {
                Some(arn) if oidc::is_there(&session, READ, arn).await? => prior.oidc_provider_arn.clone(),
                Some(_) | None => Value::Null,
            })
        };
        let end_of_support_at = async {
            Ok(match end_of_support(&session, READ, &cluster).await? {
                Value::Null if prior.version.known().map(String::as_str) == cluster.version() => {
                    prior.end_of_support_at.clone()
                }
                said => said,
            })
        };
        let looks = try_join3(access_entries, oidc_provider_arn, end_of_support_at);
        let (access_entries, oidc_provider_arn, end_of_support_at) = looks.await?;
        let reference =
            EksClusterModel { access_entries, oidc_provider_arn, end_of_support_at, ..prior.into_inner() };
        Ok(Some(state(&session, &cluster, &reference)))
    }

    async fn update(ctx: &Ctx<Aws>, change: Change<EksClusterModel>) -> Applied<EksClusterModel> {
        let Change { prior, planned } = change;
        let session = Session::begin(ctx, &prior.region).await?;
        let mut cluster = usable(ctx, &session, (UPDATE, USUAL_CHANGE), &prior).await?;
        let (before, own) = (known_tags(&prior.tags, &prior.tags_all), own_tags(&planned.tags));
        let tags = session.aws.tags().change(cluster.tags(), &before, &own);
        if !tags.is_empty() {
            session.tag(UPDATE, cluster.arn().unwrap_or_default(), tags).await?;
            cluster = usable(ctx, &session, (UPDATE, USUAL_CHANGE), &prior).await?;
        }
        for update in requests::updates(&prior, &planned) {
            let usual = apply(&session, name(&planned), &update).await?;
            cluster = usable(ctx, &session, (UPDATE, usual), &prior).await?;
        }
        belongings(ctx, &session, (UPDATE, &cluster), Change { prior, planned }).await
    }

    async fn delete(ctx: &Ctx<Aws>, state: State<EksClusterModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&state), DELETE)?;
        let session = Session::begin(ctx, &state.region).await?;
        let name = name(&state);
        let look = || async {
            let cluster = describe(&session, name).await?;
            Ok(match cluster.as_ref().and_then(Cluster::status) {
                Some(busy @ (ClusterStatus::Creating | ClusterStatus::Updating | ClusterStatus::Pending)) => {
                    Seen::Pending(busy.as_str().to_owned())
                }
                Some(_) | None => Seen::Reached(cluster),
            })
        };
        // AWS refuses to remove a cluster that it is changing. One that it is still making may turn out to have failed, and
        // one that has failed AWS removes although it is protected.
        let cluster = session.wait(DELETE, USUAL_CHANGE, look).await?;
        if cluster.is_some_and(|cluster| cluster.status() != Some(&ClusterStatus::Deleting)) {
            removal::begin(&session, (DELETE, USUAL_GROUPS), name).await?;
        }
        // Not before AWS has agreed to remove the cluster: what runs in it still needs the trust. And also where the cluster
        // is gone already, for nothing else would ever remove it.
        let mut remains = Remains::new();
        if let Some(arn) = state.oidc_provider_arn.known() {
            remains.note(oidc::remove(&session, DELETE, arn).await, || oidc::removal(arn));
        }
        let look = || async {
            Ok(match describe(&session, name).await? {
                None => Seen::Reached(()),
                Some(cluster) => {
                    Seen::Pending(cluster.status().map_or("not known", ClusterStatus::as_str).to_owned())
                }
            })
        };
        session.wait(DELETE, USUAL_DELETE, look).await?;
        remains.of_what_is_gone("The cluster")
    }
}

impl Import for EksCluster {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("us-east-1/main", "region and name of the cluster"),
        ("main", "name of a cluster in the provider's region"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<EksClusterModel>, RemoteError> {
        let id = ImportId::<1>::parse(id, Self::FORMS)?;
        let session = Session::begin_in(ctx, id.region(ctx.remote()).await?).await?;
        let [name] = &id.names;
        let cluster = describe(&session, name).await.map_err(|error| error.reading(READ))?;
        let Some(cluster) = cluster else {
            return Err(RemoteError::new(RemoteErrorKind::NotFound, "failed to find the cluster")
                .with_detail(format!(
                    "There is no cluster {name:?} in {}, or the credentials do not see it.",
                    session.region
                )));
        };
        found(&session, READ, &cluster).await
    }

    fn import_id(identity: &EksClusterIdentity) -> String {
        identity.import_id()
    }
}

/// The refusal to make a cluster. EKS has availability zones in which it makes no more of them, and names those where it does.
fn in_full_zone(refused: RemoteError, error: &AwsError) -> RemoteError {
    if error.code() != Some("UnsupportedAvailabilityZoneException") {
        return refused;
    }
    refused.with_attribute(
        Path::attribute("subnet_ids"),
        "EKS makes no cluster in an availability zone of these subnets: name subnets in other ones",
    )
}

/// The name in a plan or state, where it is never missing.
fn name(cluster: &EksClusterModel) -> &str {
    cluster.name.known().map_or("", String::as_str)
}

fn state(session: &Session<'_>, cluster: &Cluster, reference: &EksClusterModel) -> State<EksClusterModel> {
    State::new(answer::model(cluster, &session.region, session.aws.tags(), reference))
}

/// The state of a cluster of which nothing was known before.
pub(super) async fn found(
    session: &Session<'_>,
    doing: &str,
    cluster: &Cluster,
) -> Result<State<EksClusterModel>, RemoteError> {
    // AWS answers these. Where a stand-in does not, the defaults of the type count.
    let reference = EksClusterModel {
        support_type: SupportType::Standard.into(),
        deletion_protection: true.into(),
        authentication_mode: AuthenticationMode::Api.into(),
        zonal_shift: false.into(),
        force_update: false.into(),
        bootstrap_self_managed_addons: false.into(),
        ..EksClusterModel::blank()
    };
    let entries = access::find(session, (doing, cluster.name().unwrap_or_default())).await?;
    let access_entries = (!entries.is_empty()).then_some(entries).into();
    let end_of_support_at = end_of_support(session, doing, cluster).await?;
    Ok(state(session, cluster, &EksClusterModel { access_entries, end_of_support_at, ..reference }))
}

/// When AWS's support for the cluster's version ends, as far as it says so.
async fn end_of_support(
    session: &Session<'_>,
    doing: &str,
    cluster: &Cluster,
) -> Result<Value<String>, RemoteError> {
    let Some(version) = cluster.version() else { return Ok(Value::Null) };
    let said = cluster.upgrade_policy().and_then(|policy| policy.support_type());
    let support = said.unwrap_or(&aws_sdk_eks::types::SupportType::Standard);
    Ok(Releases::end_of(session, doing, (version, support)).await?.into())
}

/// Takes what belongs to a cluster that is ready, entries and trust, to what is planned; every step is recorded.
async fn belongings(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    (doing, cluster): (&str, &Cluster),
    Change { prior, planned }: Change<EksClusterModel>,
) -> Applied<EksClusterModel> {
    let mut there = prior.into_inner();
    let mut entries = there.access_entries.known().cloned().unwrap_or_default();
    let wanted = planned.access_entries.known().cloned().unwrap_or_default();
    let changed = access::change(session, (doing, name(&planned)), &mut entries, &wanted).await;
    there.access_entries =
        if changed.is_ok() { planned.access_entries.clone() } else { Value::Known(entries) };
    ctx.record(&state(session, cluster, &there));
    changed?;
    let is_wanted = planned.oidc_provider.known().copied().unwrap_or(false);
    match (there.oidc_provider_arn.known(), is_wanted) {
        (None, true) => {
            let issuer = cluster.identity().and_then(|identity| identity.oidc()?.issuer());
            let issuer = issuer.ok_or_else(|| {
                RemoteError::new(RemoteErrorKind::Garbled, doing)
                    .with_detail("AWS does not say which OpenID Connect issuer the cluster has.")
            })?;
            let of = (cluster.arn().unwrap_or_default(), issuer);
            there.oidc_provider_arn = oidc::make(session, doing, of).await?.into();
        }
        (Some(arn), false) => {
            oidc::remove(session, doing, arn).await?;
            there.oidc_provider_arn = Value::Null;
        }
        (Some(_), true) | (None, false) => {}
    }
    let oidc_provider_arn = there.oidc_provider_arn;
    let end_of_support_at = match &planned.end_of_support_at {
        Value::Unknown(_) => end_of_support(session, doing, cluster).await?,
        Value::Known(_) | Value::Null => planned.end_of_support_at.clone(),
    };
    let reference = EksClusterModel { oidc_provider_arn, end_of_support_at, ..planned.into_inner() };
    Ok(state(session, cluster, &reference))
}

/// Looks at the cluster; `None` if it does not exist.
pub(super) async fn describe(session: &Session<'_>, name: &str) -> Result<Option<Cluster>, AwsError> {
    match session.client.describe_cluster().name(name).send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.cluster),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// What to do about a cluster of the same name that something else made.
fn taken(region: &Region, name: &str) -> String {
    format!(
        "There is a cluster of this name in {region} already, which this run did not make. Choose another name, or take \
         it under management: terraform import <address> {region}/{name}"
    )
}

/// Sends one change and waits until AWS has carried it out. Returns how long the cluster usually stays busy.
async fn apply(session: &Session<'_>, name: &str, update: &Update) -> Result<Duration, RemoteError> {
    let token = Nonce::random();
    let usual = match update {
        Update::Version { .. } => USUAL_UPGRADE,
        Update::Encryption(_) | Update::Config(_) => USUAL_CHANGE,
    };
    let send = || async {
        match update {
            Update::Version { version, is_forced } => {
                let request = session.client.update_cluster_version().name(name).version(version);
                let request = request.set_force(is_forced.then_some(true));
                let sent = request.client_request_token(token.as_str()).send().await;
                sent.map(|answer| answer.update).map_err(AwsError::from)
            }
            Update::Encryption(encryption) => {
                let request = session.client.associate_encryption_config().cluster_name(name);
                let request = request.encryption_config(encryption.clone());
                let sent = request.client_request_token(token.as_str()).send().await;
                sent.map(|answer| answer.update).map_err(AwsError::from)
            }
            Update::Config(request) => {
                let request = request.as_ref().clone().client_request_token(token.as_str());
                let sent = request.send_with(&session.client).await;
                sent.map(|answer| answer.update).map_err(AwsError::from)
            }
        }
    };
    match session.send(Consistency::Free, UPDATE, send).await? {
        Ok(started) => {
            let subject = Subject { cluster: name, part: Part::ControlPlane };
            session.finish(UPDATE, usual, subject, started.as_ref()).await?;
        }
        Err(error) if error.is_unneeded() => {}
        Err(error) => return Err(error.changing(UPDATE)),
    }
    Ok(usual)
}

/// Waits until the cluster can be used; every look at it is recorded.
async fn usable(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    (doing, usual): (&str, Duration),
    reference: &EksClusterModel,
) -> Result<Cluster, RemoteError> {
    let look = || async {
        let cluster = describe(session, name(reference)).await?;
        if let Some(cluster) = &cluster {
            ctx.record(&state(session, cluster, reference));
        }
        Ok(answer::seen(cluster))
    };
    session.wait(doing, usual, look).await
}

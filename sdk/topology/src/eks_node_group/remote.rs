//! How `sparki_eks_node_group` talks to AWS.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_eks::types::{Nodegroup, NodegroupStatus, Update};
use sparki_aws::{Aws, AwsError, Consistency, Nonce, Region, Seen};
use sparki_core::{
    Applied, Change, Ctx, Import, Planned, Reconcile, RemoteError, RemoteErrorKind, State, Value,
};

use super::plan::{GONE, protection};
use super::template::{self, Machines};
use super::{
    EksNodeGroup, EksNodeGroupIdentity, EksNodeGroupModel, LaunchTemplate, UpdateStrategy, answer, requests,
    template_remote,
};
use crate::eks::{Finished, Part, Session, Subject};
use crate::operation::{ImportId, Protected, Unanswered, known_tags, own_tags, prefixed, unfinished};

const CREATE: &str = "failed to create the node group";
const READ: &str = "failed to read the node group";
const UPDATE: &str = "failed to update the node group";
const DELETE: &str = "failed to delete the node group";

/// AWS makes a group in about 2 minutes.
const USUAL_CREATE: Duration = Duration::from_secs(120);
/// An upgrade drains and replaces the machines.
const USUAL_UPGRADE: Duration = Duration::from_secs(600);
/// Any other change of a group.
const USUAL_CHANGE: Duration = Duration::from_secs(30);
/// AWS drains and removes a group in about 4 minutes.
const USUAL_DELETE: Duration = Duration::from_secs(240);

impl Reconcile for EksNodeGroup {
    type Remote = Aws;

    async fn create(ctx: &Ctx<Aws>, planned: Planned<EksNodeGroupModel>) -> Applied<EksNodeGroupModel> {
        let session = Session::begin(ctx, &planned.region).await?;
        let own = planned.tags.known().cloned().unwrap_or_default();
        let attempt = session.attempt::<Self>(ctx, &planned);
        let mut planned = planned.into_inner();
        if let (Value::Unknown(_), Some(prefix)) = (&planned.name, planned.name_prefix.known()) {
            planned.name = prefixed(prefix, &attempt).into();
        }
        if template::is_wanted(&planned) {
            let group = (names(&planned), &planned);
            planned.launch_template = template_remote::make(&session, CREATE, group, &attempt).await?.into();
        } else {
            planned.launch_template = Value::Null;
        }
        let made = match make(&session, &planned, (&own, &attempt)).await {
            Ok(made) => made,
            Err(error) => return Err(without_template(&session, &planned, error).await),
        };
        if let Some(group) = &made {
            ctx.record(&state(&session, group, &planned));
        }
        let group = usable(ctx, &session, (CREATE, USUAL_CREATE), &planned).await.map_err(unfinished)?;
        Ok(state(&session, &group, &planned))
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<EksNodeGroupModel>,
    ) -> Result<Option<State<EksNodeGroupModel>>, RemoteError> {
        let session = Session::begin(ctx, &prior.region).await?;
        let group = describe(&session, names(&prior)).await.map_err(|error| error.reading(READ))?;
        if let Some(group) = group {
            let machines = template_remote::look(&session, READ, (&group, &prior)).await?;
            return Ok(Some(seen(&session, (&group, machines), &prior)));
        }
        // As long as its template is there, something of it is, which only a removal takes away.
        let is_left = template_remote::is_left(&session, READ, (names(&prior), &prior)).await?;
        let left = || EksNodeGroupModel { status: GONE.into(), ..EksNodeGroupModel::clone(&prior) };
        Ok(is_left.then(|| State::new(left())))
    }

    async fn update(ctx: &Ctx<Aws>, change: Change<EksNodeGroupModel>) -> Applied<EksNodeGroupModel> {
        let Change { prior, planned } = change;
        let mut planned = planned.into_inner();
        let session = Session::begin(ctx, &prior.region).await?;
        let mut group = repairable(&session, &prior).await?;
        let (before, own) = (known_tags(&prior.tags, &prior.tags_all), own_tags(&planned.tags));
        let tags = session.aws.tags().change(group.tags(), &before, &own);
        if !tags.is_empty() {
            template_remote::retag(&session, UPDATE, &prior, &tags).await?;
            session.tag(UPDATE, group.nodegroup_arn().unwrap_or_default(), tags).await?;
            group = changed(ctx, &session, (USUAL_CHANGE, Finished::Successful), &prior).await?;
        }
        let running = group.scaling_config().and_then(|scaling| scaling.desired_size());
        // First the settings: how many machines may be out of service counts for the upgrade as well.
        if let Some(request) = requests::update(&prior, &planned, running) {
            let token = Nonce::random();
            let send = || async {
                let request = request.clone().client_request_token(token.as_str());
                request.send_with(&session.client).await.map(|answer| answer.update).map_err(AwsError::from)
            };
            let started = session.send(Consistency::Free, UPDATE, send).await?;
            let finished = finish(&session, &planned, USUAL_CHANGE, started).await?;
            group = changed(ctx, &session, (USUAL_CHANGE, finished), &prior).await?;
        }
        let renewed = renewed(&session, &group, &planned).await?;
        let other = renewed.as_ref().filter(|it| it.version != used_version(&group));
        if let Some(request) = requests::upgrade(&prior, &planned, other) {
            let token = Nonce::random();
            let send = || async {
                let request = request.clone().client_request_token(token.as_str());
                request.send_with(&session.client).await.map(|answer| answer.update).map_err(AwsError::from)
            };
            let started = session.send(Consistency::Free, UPDATE, send).await?;
            let finished = finish(&session, &planned, USUAL_UPGRADE, started).await?;
            group = changed(ctx, &session, (USUAL_UPGRADE, finished), &prior).await?;
        }
        if let Some(template) = renewed {
            if let (Some(id), Some(version)) = (template.id.known(), template.version.known()) {
                template_remote::promote(&session, UPDATE, (id, *version)).await?;
            }
            planned.launch_template = template.into();
        }
        if let Some(problem) = answer::degraded(&group) {
            ctx.warn(
                "Node group is degraded",
                format!("The change is made, and the group is not well all the same. {problem}"),
            );
        }
        Ok(state(&session, &group, &planned))
    }

    async fn delete(ctx: &Ctx<Aws>, state: State<EksNodeGroupModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&state), DELETE)?;
        let session = Session::begin(ctx, &state.region).await?;
        let (cluster, name) = names(&state);
        // AWS refuses to remove a group that it is still making or changing.
        let group = at_rest(&session, DELETE, &state).await?;
        if group.is_some_and(|group| group.status() != Some(&NodegroupStatus::Deleting)) {
            let send = || async {
                let request = session.client.delete_nodegroup().cluster_name(cluster).nodegroup_name(name);
                request.send().await.map_err(AwsError::from)
            };
            session.remove(Consistency::Free, DELETE, send).await?;
        }
        let look = || async { Ok(answer::seen_leaving(describe(&session, (cluster, name)).await?)) };
        session.wait(DELETE, USUAL_DELETE, look).await?;
        template_remote::remove(&session, DELETE, ((cluster, name), &state)).await
    }
}

impl Import for EksNodeGroup {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("us-east-1/main/workers", "region, cluster and name of the node group"),
        ("main/workers", "cluster and name of a node group in the provider's region"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<EksNodeGroupModel>, RemoteError> {
        let id = ImportId::<2>::parse(id, Self::FORMS)?;
        let session = Session::begin_in(ctx, id.region(ctx.remote()).await?).await?;
        let [cluster, name] = &id.names;
        let group = describe(&session, (cluster, name)).await.map_err(|error| error.reading(READ))?;
        let Some(group) = group else {
            return Err(RemoteError::new(RemoteErrorKind::NotFound, "failed to find the node group").with_detail(
                format!(
                    "There is no node group {name:?} of a cluster {cluster:?} in {}, or the credentials do not see it.",
                    session.region
                ),
            ));
        };
        found(&session, READ, &group).await
    }

    fn import_id(identity: &EksNodeGroupIdentity) -> String {
        identity.import_id()
    }
}

/// The names of cluster and group in a plan or state, where they are never missing.
fn names(group: &EksNodeGroupModel) -> (&str, &str) {
    let [cluster, name] =
        [&group.cluster_name, &group.name].map(|name| name.known().map_or("", String::as_str));
    (cluster, name)
}

/// The state of a group whose machines are as this run has made or found them.
fn state(
    session: &Session<'_>,
    group: &Nodegroup,
    reference: &EksNodeGroupModel,
) -> State<EksNodeGroupModel> {
    let machines = if group.launch_template().is_some() || reference.launch_template.known().is_some() {
        Machines::of(reference)
    } else {
        Machines::bare(group)
    };
    seen(session, (group, machines), reference)
}

/// The state of a group whose machines were looked at as well.
fn seen(
    session: &Session<'_>,
    group: (&Nodegroup, Machines),
    reference: &EksNodeGroupModel,
) -> State<EksNodeGroupModel> {
    State::new(answer::model(group, &session.region, session.aws.tags(), reference))
}

/// The state of a group of which nothing was known before.
pub(super) async fn found(
    session: &Session<'_>,
    doing: &str,
    group: &Nodegroup,
) -> Result<State<EksNodeGroupModel>, RemoteError> {
    // AWS answers these. Where a stand-in does not, the defaults of the type count.
    let reference = EksNodeGroupModel {
        max_unavailable: 1.into(),
        update_strategy: UpdateStrategy::Default.into(),
        force_update: false.into(),
        node_repair: false.into(),
        ..EksNodeGroupModel::blank()
    };
    let machines = template_remote::look(session, doing, (group, &reference)).await?;
    Ok(seen(session, (group, machines), &reference))
}

/// Makes the group, or takes up the one that this very attempt has made before.
async fn make(
    session: &Session<'_>,
    planned: &EksNodeGroupModel,
    (own, attempt): (&BTreeMap<String, String>, &Nonce),
) -> Result<Option<Nodegroup>, RemoteError> {
    let request = requests::create(planned, session.aws.tags().for_create(own, attempt), attempt);
    let send = || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
    match session.send(Consistency::Propagation, CREATE, send).await? {
        Ok(answer) => Ok(answer.nodegroup),
        Err(error) => {
            let unanswered = Unanswered { doing: CREATE, attempt, error: &error };
            let taken = || taken(&session.region, names(planned));
            unanswered.adopt(describe(session, names(planned)), Nodegroup::tags, taken).await.map(Some)
        }
    }
}

/// The failure to make a group, after which its template is not needed any more. If the group, or the template, may be there
/// all the same, the next run has to take the attempt up.
async fn without_template(
    session: &Session<'_>,
    planned: &EksNodeGroupModel,
    error: RemoteError,
) -> RemoteError {
    if error.maybe_applied() || planned.launch_template.known().is_none() {
        return error;
    }
    // Only where nobody uses it: an earlier process may have made the group in the same attempt.
    if !matches!(describe(session, names(planned)).await, Ok(None)) {
        return error;
    }
    match template_remote::remove(session, CREATE, (names(planned), planned)).await {
        Ok(()) => error,
        Err(_) => error.with_maybe_applied(true),
    }
}

/// The version of the template that the machines are to have, if that is not as it was planned before: a new one, unless the
/// one that the group uses says the same.
async fn renewed(
    session: &Session<'_>,
    group: &Nodegroup,
    planned: &EksNodeGroupModel,
) -> Result<Option<LaunchTemplate>, RemoteError> {
    let wanted = planned.launch_template.known().filter(|template| template.version.is_unknown());
    let Some((wanted, id)) = wanted.and_then(|wanted| Some((wanted, wanted.id.known()?))) else {
        return Ok(None);
    };
    let used = used_version(group);
    let is_usable = template_remote::is_usable(session, UPDATE, (group, planned)).await?;
    let version = match used {
        Value::Known(used) if is_usable => used,
        Value::Known(_) | Value::Null | Value::Unknown(_) => {
            template_remote::renew(session, UPDATE, (id, planned)).await?
        }
    };
    Ok(Some(LaunchTemplate { version: version.into(), ..wanted.clone() }))
}

/// The version of its template that a group uses.
fn used_version(group: &Nodegroup) -> Value<u32> {
    group.launch_template().and_then(|template| template.version()?.parse().ok()).into()
}

/// Looks at the group; `None` if it does not exist, or its cluster does not.
pub(super) async fn describe(
    session: &Session<'_>,
    (cluster, name): (&str, &str),
) -> Result<Option<Nodegroup>, AwsError> {
    let request = session.client.describe_nodegroup().cluster_name(cluster).nodegroup_name(name);
    match request.send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.nodegroup),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// What to do about a group of the same name that something else made.
fn taken(region: &Region, (cluster, name): (&str, &str)) -> String {
    format!(
        "The cluster has a node group of this name already, which this run did not make. Choose another name, or take \
         it under management: terraform import <address> {region}/{cluster}/{name}"
    )
}

/// Waits until AWS has carried out a change that was sent.
async fn finish(
    session: &Session<'_>,
    group: &EksNodeGroupModel,
    usual: Duration,
    started: Result<Option<Update>, AwsError>,
) -> Result<Finished, RemoteError> {
    let (cluster, name) = names(group);
    match started {
        Ok(update) => {
            let subject = Subject { cluster, part: Part::NodeGroup(name) };
            session.finish(UPDATE, usual, subject, update.as_ref()).await
        }
        Err(error) if error.is_unneeded() => Ok(Finished::Successful),
        Err(error) => Err(error.changing(UPDATE)),
    }
}

/// Waits until the group is at rest after a change that has come to an end; every look at it is recorded.
async fn changed(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    (usual, finished): (Duration, Finished),
    prior: &EksNodeGroupModel,
) -> Result<Nodegroup, RemoteError> {
    let seen: Judge = match finished {
        Finished::Successful => answer::seen_changed,
        Finished::Unknown => answer::seen,
    };
    settled(ctx, session, (UPDATE, usual, seen), prior).await
}

/// Waits until the group can be used; every look at it is recorded.
async fn usable(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    (doing, usual): (&str, Duration),
    reference: &EksNodeGroupModel,
) -> Result<Nodegroup, RemoteError> {
    settled(ctx, session, (doing, usual, answer::seen), reference).await
}

/// How far a group that was looked at is on its way.
type Judge = fn(Option<Nodegroup>) -> Seen<Nodegroup>;

/// Waits until the group is as `seen` has it; every look at it is recorded.
async fn settled(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    (doing, usual, seen): (&str, Duration, Judge),
    reference: &EksNodeGroupModel,
) -> Result<Nodegroup, RemoteError> {
    let look = || async {
        let group = describe(session, names(reference)).await?;
        if let Some(group) = &group {
            ctx.record(&state(session, group, reference));
        }
        Ok(seen(group))
    };
    session.wait(doing, usual, look).await
}

/// Waits until AWS is not making or changing the group; `None` if it does not exist.
async fn at_rest(
    session: &Session<'_>,
    doing: &str,
    group: &EksNodeGroupModel,
) -> Result<Option<Nodegroup>, RemoteError> {
    let look = || async {
        let group = describe(session, names(group)).await?;
        Ok(match group.as_ref().and_then(Nodegroup::status) {
            Some(busy @ (NodegroupStatus::Creating | NodegroupStatus::Updating)) => {
                Seen::Pending(busy.as_str().to_owned())
            }
            Some(_) | None => Seen::Reached(group),
        })
    };
    session.wait(doing, USUAL_CHANGE, look).await
}

/// The group before a change. It may be degraded: a change is often what repairs it.
async fn repairable(session: &Session<'_>, prior: &EksNodeGroupModel) -> Result<Nodegroup, RemoteError> {
    at_rest(session, UPDATE, prior).await?.ok_or_else(|| {
        RemoteError::new(RemoteErrorKind::NotFound, UPDATE)
            .with_detail("The node group is gone; something else removed it. Plan again to make it anew.")
    })
}

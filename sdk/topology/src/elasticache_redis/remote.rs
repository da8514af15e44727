//! How `sparki_elasticache_redis` talks to AWS.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_elasticache::types::ReplicationGroup;
use sparki_aws::{Aws, AwsError, Consistency, Nonce, Region, Seen, Tags};
use sparki_core::{
    Applied, Change, Ctx, Import, Planned, Reconcile, RemoteError, RemoteErrorKind, Secret, State, Value,
};

use super::look::{Described, describe, found, look, marked, parameters_of, state};
use super::parts::Parts;
use super::plan::{foreign_subnets, protection};
use super::requests::Given;
use super::steps::{Step, Target, shards, steps};
use super::waiting::Waiting;
use super::{ElasticacheRedis, ElasticacheRedisIdentity, ElasticacheRedisModel, answer, requests};
use crate::elasticache::{Engine, Offers, ParameterGroup, Session, SubnetGroup, Version};
use crate::operation::{ImportId, Protected, Unanswered, known_tags, own_tags, unfinished, without_machine};

const CREATE: &str = "failed to create the cluster";
const READ: &str = "failed to read the cluster";
const UPDATE: &str = "failed to update the cluster";
const DELETE: &str = "failed to delete the cluster";

/// What chooses the machines.
const MACHINE: &str = "node_type";

/// AWS makes six nodes in about 11 minutes.
const USUAL_CREATE: Duration = Duration::from_secs(660);
/// Settings of a cluster.
const USUAL_SETTINGS: Duration = Duration::from_secs(60);
/// Other machines, another version.
const USUAL_MACHINES: Duration = Duration::from_secs(900);
/// Keys on their way from shard to shard.
const USUAL_RESHARD: Duration = Duration::from_secs(600);
/// Replicas that come or go.
const USUAL_REPLICAS: Duration = Duration::from_secs(300);
/// What was changed shows at once, or in the next seconds.
const USUAL_SHOW: Duration = Duration::from_secs(10);
/// How often to look whether it shows: for about a minute.
const MOST_LOOKS: u32 = 10;
/// AWS removes a cluster in 5 to 10 minutes.
const USUAL_DELETE: Duration = Duration::from_secs(420);

impl Reconcile for ElasticacheRedis {
    type Remote = Aws;

    async fn create(
        ctx: &Ctx<Aws>,
        planned: Planned<ElasticacheRedisModel>,
    ) -> Applied<ElasticacheRedisModel> {
        let (planned, token) = without_password(planned);
        let session = Session::begin(ctx, &planned.region).await?;
        let attempt = session.attempt::<Self>(ctx, &planned);
        let made = match marked(&session, CREATE, name(&planned)).await? {
            // An earlier run may have died before it knew that it had made it.
            Some((group, tags)) if Tags::made_by(tags.as_ref(), &attempt) => group,
            Some(_) => {
                let taken = taken(&session.region, name(&planned));
                return Err(RemoteError::new(RemoteErrorKind::Conflict, CREATE).with_detail(taken));
            }
            None => make(&session, &planned, (&attempt, token.as_ref())).await?,
        };
        ctx.record(&state(&session, &Described::bare(made), &planned));
        let group = usable(ctx, &session, (CREATE, USUAL_CREATE), &planned).await.map_err(unfinished)?;
        Ok(state(&session, &look(&session, CREATE, (group, Some(&planned))).await?, &planned))
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<ElasticacheRedisModel>,
    ) -> Result<Option<State<ElasticacheRedisModel>>, RemoteError> {
        let session = Session::begin(ctx, &prior.region).await?;
        let group = describe(&session, name(&prior)).await.map_err(|error| error.reading(READ))?;
        let Some(group) = group else { return Ok(None) };
        Ok(Some(state(&session, &look(&session, READ, (group, Some(&prior))).await?, &prior)))
    }

    async fn update(ctx: &Ctx<Aws>, change: Change<ElasticacheRedisModel>) -> Applied<ElasticacheRedisModel> {
        let Change { prior, planned } = change;
        let (planned, token) = without_password(planned);
        let session = Session::begin(ctx, &prior.region).await?;
        let group = usable(ctx, &session, (UPDATE, USUAL_SETTINGS), &prior).await?;
        let mut described = look(&session, UPDATE, (group, Some(&planned))).await?;
        retag(&session, &described, (&prior, &planned)).await?;
        let subnet_group = described.node.as_ref().and_then(|node| node.cache_subnet_group_name());
        if let (Some(name), Some(subnet_ids)) = (subnet_group, planned.subnet_ids.known())
            && prior.subnet_ids != planned.subnet_ids
        {
            // The plan refuses the same, unless it does not know the subnets yet.
            if name != (Parts { cluster: self::name(&prior) }).subnet_group() {
                return Err(
                    RemoteError::new(RemoteErrorKind::Conflict, UPDATE).with_detail(foreign_subnets(name))
                );
            }
            SubnetGroup { name, subnet_ids }.change(&session, UPDATE).await?;
        }
        let waiting = Waiting::of(&described);
        if waiting.as_ref().is_some_and(|waiting| waiting.is_taken_back(&prior, &planned)) {
            described.forget_waiting_version();
            let group = (&described.group, described.node.as_ref());
            described.parameters = parameters_of(&session, UPDATE, group, Some(&planned)).await?;
        }
        let version = version_to_go_to(&session, &described, (&prior, &planned)).await?;
        let parameter_group = parameters(&session, &described, (&planned, version)).await?;
        let target = Target {
            version: version.map(|version| version.to_string()),
            parameter_group: parameter_group.clone(),
            token: token.as_ref(),
            has_token: described.group.auth_token_enabled(),
            waiting,
        };
        for step in steps(&prior, &planned, &shards(&described.group), &target) {
            let usual = take(&session, name(&planned), &step).await?;
            let _ = usable(ctx, &session, (UPDATE, usual), &prior).await?;
        }
        if let Some(kept) = &parameter_group {
            let parts = Parts { cluster: name(&planned) };
            parts.remove_other_parameter_groups(&session, UPDATE, kept).await?;
        }
        Ok(state(&session, &settled(&session, &planned).await?, &planned))
    }

    async fn delete(ctx: &Ctx<Aws>, prior: State<ElasticacheRedisModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&prior), DELETE)?;
        let session = Session::begin(ctx, &prior.region).await?;
        let name = name(&prior);
        let at_rest = || async {
            let group = describe(&session, name).await?;
            Ok(match group.as_ref().and_then(ReplicationGroup::status) {
                Some(busy @ ("creating" | "modifying" | "snapshotting")) => Seen::Pending(busy.to_owned()),
                Some(_) | None => Seen::Reached(group),
            })
        };
        // AWS refuses to remove a cluster that it is still making or changing.
        let group = session.wait(DELETE, USUAL_SETTINGS, at_rest).await?;
        let status = group.as_ref().and_then(ReplicationGroup::status);
        if group.as_ref().is_some_and(|group| !is_leaving(group)) {
            // There is nothing to keep of a cluster that was never complete.
            let snapshots = prior.snapshots.known().filter(|_| status != Some("create-failed"));
            let snapshot = snapshots.and_then(|snapshots| snapshots.final_snapshot_name.known());
            let send = || async {
                let request = session.client.delete_replication_group().replication_group_id(name);
                let request = request.retain_primary_cluster(false);
                let request = request.set_final_snapshot_identifier(snapshot.cloned());
                request.send().await.map_err(AwsError::from)
            };
            match session.send(Consistency::Free, DELETE, send).await? {
                Ok(_) => {}
                Err(error) if error.is_not_found() => {}
                // The answer may have been lost to a request that was sent again.
                Err(error) => match describe(&session, name).await {
                    Ok(group) if group.as_ref().is_none_or(is_leaving) => {}
                    Ok(_) | Err(_) => return Err(error.changing(DELETE)),
                },
            }
        }
        let gone = || async {
            Ok(match describe(&session, name).await? {
                None => Seen::Reached(()),
                Some(group) => Seen::Pending(group.status().unwrap_or("not known").to_owned()),
            })
        };
        session.wait(DELETE, USUAL_DELETE, gone).await?;
        Parts { cluster: name }.remove(&session, DELETE).await
    }
}

impl Import for ElasticacheRedis {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("us-east-1/sessions", "region and name of the cluster"),
        ("sessions", "name of a cluster in the provider's region"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<ElasticacheRedisModel>, RemoteError> {
        let id = ImportId::<1>::parse(id, Self::FORMS)?;
        let session = Session::begin_in(ctx, id.region(ctx.remote()).await?).await?;
        let [name] = &id.names;
        let group = describe(&session, name).await.map_err(|error| error.reading(READ))?;
        let missing = |why: String| {
            RemoteError::new(RemoteErrorKind::NotFound, "failed to find the cluster").with_detail(why)
        };
        let Some(group) = group else {
            return Err(missing(format!(
                "There is no replication group {name:?} in {}, or the credentials do not see it.",
                session.region
            )));
        };
        if !answer::is_cluster(&group) {
            return Err(missing(format!(
                "The replication group {name:?} in {} has cluster mode disabled: it is no cluster whose keys are spread over \
                 shards, and would have to be made anew.",
                session.region
            )));
        }
        found(&session, READ, group).await
    }

    fn import_id(identity: &ElasticacheRedisIdentity) -> String {
        identity.import_id()
    }
}

/// The name in a plan or state, where it is never missing.
fn name(cluster: &ElasticacheRedisModel) -> &str {
    cluster.name.known().map_or("", String::as_str)
}

fn is_leaving(group: &ReplicationGroup) -> bool {
    group.status() == Some("deleting")
}

/// What is planned, and the password by itself: nothing that is kept or compared has it.
fn without_password(
    planned: Planned<ElasticacheRedisModel>,
) -> (ElasticacheRedisModel, Option<Secret<String>>) {
    let planned = planned.into_inner();
    let token = planned.auth_token_wo.known().cloned();
    (ElasticacheRedisModel { auth_token_wo: Value::Null, ..planned }, token)
}

/// Asks for the cluster and what belongs to it. If AWS refuses the cluster, nothing of it stays.
async fn make(
    session: &Session<'_>,
    planned: &ElasticacheRedisModel,
    (attempt, token): (&Nonce, Option<&Secret<String>>),
) -> Result<ReplicationGroup, RemoteError> {
    let parts = Parts { cluster: name(planned) };
    let own = planned.tags.known().cloned().unwrap_or_default();
    let tags = session.aws.tags().for_create(&own, attempt);
    let (engine, version) = wanted(session, CREATE, planned).await?;
    let family = version.family(engine);
    if let Err(error) = parts.make(session, CREATE, (planned, &family), &tags).await {
        let _ = parts.remove(&session.tidying(), CREATE).await;
        return Err(error);
    }
    let (text, parameter_group) = (version.to_string(), parts.parameter_group(&family));
    let given = Given {
        version: &text,
        subnet_group: parts.subnet_group(),
        parameter_group: &parameter_group,
        tags: &tags,
        token,
    };
    let request = requests::create(planned, &given);
    let send = || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
    let refused = match session.send(Consistency::Propagation, CREATE, send).await? {
        Ok(answer) => match answer.replication_group {
            Some(group) => return Ok(group),
            None => RemoteError::new(RemoteErrorKind::Garbled, CREATE)
                .with_detail("AWS's answer has no replication group in it.")
                .with_maybe_applied(true),
        },
        Err(error) => {
            let unanswered = Unanswered { doing: CREATE, attempt, error: &error };
            let taken = || taken(&session.region, name(planned));
            let found = match marked(session, CREATE, name(planned)).await {
                Ok(found) => found,
                Err(error) if unanswered.is_open() => return Err(error.with_maybe_applied(true)),
                Err(_) => None,
            };
            match unanswered.adopt(std::future::ready(Ok(found)), |(_, tags)| tags.as_ref(), taken).await {
                Ok((group, _)) => return Ok(group),
                Err(refused) => without_machine(refused, &error, MACHINE),
            }
        }
    };
    if !refused.maybe_applied() && refused.kind() != RemoteErrorKind::Conflict {
        // What stays all the same is taken up by the next run.
        let _ = parts.remove(&session.tidying(), CREATE).await;
    }
    Err(refused)
}

/// The version that the wanted one stands for.
async fn wanted(
    session: &Session<'_>,
    doing: &str,
    planned: &ElasticacheRedisModel,
) -> Result<(Engine, Version), RemoteError> {
    let text = planned.engine_version.known().map_or("", String::as_str);
    let version = text.parse::<Version>().map_err(|()| {
        RemoteError::new(RemoteErrorKind::Invalid, doing)
            .with_detail(format!("{text:?} is no version. Set \"engine_version\" to one such as \"7.0\"."))
    })?;
    let engine = planned.engine.known().copied().unwrap_or_else(|| version.engine());
    if version.is_exact() {
        return Ok((engine, version));
    }
    let offers = Offers::ask(session, doing, engine).await?;
    Ok((engine, offers.and_then(|offers| offers.newest(version)).unwrap_or(version)))
}

/// The version to bring the nodes to; none if they are what is planned already.
async fn version_to_go_to(
    session: &Session<'_>,
    described: &Described,
    (prior, planned): (&ElasticacheRedisModel, &ElasticacheRedisModel),
) -> Result<Option<Version>, RemoteError> {
    let actual = described.node.as_ref().and_then(answer::effective_version);
    let asked = planned.engine_version.known().and_then(|version| version.parse::<Version>().ok());
    let is_met = matches!((asked, actual), (Some(asked), Some(actual)) if asked.is_met_by(actual));
    if is_met && prior.engine == planned.engine {
        return Ok(None);
    }
    wanted(session, UPDATE, planned).await.map(|(_, version)| Some(version))
}

/// Sets the parameters, in a new group if the cluster has none of its own of the family that it is to have. That group, if
/// there is one.
async fn parameters(
    session: &Session<'_>,
    described: &Described,
    (planned, version): (&ElasticacheRedisModel, Option<Version>),
) -> Result<Option<String>, RemoteError> {
    let node = described.node.as_ref();
    let attached = node.and_then(|node| Parts::parameters_of(&described.group, node));
    let set = described.parameters.clone().unwrap_or_default();
    let wanted = planned.parameters.known().cloned().unwrap_or_default();
    let Some(version) = version.or_else(|| node.and_then(answer::effective_version)) else { return Ok(None) };
    let engine = planned.engine.known().copied().unwrap_or_else(|| version.engine());
    let (parts, family) = (Parts { cluster: name(planned) }, version.family(engine));
    let own = parts.parameter_group(&family);
    if attached.as_ref() == Some(&own) {
        ParameterGroup { name: &own, family: &family }.change(session, UPDATE, (&set, &wanted)).await?;
        return Ok(None);
    }
    let current = node.and_then(answer::effective_version).map(|version| version.family(version.engine()));
    if set == wanted && current.as_ref() == Some(&family) {
        return Ok(None);
    }
    let tags = planned.tags.known().cloned().unwrap_or_default();
    let tags = session.aws.tags().for_create(&tags, &Nonce::random());
    ParameterGroup { name: &own, family: &family }.make(session, UPDATE, (&wanted, &tags)).await?;
    Ok(Some(own))
}

/// Brings the tags of the cluster and its groups to what is planned.
async fn retag(
    session: &Session<'_>,
    described: &Described,
    (prior, planned): (&ElasticacheRedisModel, &ElasticacheRedisModel),
) -> Result<(), RemoteError> {
    let (before, own) = (known_tags(&prior.tags, &prior.tags_all), own_tags(&planned.tags));
    let change = session.aws.tags().change(described.tags.as_ref(), &before, &own);
    if change.is_empty() {
        return Ok(());
    }
    // The cluster last: as long as its tags are not as they have to be, the next run goes on with its groups.
    Parts { cluster: name(prior) }.tag(session, UPDATE, (prior, &change)).await?;
    session.tag(UPDATE, described.group.arn().unwrap_or_default(), &change).await
}

/// Sends one request; how long what it starts usually takes.
async fn take(session: &Session<'_>, name: &str, step: &Step) -> Result<Duration, RemoteError> {
    let client = &session.client;
    let send = || async {
        match step.clone() {
            Step::Increase(request) => request.send_with(client).await.map(|_| ()).map_err(AwsError::from),
            Step::Settings(request) | Step::Machines(request) => {
                request.send_with(client).await.map(|_| ()).map_err(AwsError::from)
            }
            Step::Reshard(request) => request.send_with(client).await.map(|_| ()).map_err(AwsError::from),
            Step::Decrease(request) => request.send_with(client).await.map(|_| ()).map_err(AwsError::from),
        }
    };
    let usual = match step {
        Step::Increase(_) | Step::Decrease(_) => USUAL_REPLICAS,
        Step::Settings(_) => USUAL_SETTINGS,
        Step::Machines(_) => USUAL_MACHINES,
        Step::Reshard(_) => USUAL_RESHARD,
    };
    let answer = if step.names_parameters() {
        session.send_to_new(UPDATE, send).await?
    } else {
        session.send(Consistency::Free, UPDATE, send).await?
    };
    let Err(error) = answer else { return Ok(usual) };
    let look = || async { Ok(answer::seen(describe(session, name).await?)) };
    let group = session.wait(UPDATE, usual, look).await?;
    if step.is_done(&shards(&group)) {
        return Ok(Duration::ZERO);
    }
    Err(without_machine(error.changing(UPDATE), &error, MACHINE))
}

/// Waits until the cluster can be used; every look at it is recorded.
async fn usable(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    (doing, usual): (&str, Duration),
    reference: &ElasticacheRedisModel,
) -> Result<ReplicationGroup, RemoteError> {
    let recorded = || async {
        let group = describe(session, name(reference)).await?;
        if let Some(group) = &group {
            ctx.record(&state(session, &Described::bare(group.clone()), reference));
        }
        Ok(answer::seen(group))
    };
    session.wait(doing, usual, recorded).await
}

/// Looks at a cluster once AWS shows what it was asked for, which may take a moment. After that what it shows counts.
async fn settled(session: &Session<'_>, planned: &ElasticacheRedisModel) -> Result<Described, RemoteError> {
    let looks = AtomicU32::new(0);
    let shown = || async {
        let group = match answer::seen(describe(session, name(planned)).await?) {
            Seen::Reached(group) => group,
            Seen::Pending(status) => return Ok(Seen::Pending(status)),
            Seen::Missing => return Ok(Seen::Missing),
            Seen::Failed(reason) => return Ok(Seen::Failed(reason)),
        };
        let described = match look(session, UPDATE, (group, Some(planned))).await {
            Ok(described) => described,
            Err(error) => return Ok(Seen::Reached(Err(error))),
        };
        let there = state(session, &described, planned);
        let left = steps(&there, planned, &shards(&described.group), &Target::default());
        if left.is_empty() || looks.fetch_add(1, Ordering::Relaxed) >= MOST_LOOKS {
            return Ok(Seen::Reached(Ok(described)));
        }
        Ok(Seen::Pending("available, and not changed yet".to_owned()))
    };
    session.wait(UPDATE, USUAL_SHOW, shown).await?
}

/// What to do about a cluster of the same name that something else made.
fn taken(region: &Region, name: &str) -> String {
    format!(
        "There is a replication group {name:?} already, which this run did not make. Use another \"name\", or take it under \
         management: terraform import <address> {region}/{name}"
    )
}

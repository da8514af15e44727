//! How `sparki_rds_replica` talks to AWS.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_rds::types::DbInstance;
use sparki_aws::{Aws, AwsError, Consistency, Nonce, Region, Seen, Tags};
use sparki_core::{
    Applied, Change, Ctx, Import, Planned, Reconcile, RemoteError, RemoteErrorKind, State, Value,
};

use super::answer::{self, Changes, Described, INCOMPATIBLE_PARAMETERS, is_replica};
use super::look::{found, look, state, tell_of_replication};
use super::parts::{Parts, Wish};
use super::plan::{UNNAMED, lacks_snapshot, protection};
use super::requests::{self, Given, Target};
use super::source::Source;
use super::{RdsReplica, RdsReplicaIdentity, RdsReplicaModel};
use crate::operation::{
    ImportId, Protected, Unanswered, incomplete, known_tags, own_tags, unfinished, without_machine,
};
use crate::rds::{Session, SubnetGroup};

const CREATE: &str = "failed to create the replica";
const READ: &str = "failed to read the replica";
const UPDATE: &str = "failed to update the replica";
const DELETE: &str = "failed to delete the replica";

/// What chooses the machine.
const MACHINE: &str = "instance_class";

/// AWS makes a replica in 8 to 20 minutes.
const USUAL_CREATE: Duration = Duration::from_secs(720);
/// Machines, versions and storage take minutes, settings one.
const USUAL_CHANGE: Duration = Duration::from_secs(180);
/// A promotion, and the start that belongs to it.
const USUAL_PROMOTE: Duration = Duration::from_secs(240);
/// How often to look whether RDS shows what it was asked for, once it says that it is done.
const MOST_LOOKS: u32 = 10;
/// AWS removes an instance in 3 to 6 minutes.
const USUAL_DELETE: Duration = Duration::from_secs(300);

impl Reconcile for RdsReplica {
    type Remote = Aws;

    async fn create(ctx: &Ctx<Aws>, planned: Planned<RdsReplicaModel>) -> Applied<RdsReplicaModel> {
        let session = Session::begin(ctx, &planned.region).await?;
        let attempt = session.attempt::<Self>(ctx, &planned);
        let identifier = identifier(&planned);
        let made = match session.instance(identifier).await.map_err(|error| error.reading(CREATE))? {
            // An earlier run may have died before it knew that it had made it.
            Some(instance) if is_made_by(&instance, &attempt) => instance,
            Some(_) => {
                let taken = taken(&session.region, identifier);
                return Err(RemoteError::new(RemoteErrorKind::Conflict, CREATE).with_detail(taken));
            }
            None => make(&session, &planned, &attempt).await?,
        };
        // Nothing of what comes after it is there yet.
        let bare = RdsReplicaModel { parameters: Value::Null, ..(*planned).clone() };
        record(ctx, &session, (Some(&made), &bare));
        let wait = Wait { doing: CREATE, usual: USUAL_CREATE, changes: Changes::Begun };
        let instance = usable(ctx, &session, wait, &bare).await.map_err(unfinished)?;
        let made = Described { instance: instance.clone(), parameters: None };
        let prior = state(&session, &made, &bare);
        // Nobody uses it yet, so nothing has to wait.
        let at_once = RdsReplicaModel { apply_immediately: true.into(), ..(*planned).clone() };
        let instance = Box::pin(complete(ctx, &session, CREATE, (&prior, &at_once, instance)))
            .await
            .map_err(incomplete)?;
        let instance = restarted(ctx, &session, &bare, instance).await.map_err(incomplete)?;
        Ok(state(&session, &look(&session, CREATE, (instance, &planned)).await?, &planned))
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<RdsReplicaModel>,
    ) -> Result<Option<State<RdsReplicaModel>>, RemoteError> {
        let session = Session::begin(ctx, &prior.region).await?;
        let instance = session.instance(identifier(&prior)).await.map_err(|error| error.reading(READ))?;
        let Some(instance) = instance else { return Ok(None) };
        tell_of_replication(ctx, &instance);
        Ok(Some(state(&session, &look(&session, READ, (instance, &prior)).await?, &prior)))
    }

    async fn update(ctx: &Ctx<Aws>, change: Change<RdsReplicaModel>) -> Applied<RdsReplicaModel> {
        let Change { prior, planned } = change;
        let session = Session::begin(ctx, &prior.region).await?;
        let there = session.instance(identifier(&prior)).await.map_err(|error| error.reading(UPDATE))?;
        // What is wrong in a group of somebody else's is not the replica's to correct.
        let is_mendable = |it: &DbInstance| is_incompatible(it) && Parts::own_parameter_group(it).is_some();
        let instance = match there.filter(|instance| is_mendable(instance) && is_moved(&prior, &planned)) {
            // Boxed, as it is rare and would make every update larger.
            Some(instance) => Box::pin(mended(ctx, &session, (&prior, &planned, instance))).await?,
            None => {
                let wait = Wait { doing: UPDATE, usual: USUAL_CHANGE, changes: Changes::Begun };
                usable(ctx, &session, wait, &prior).await?
            }
        };
        let (before, own) = (known_tags(&prior.tags, &prior.tags_all), own_tags(&planned.tags));
        let remote = Session::read_tags(instance.tag_list());
        let change = session.aws.tags().change(Some(&remote), &before, &own);
        if !change.is_empty() {
            // The replica last: as long as its tags are not as they have to be, the next run goes on with its groups.
            Parts { replica: identifier(&prior) }.tag(&session, UPDATE, (&instance, &change)).await?;
            session.tag(UPDATE, instance.db_instance_arn().unwrap_or_default(), &change).await?;
        }
        if let Some(subnet_ids) = planned.subnet_ids.known()
            && prior.subnet_ids != planned.subnet_ids
            && Parts::own_subnet_group(&instance)
        {
            SubnetGroup { name: identifier(&prior), subnet_ids }.change(&session, UPDATE).await?;
        }
        let instance = Box::pin(complete(ctx, &session, UPDATE, (&prior, &planned, instance))).await?;
        tell_of_waiting(ctx, &instance);
        let reread = session.instance(identifier(&prior)).await.map_err(|error| error.reading(UPDATE))?;
        let described = look(&session, UPDATE, (reread.unwrap_or(instance), &planned)).await?;
        Ok(state(&session, &described, &planned))
    }

    async fn delete(ctx: &Ctx<Aws>, prior: State<RdsReplicaModel>) -> Result<(), RemoteError> {
        let refused = |why: &str| Err(RemoteError::new(RemoteErrorKind::Conflict, DELETE).with_detail(why));
        Protected::check(protection(&prior), DELETE)?;
        let session = Session::begin(ctx, &prior.region).await?;
        let identifier = identifier(&prior);
        let at_rest = || async {
            let instance = session.instance(identifier).await?;
            Ok(match instance.as_ref().and_then(DbInstance::db_instance_status) {
                Some(status) if !answer::is_at_rest(status) => Seen::Pending(status.to_owned()),
                Some(_) | None => Seen::Reached(instance),
            })
        };
        // RDS refuses to remove an instance that it is still making.
        let instance = session.wait(DELETE, USUAL_CHANGE, at_rest).await?;
        if let Some(instance) = instance.as_ref().filter(|instance| !is_leaving(instance)) {
            let is_kept = !is_replica(instance) && prior.final_snapshot.known().copied().unwrap_or(true);
            let promoted = RdsReplicaModel { promoted: (!is_replica(instance)).into(), ..(*prior).clone() };
            if lacks_snapshot(&promoted) && instance.db_instance_status() != Some("failed") {
                return refused(UNNAMED);
            }
            let snapshot = prior.final_snapshot_name.known().filter(|_| is_kept);
            let send = || async {
                let request = session.client.delete_db_instance().db_instance_identifier(identifier);
                let request = request.skip_final_snapshot(snapshot.is_none());
                let request = request.set_final_db_snapshot_identifier(snapshot.cloned());
                request.send().await.map_err(AwsError::from)
            };
            match session.send(Consistency::Free, DELETE, send).await? {
                Ok(_) => {}
                Err(error) if error.is_not_found() => {}
                // The answer may have been lost to a request that was sent again.
                Err(error) => match session.instance(identifier).await {
                    Ok(instance) if instance.as_ref().is_none_or(is_leaving) => {}
                    Ok(_) | Err(_) => return Err(error.changing(DELETE)),
                },
            }
        }
        let gone = || async {
            Ok(match session.instance(identifier).await? {
                None => Seen::Reached(()),
                Some(instance) => {
                    Seen::Pending(instance.db_instance_status().unwrap_or("not known").to_owned())
                }
            })
        };
        session.wait(DELETE, USUAL_DELETE, gone).await?;
        Parts { replica: identifier }.remove(&session, DELETE).await
    }
}

impl Import for RdsReplica {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("us-east-1/shop-reader", "region and identifier of the replica"),
        ("shop-reader", "identifier of a replica in the provider's region"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<RdsReplicaModel>, RemoteError> {
        let id = ImportId::<1>::parse(id, Self::FORMS)?;
        let session = Session::begin_in(ctx, id.region(ctx.remote()).await?).await?;
        let [identifier] = &id.names;
        let instance = session.instance(identifier).await.map_err(|error| error.reading(READ))?;
        let missing = |why: String| {
            RemoteError::new(RemoteErrorKind::NotFound, "failed to find the replica").with_detail(why)
        };
        let Some(instance) = instance else {
            return Err(missing(format!(
                "There is no instance {identifier:?} in {}, or the credentials do not see it.",
                session.region
            )));
        };
        if !is_replica(&instance) {
            return Err(missing(format!(
                "The instance {identifier:?} in {} follows no other one: it is a database of its own.",
                session.region
            )));
        }
        found(&session, READ, instance).await
    }

    fn import_id(identity: &RdsReplicaIdentity) -> String {
        identity.import_id()
    }
}

/// The identifier in a plan or state, where it is never missing.
fn identifier(replica: &RdsReplicaModel) -> &str {
    replica.identifier.known().map_or("", String::as_str)
}

fn is_leaving(instance: &DbInstance) -> bool {
    instance.db_instance_status() == Some("deleting")
}

fn is_made_by(instance: &DbInstance, attempt: &Nonce) -> bool {
    Tags::made_by(Some(&Session::read_tags(instance.tag_list())), attempt)
}

/// Asks for the replica. If RDS refuses it, its subnet group does not stay either.
async fn make(
    session: &Session<'_>,
    planned: &RdsReplicaModel,
    attempt: &Nonce,
) -> Result<DbInstance, RemoteError> {
    let parts = Parts { replica: identifier(planned) };
    let own = planned.tags.known().cloned().unwrap_or_default();
    let tags = session.aws.tags().for_create(&own, attempt);
    let source = Source::read(planned.source.known().map_or("", String::as_str));
    let own_subnets = planned.subnet_ids.known().map(|_| parts.subnet_group());
    let source = source.name(session, CREATE, own_subnets).await?;
    let subnet_group = parts.make_subnet_group(session, CREATE, (planned, &tags)).await?;
    let request = requests::create(planned, &Given { source: &source, subnet_group, tags: &tags });
    let send = || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
    // A source that is busy, often with a backup, can be replicated later.
    let refused = match session.send(Consistency::Free, CREATE, send).await? {
        Ok(answer) => match answer.db_instance {
            Some(instance) => return Ok(instance),
            None => RemoteError::new(RemoteErrorKind::Garbled, CREATE)
                .with_detail("RDS's answer has no instance in it.")
                .with_maybe_applied(true),
        },
        Err(error) => {
            let unanswered = Unanswered { doing: CREATE, attempt, error: &error };
            let taken = || taken(&session.region, identifier(planned));
            let look = async {
                let found = session.instance(identifier(planned)).await?;
                Ok(found.map(|instance| {
                    let tags = Session::read_tags(instance.tag_list());
                    (instance, tags)
                }))
            };
            match unanswered.adopt(look, |(_, tags)| Some(tags), taken).await {
                Ok((instance, _)) => return Ok(instance),
                Err(refused) => without_machine(refused, &error, MACHINE),
            }
        }
    };
    if subnet_group.is_some() && !refused.maybe_applied() && refused.kind() != RemoteErrorKind::Conflict {
        // What stays all the same is taken up by the next run.
        let _ = SubnetGroup::remove(&session.tidying(), CREATE, parts.subnet_group()).await;
    }
    Err(refused)
}

/// Takes a usable instance to what is planned: parameters, settings, promotion.
async fn complete(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    doing: &str,
    (prior, planned, instance): (&RdsReplicaModel, &RdsReplicaModel, DbInstance),
) -> Result<DbInstance, RemoteError> {
    let mut instance = instance;
    let parameter_group =
        if is_moved(prior, planned) { parameters(session, doing, (planned, &instance)).await? } else { None };
    let version = answer::effective_version(&instance);
    let target = Target {
        version: version.as_ref(),
        running: answer::replaced_version(&instance),
        storage_gib: answer::effective_storage(&instance),
        parameter_group: parameter_group.as_deref(),
        is_waiting: answer::has_pending(&instance),
    };
    if let Some(request) = requests::update(prior, planned, &target) {
        let send = || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
        let sent = if target.parameter_group.is_some() {
            session.send_to_new(doing, send).await?
        } else {
            session.send(Consistency::Free, doing, send).await?
        };
        sent.map_err(|error| without_machine(error.changing(doing), &error, MACHINE))?;
        instance = changed(ctx, session, doing, (prior, planned)).await?;
    }
    if planned.promoted.known() == Some(&true) && is_replica(&instance) {
        let request = requests::promote(planned);
        let send = || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
        match session.send(Consistency::Free, doing, send).await? {
            Ok(_) => {}
            // The answer may have been lost to a request that was sent again.
            Err(error) if error.message().contains("not a read replica") => {}
            Err(error) => return Err(error.changing(doing)),
        }
        instance = promoted(ctx, session, doing, prior).await?;
    }
    Ok(instance)
}

/// Whether the parameters, or their group, are to be others.
fn is_moved(prior: &RdsReplicaModel, planned: &RdsReplicaModel) -> bool {
    prior.parameters != planned.parameters
        || (planned.parameter_group_name.known().is_some()
            && prior.parameter_group_name != planned.parameter_group_name)
}

fn is_incompatible(instance: &DbInstance) -> bool {
    instance.db_instance_status() == Some(INCOMPATIBLE_PARAMETERS)
}

/// Corrects the parameters with which an instance does not start, in the group that it has, and starts it anew. RDS changes
/// nothing of the instance itself before that.
async fn mended(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    (prior, planned, instance): (&RdsReplicaModel, &RdsReplicaModel, DbInstance),
) -> Result<DbInstance, RemoteError> {
    let described = look(session, UPDATE, (instance, planned)).await?;
    Parts::correct(session, UPDATE, (&described, planned)).await?;
    reboot(session, UPDATE, prior).await?;
    let looks = AtomicU32::new(0);
    let started = || async {
        let instance = session.instance(identifier(prior)).await?;
        record(ctx, session, (instance.as_ref(), prior));
        // RDS may show what it was for a moment longer.
        if instance.as_ref().is_some_and(is_incompatible)
            && looks.fetch_add(1, Ordering::Relaxed) < MOST_LOOKS
        {
            return Ok(Seen::Pending(INCOMPATIBLE_PARAMETERS.to_owned()));
        }
        Ok(answer::seen(instance, Changes::Begun))
    };
    session.wait(UPDATE, USUAL_CHANGE, started).await
}

async fn reboot(session: &Session<'_>, doing: &str, replica: &RdsReplicaModel) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.reboot_db_instance().db_instance_identifier(identifier(replica));
        request.send().await.map_err(AwsError::from)
    };
    session.change(Consistency::Free, doing, send).await.map(|_| ())
}

/// Brings the parameters to what is planned. The parameter group to have, if another one than there is.
async fn parameters(
    session: &Session<'_>,
    doing: &str,
    (planned, instance): (&RdsReplicaModel, &DbInstance),
) -> Result<Option<String>, RemoteError> {
    let described = look(session, doing, (instance.clone(), planned)).await?;
    let own = planned.tags.known().cloned().unwrap_or_default();
    let mark = Tags::mark_of_part(Some(&Session::read_tags(instance.tag_list())));
    let tags: BTreeMap<_, _> = session.aws.tags().for_create(&own, &mark);
    let set = described.parameters.unwrap_or_default();
    let wish = Wish { instance, set: &set, planned, tags: &tags };
    Parts { replica: identifier(planned) }.parameters(session, doing, &wish).await
}

/// Starts a new replica anew if its parameters only count then.
async fn restarted(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    reference: &RdsReplicaModel,
    instance: DbInstance,
) -> Result<DbInstance, RemoteError> {
    if !waits_for_a_start(&instance) {
        return Ok(instance);
    }
    reboot(session, CREATE, reference).await?;
    let wait = Wait { doing: CREATE, usual: USUAL_CHANGE, changes: Changes::All };
    usable(ctx, session, wait, reference).await
}

fn waits_for_a_start(instance: &DbInstance) -> bool {
    let groups = instance.db_parameter_groups();
    groups.iter().any(|group| group.parameter_apply_status() == Some("pending-reboot"))
}

/// Tells of parameters that do not count yet.
fn tell_of_waiting(ctx: &Ctx<Aws>, instance: &DbInstance) {
    if waits_for_a_start(instance) {
        ctx.warn(
            "Parameters wait for a restart",
            "Some parameters of the replica only count when it has been started anew. Reboot it in RDS at a time that \
             suits those who use it.",
        );
    }
}

/// What is waited for, and how long it usually takes.
#[derive(Clone, Copy, Debug)]
struct Wait<'a> {
    doing: &'a str,
    usual: Duration,
    changes: Changes,
}

/// Waits until the instance can be used; every look at it is recorded.
async fn usable(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    Wait { doing, usual, changes }: Wait<'_>,
    reference: &RdsReplicaModel,
) -> Result<DbInstance, RemoteError> {
    let recorded = || async {
        let instance = session.instance(identifier(reference)).await?;
        record(ctx, session, (instance.as_ref(), reference));
        Ok(answer::seen(instance, changes))
    };
    session.wait(doing, usual, recorded).await
}

/// Waits until the instance is what was asked for. RDS may show it as available, and as it was, for a moment longer; after
/// that what it shows counts.
async fn changed(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    doing: &str,
    (prior, planned): (&RdsReplicaModel, &RdsReplicaModel),
) -> Result<DbInstance, RemoteError> {
    let at_once = planned.apply_immediately.known().copied().unwrap_or(true);
    let changes = if at_once { Changes::All } else { Changes::Begun };
    let looks = AtomicU32::new(0);
    let shown = || async {
        let instance = session.instance(identifier(prior)).await?;
        record(ctx, session, (instance.as_ref(), prior));
        let instance = match answer::seen(instance, changes) {
            Seen::Reached(instance) => instance,
            other => return Ok(other),
        };
        let there = state(session, &Described { instance: instance.clone(), parameters: None }, planned);
        let version = answer::effective_version(&instance);
        let target = Target {
            version: version.as_ref(),
            storage_gib: answer::effective_storage(&instance),
            ..Target::default()
        };
        let is_left = requests::update(&there, planned, &target).is_some();
        if is_left && looks.fetch_add(1, Ordering::Relaxed) < MOST_LOOKS {
            return Ok(Seen::Pending("available, and not changed yet".to_owned()));
        }
        Ok(Seen::Reached(instance))
    };
    session.wait(doing, USUAL_CHANGE, shown).await
}

/// Waits until the instance is a database of its own.
async fn promoted(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    doing: &str,
    reference: &RdsReplicaModel,
) -> Result<DbInstance, RemoteError> {
    let recorded = || async {
        let instance = session.instance(identifier(reference)).await?;
        record(ctx, session, (instance.as_ref(), reference));
        Ok(match answer::seen(instance, Changes::Begun) {
            Seen::Reached(instance) if is_replica(&instance) => {
                Seen::Pending("available, and still a replica".to_owned())
            }
            other => other,
        })
    };
    session.wait(doing, USUAL_PROMOTE, recorded).await
}

/// Records what there is.
fn record(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    (instance, reference): (Option<&DbInstance>, &RdsReplicaModel),
) {
    if let Some(instance) = instance {
        let described = Described { instance: instance.clone(), parameters: None };
        let seen = state(session, &described, reference).into_inner();
        ctx.record(&State::new(answer::recorded(seen, reference)));
    }
}

/// What to do about an instance of the same identifier that something else made.
fn taken(region: &Region, identifier: &str) -> String {
    format!(
        "There is an instance {identifier:?} already, which this run did not make. Use another \"identifier\", or take it \
         under management: terraform import <address> {region}/{identifier}"
    )
}

//! Whether AWS has the planned machine, the source can be replicated, and the account may have the replica.

use aws_sdk_rds::types::DbInstance;
use sparki_aws::{Aws, AwsError, Consistency};
use sparki_core::{Ctx, Diagnostic, Diagnostics, Path, Preflight, Proposal, RemoteError};

use super::source::Source;
use super::{RdsReplica, RdsReplicaModel, cost, pools, quota};
use crate::operation::{Held, Keeper, judged};
use crate::quota::told;
use crate::rds::{Session, Version};

const CHECK: &str = "failed to check the plan of the replica";

impl Preflight for RdsReplica {
    async fn preflight(
        ctx: &Ctx<Aws>,
        proposal: Proposal<RdsReplicaModel>,
    ) -> Result<Diagnostics, RemoteError> {
        let setting = ctx.remote().preflight();
        if setting == sparki_aws::Preflight::Off {
            return Ok(Diagnostics::new());
        }
        let Proposal { prior, planned } = proposal;
        let session = Session::begin(ctx, &planned.region).await?;
        let Some(prior) = prior else {
            let source = planned.source.known().map(|source| Source::read(source));
            let instance = match &source {
                Some(source) => source.look(&session, CHECK).await?,
                None => None,
            };
            let mut found = Vec::new();
            if let (Some(source), Some(instance)) = (&source, &instance) {
                found.extend(check_new(&session, &planned, (source, instance)).await?);
            }
            found.extend(check_name(ctx, &session, &planned).await?);
            if let (Some(source), Some(instance)) = (&source, &instance) {
                // One in another region has AWS's default parameters, as the reference of CreateDBInstanceReadReplica says.
                let groups =
                    instance.db_parameter_groups().first().filter(|_| !source.is_abroad(&session.region));
                let class = planned.instance_class.known().map(String::as_str);
                let machine = pools::Machine {
                    engine: instance.engine(),
                    class: class.or(instance.db_instance_class()),
                    parameter_group: groups.and_then(|group| group.db_parameter_group_name()),
                };
                found.extend(pools::check(&session, &planned, machine).await?);
            }
            let rise = cost::rise(&session.region, None, (&planned, instance.as_ref()));
            found.extend(rise.told(ctx.remote().cost_warning_usd()));
            found.extend(told([Box::pin(quota::check(&session)).await]));
            return Ok(judged(setting, found));
        };
        let rise = cost::rise(&session.region, Some(&prior), (&planned, None));
        let mut found = Vec::from_iter(rise.told(ctx.remote().cost_warning_usd()));
        if let Some((machine, attribute)) = changed_machine(&prior, &planned) {
            found.extend(check_machine(&session, &machine, attribute).await?);
        }
        if pools::is_concerned(&prior, &planned) {
            let known = [&prior.engine, &planned.instance_class, &prior.parameter_group_name];
            let [engine, class, parameter_group] = known.map(|it| it.known().map(String::as_str));
            let machine = pools::Machine { engine, class, parameter_group };
            found.extend(pools::check(&session, &planned, machine).await?);
        }
        Ok(judged(setting, found))
    }
}

/// Whether a new replica would get its name.
async fn check_name(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    planned: &RdsReplicaModel,
) -> Result<Option<Diagnostic>, RemoteError> {
    let Some(name) = planned.identifier.known() else { return Ok(None) };
    let answer = session.send(Consistency::Propagation, CHECK, || session.instance(name)).await?;
    // It is only a check: where the question is not answered, AWS says no when it is asked for the replica.
    let Ok(Some(there)) = answer else { return Ok(None) };
    let is_going = matches!(there.db_instance_status(), Some("failed" | "deleting"));
    if there.deletion_protection() != Some(true) || is_going {
        return Ok(None);
    }
    let (tags, region) = (Session::read_tags(there.tag_list()), &session.region);
    let (named, keeper) = (("identifier", name.as_str()), Keeper::Aws("RDS"));
    Ok(Held { what: "database", named, region, tags: Some(&tags), keeper }.told(ctx))
}

/// What stands in the way of a new replica. A source that does not exist may be made in the same run.
async fn check_new(
    session: &Session<'_>,
    planned: &RdsReplicaModel,
    (source, instance): (&Source<'_>, &DbInstance),
) -> Result<Vec<Diagnostic>, RemoteError> {
    let mut found = check_source(instance);
    found.extend(check_version(instance, planned));
    found.extend(check_backups(instance, planned));
    let is_abroad = source.is_abroad(&session.region);
    if is_abroad && instance.storage_encrypted() == Some(true) && planned.kms_key_arn.known().is_none() {
        found.push(
            Diagnostic::error(
                "Encrypted replica without a key",
                format!(
                    "The source is encrypted, and its key cannot be used in {}. Set \"kms_key_arn\" to a key of that region.",
                    session.region
                ),
            )
            .at(Path::attribute("kms_key_arn")),
        );
    }
    let class = planned.instance_class.known().map(String::as_str).or(instance.db_instance_class());
    if let (Some(class), Some(engine), Some(version)) = (class, instance.engine(), instance.engine_version())
    {
        let machine = Machine::new(planned, (class, engine, version));
        found.extend(check_machine(session, &machine, "instance_class").await?);
    }
    Ok(found)
}

/// A machine that AWS is asked for.
#[derive(Debug)]
struct Machine<'a> {
    class: &'a str,
    engine: &'a str,
    version: &'a str,
    /// Kind of the storage, where it is known.
    storage: Option<&'a str>,
    has_standby: bool,
}

impl<'a> Machine<'a> {
    fn new(planned: &'a RdsReplicaModel, (class, engine, version): (&'a str, &'a str, &'a str)) -> Self {
        let storage = planned.storage_type.known().map(String::as_str);
        Self { class, engine, version, storage, has_standby: planned.multi_az.known() == Some(&true) }
    }
}

/// The machine that a replica is to have from now on, and the attribute that asks for it; none if it stays as it is.
fn changed_machine<'a>(
    prior: &'a RdsReplicaModel,
    planned: &'a RdsReplicaModel,
) -> Option<(Machine<'a>, &'static str)> {
    let changes = [
        (prior.instance_class != planned.instance_class, "instance_class"),
        (prior.engine_version != planned.engine_version, "engine_version"),
        (prior.storage_type != planned.storage_type, "storage_type"),
        (prior.multi_az != planned.multi_az, "multi_az"),
    ];
    let (_, attribute) = changes.into_iter().find(|(is_changed, _)| *is_changed)?;
    let actual = prior.engine_version_actual.known()?;
    // AWS may have gone beyond what is written.
    let is_ahead = |wanted: &&String| {
        let (wanted, actual) = (wanted.parse::<Version>(), actual.parse::<Version>());
        wanted.is_ok_and(|wanted| actual.is_ok_and(|actual| actual.is_before(&wanted)))
    };
    let version = planned.engine_version.known().filter(is_ahead).unwrap_or(actual);
    let class = planned.instance_class.known()?;
    Some((Machine::new(planned, (class, prior.engine.known()?, version)), attribute))
}

/// RDS replicates what it makes backups of, and whose password it does not manage.
fn check_source(source: &DbInstance) -> Vec<Diagnostic> {
    let told =
        |detail: &str| Diagnostic::error("Source cannot be replicated", detail).at(Path::attribute("source"));
    let mut found = Vec::new();
    if source.backup_retention_period() == Some(0) {
        found.push(told(
            "RDS makes no backups of the source, and replicas are made from these. Set its retention period to a day or \
             more.",
        ));
    }
    if source.master_user_secret().is_some() {
        found.push(told(
            "RDS manages the password of the source in Secrets Manager, and does not replicate such databases. Give the \
             source a password of your own.",
        ));
    }
    found
}

/// A new replica has the version of its source, and can go on from there to later minor ones.
fn check_version(source: &DbInstance, planned: &RdsReplicaModel) -> Option<Diagnostic> {
    let wanted = planned.engine_version.known()?.parse::<Version>().ok()?;
    let actual = source.engine_version()?.parse::<Version>().ok()?;
    let engine = source.engine().unwrap_or_default();
    (wanted.is_before(&actual) || wanted.is_of_another_major(&actual, engine)).then(|| {
        Diagnostic::error(
            "Version out of reach",
            format!(
                "The source runs {actual}, and \"engine_version\" asks for {wanted}. Set {actual} or a later minor version, \
                 or leave it out."
            ),
        )
        .at(Path::attribute("engine_version"))
    })
}

/// RDS makes no backups of replicas of SQL Server, nor of those of PostgreSQL before 14.1: its user guide, "Working with DB
/// instance read replicas".
pub(super) fn check_backups(source: &DbInstance, planned: &RdsReplicaModel) -> Option<Diagnostic> {
    let days = planned.backup_retention_days.known().filter(|days| **days > 0)?;
    let (engine, version) = (source.engine()?, source.engine_version()?);
    let is_old = || {
        let (version, first) = (version.parse::<Version>().ok()?, "14.1".parse::<Version>().ok()?);
        Some(version.is_before(&first))
    };
    let has_none = engine.starts_with("sqlserver") || (engine == "postgres" && is_old() == Some(true));
    has_none.then(|| {
        Diagnostic::error(
            "Replica cannot have backups",
            format!(
                "RDS makes no backups of replicas of {engine} {version}, and \"backup_retention_days\" is {days}. Set it to 0; \
                 once the replica is promoted it can be raised."
            ),
        )
        .at(Path::attribute("backup_retention_days"))
    })
}

/// Whether AWS has such machines in the region. `attribute` is the one that asks for it.
async fn check_machine(
    session: &Session<'_>,
    machine: &Machine<'_>,
    attribute: &str,
) -> Result<Option<Diagnostic>, RemoteError> {
    let Machine { class, engine, version, storage, has_standby } = *machine;
    let send = || async {
        let request = session.client.describe_orderable_db_instance_options().engine(engine);
        let request = request.engine_version(version).db_instance_class(class).vpc(true);
        request.send().await.map_err(AwsError::from)
    };
    // It is only a check: where the question is not answered, AWS says no when it is asked for the machine.
    let Ok(answer) = session.send(Consistency::Propagation, CHECK, send).await? else { return Ok(None) };
    let is_there = answer.orderable_db_instance_options().iter().any(|option| {
        let has_storage = storage.is_none_or(|kind| option.storage_type().is_none_or(|it| it == kind));
        option.db_instance_class() == Some(class)
            && option.read_replica_capable() != Some(false)
            && has_storage
            && (!has_standby || option.multi_az_capable() != Some(false))
    });
    let with: Vec<_> =
        [storage.map(|kind| format!("{kind} storage")), has_standby.then(|| "a standby".to_owned())]
            .into_iter()
            .flatten()
            .collect();
    let with = if with.is_empty() { String::new() } else { format!(" with {}", with.join(" and ")) };
    Ok((!is_there).then(|| {
        Diagnostic::error(
            "Class not offered",
            format!(
                "AWS has no {class} for replicas of {engine} {version} in {}{with}. Choose another \"instance_class\", or \
                 what goes with this one; \"aws rds describe-orderable-db-instance-options\" tells what there is.",
                session.region
            ),
        )
        .at(Path::attribute(attribute))
    }))
}

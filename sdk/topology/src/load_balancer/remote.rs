//! How `sparki_load_balancer` talks to AWS.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::types::{LoadBalancer as Wire, LoadBalancerAttribute};
use sparki_aws::{Aws, AwsError, Consistency, Region, Seen, Tags};
use sparki_core::{
    Applied, Change, Ctx, Import, Planned, Reconcile, RemoteError, RemoteErrorKind, State, Value,
};

use super::look::{There, find, groups as groups_of, look};
use super::plan::protection;
use super::{
    LoadBalancer, LoadBalancerIdentity, LoadBalancerModel, Session, answer, attributes, groups, listeners,
    requests, tags,
};
use crate::operation::{ImportId, Protected, known_tags, own_tags, unfinished};

const CREATE: &str = "failed to create the load balancer";
const READ: &str = "failed to read the load balancer";
const UPDATE: &str = "failed to update the load balancer";
const DELETE: &str = "failed to delete the load balancer";

/// AWS makes a load balancer in about 3 minutes.
const USUAL_CREATE: Duration = Duration::from_secs(180);
/// It is gone in a moment.
const USUAL_DELETE: Duration = Duration::from_secs(15);

impl Reconcile for LoadBalancer {
    type Remote = Aws;

    async fn create(ctx: &Ctx<Aws>, planned: Planned<LoadBalancerModel>) -> Applied<LoadBalancerModel> {
        let session = Session::begin(ctx, &planned.region).await?;
        let own = planned.tags.known().cloned().unwrap_or_default();
        let attempt = session.attempt::<Self>(ctx, &planned);
        let own = session.aws.tags().for_create(&own, &attempt);
        let there = find(&session, name(&planned)).await.map_err(|error| error.reading(CREATE))?;
        let made = match there {
            Some(there) => there,
            None => {
                let request = requests::create(&planned, &own);
                let send =
                    || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
                let refused = match session.send(Consistency::Free, CREATE, send).await? {
                    Ok(_) => None,
                    Err(error)
                        if error.code() == Some("DuplicateLoadBalancerName") || error.maybe_applied() =>
                    {
                        Some(error)
                    }
                    Err(error) => return Err(error.changing(CREATE)),
                };
                let look = || async {
                    Ok(find(&session, name(&planned)).await?.map_or(Seen::Missing, Seen::Reached))
                };
                session.wait(CREATE, Duration::ZERO, look).await.map_err(|missing| match &refused {
                    Some(refused) if missing.is_not_found() => refused.changing(CREATE),
                    Some(_) | None => missing.with_maybe_applied(true),
                })?
            }
        };
        // AWS answers well to whoever asks for a load balancer that is there already, whoever made it.
        let arn = made.load_balancer_arn().unwrap_or_default().to_owned();
        let found = tags::describe(&session, std::slice::from_ref(&arn)).await;
        let found = found.map_err(|error| error.reading(CREATE).with_maybe_applied(true))?;
        if !Tags::made_by(found.get(&arn), &attempt) {
            let taken = taken(&session.region, name(&planned));
            return Err(RemoteError::new(RemoteErrorKind::Conflict, CREATE).with_detail(taken));
        }
        let bare = LoadBalancerModel {
            listeners: Value::Null,
            target_groups: Value::Null,
            listener_arns: Value::Null,
            target_group_arns: Value::Null,
            arn: arn.into(),
            ..(*planned).clone()
        };
        ctx.record(&State::new(bare.clone()));
        let there = present(look(&session, name(&planned), &planned).await, CREATE)?;
        converge(ctx, &session, (CREATE, there), &planned).await.map_err(unfinished)?;
        active(&session, name(&planned)).await.map_err(unfinished)?;
        let there = present(look(&session, name(&planned), &planned).await, CREATE)?;
        Ok(state(&session, &there, &planned))
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<LoadBalancerModel>,
    ) -> Result<Option<State<LoadBalancerModel>>, RemoteError> {
        let session = Session::begin(ctx, &prior.region).await?;
        let there = look(&session, name(&prior), &prior).await.map_err(|error| error.reading(READ))?;
        Ok(there.map(|there| state(&session, &there, &prior)))
    }

    async fn update(ctx: &Ctx<Aws>, change: Change<LoadBalancerModel>) -> Applied<LoadBalancerModel> {
        let Change { prior, planned } = change;
        let session = Session::begin(ctx, &prior.region).await?;
        let there = present(look(&session, name(&prior), &prior).await, UPDATE)?;
        let (before, own) = (known_tags(&prior.tags, &prior.tags_all), own_tags(&planned.tags));
        let of_listeners = there.listener_tags.iter().map(|(arn, tags)| (arn.as_str(), tags));
        let of_groups = there.groups.iter().map(|group| (group.arn(), &group.tags));
        for (arn, tagged) in of_listeners.chain(of_groups).chain([(there.arn(), &there.tags)]) {
            let change = session.aws.tags().change(Some(tagged), &before, &own);
            tags::change(&session, (UPDATE, arn), change).await?;
        }
        converge(ctx, &session, (UPDATE, there), &planned).await?;
        let there = present(look(&session, name(&prior), &planned).await, UPDATE)?;
        Ok(state(&session, &there, &planned))
    }

    async fn delete(ctx: &Ctx<Aws>, prior: State<LoadBalancerModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&prior), DELETE)?;
        let session = Session::begin(ctx, &prior.region).await?;
        let there = look(&session, name(&prior), &prior).await.map_err(|error| error.reading(DELETE))?;
        let Some(there) = there else {
            // An earlier removal may have come no further than the load balancer.
            let arn = prior.arn.known().map_or("", String::as_str);
            let left = groups_of(&session, (name(&prior), arn), &prior).await;
            let left = left.map_err(|error| error.reading(DELETE))?;
            return groups::remove_left(&session, DELETE, &left).await;
        };
        // AWS may refuse to remove the load balancer, and then it has to go on as it is. Its listeners go with it.
        let send = || async {
            let request = session.client.delete_load_balancer().load_balancer_arn(there.arn());
            request.send().await.map_err(AwsError::from)
        };
        session.remove(Consistency::Free, DELETE, send).await?;
        let gone = || async {
            let found = find(&session, name(&prior)).await?;
            Ok(found.map_or(Seen::Reached(()), |_| Seen::Pending("being removed".into())))
        };
        session.wait(DELETE, USUAL_DELETE, gone).await?;
        groups::remove_left(&session, DELETE, &there.groups).await
    }
}

impl Import for LoadBalancer {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("us-east-1/shop", "region and name of the load balancer"),
        ("shop", "name of a load balancer in the provider's region"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<LoadBalancerModel>, RemoteError> {
        let id = ImportId::<1>::parse(id, Self::FORMS)?;
        let session = Session::begin_in(ctx, id.region(ctx.remote()).await?).await?;
        let [name] = &id.names;
        let reference = unknown_before();
        let there = look(&session, name, &reference).await.map_err(|error| error.reading(READ))?;
        let Some(there) = there else {
            return Err(RemoteError::new(RemoteErrorKind::NotFound, "failed to find the load balancer")
                .with_detail(format!("There is no load balancer {name:?} in {}.", session.region)));
        };
        Ok(state(&session, &there, &reference))
    }

    fn import_id(identity: &LoadBalancerIdentity) -> String {
        identity.import_id()
    }
}

/// What counts for a load balancer of which nothing was known before, where AWS does not tell.
pub(super) fn unknown_before() -> LoadBalancerModel {
    LoadBalancerModel::new("", BTreeSet::new())
        .idle_timeout_seconds(60)
        .http2(true)
        .drop_invalid_headers(true)
        .cross_zone(false)
        .deletion_protection(false)
}

/// The name in a plan or state, where it is never missing.
fn name(balancer: &LoadBalancerModel) -> &str {
    balancer.name.known().map_or("", String::as_str)
}

pub(super) fn state(
    session: &Session<'_>,
    there: &There,
    reference: &LoadBalancerModel,
) -> State<LoadBalancerModel> {
    State::new(answer::model(there, &session.region, session.aws.tags(), reference))
}

/// Takes a load balancer and all that belongs to it to what is wanted.
async fn converge(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    (doing, mut there): (&str, There),
    wanted: &LoadBalancerModel,
) -> Result<(), RemoteError> {
    place(session, (doing, &there), wanted).await?;
    let made = groups::provide(session, doing, &mut there, wanted).await;
    ctx.record(&state(session, &there, wanted));
    let arns = made?;
    listeners::converge(session, (doing, &there), wanted, &arns).await?;
    let removed = groups::remove_others(session, doing, &mut there, &arns).await;
    ctx.record(&state(session, &there, wanted));
    removed?;
    let missing = attributes::missing(&there.attributes, attributes::wanted(wanted));
    if missing.is_empty() {
        return Ok(());
    }
    let attribute = |(key, value)| LoadBalancerAttribute::builder().key(key).value(value).build();
    let missing: Vec<_> = missing.into_iter().map(attribute).collect();
    let send = || async {
        let request = session.client.modify_load_balancer_attributes().load_balancer_arn(there.arn());
        request.set_attributes(Some(missing.clone())).send().await.map_err(AwsError::from)
    };
    session.change(Consistency::Free, doing, send).await.map(|_| ())
}

/// Moves a load balancer to the subnets, security groups and kinds of addresses that are wanted.
async fn place(
    session: &Session<'_>,
    (doing, there): (&str, &There),
    wanted: &LoadBalancerModel,
) -> Result<(), RemoteError> {
    let (client, arn) = (&session.client, there.arn());
    let now = answer::model(there, &session.region, session.aws.tags(), wanted);
    let is_other = |now: &Value<BTreeSet<String>>, wanted: &Value<BTreeSet<String>>| {
        wanted.known().is_some_and(|wanted| now.known() != Some(wanted))
    };
    let send = || async {
        if is_other(&now.subnet_ids, &wanted.subnet_ids) {
            let subnets = requests::list(&wanted.subnet_ids);
            let request = client.set_subnets().load_balancer_arn(arn).set_subnets(subnets);
            request.send().await.map_err(AwsError::from)?;
        }
        if is_other(&now.security_group_ids, &wanted.security_group_ids) {
            let groups = requests::list(&wanted.security_group_ids);
            let request = client.set_security_groups().load_balancer_arn(arn).set_security_groups(groups);
            request.send().await.map_err(AwsError::from)?;
        }
        if now.ip_address_type != wanted.ip_address_type {
            let kind = requests::address_type(wanted);
            let request = client.set_ip_address_type().load_balancer_arn(arn).ip_address_type(kind);
            request.send().await.map_err(AwsError::from)?;
        }
        Ok::<_, AwsError>(())
    };
    session.change(Consistency::Free, doing, send).await
}

/// Waits until a load balancer that was just made can be used.
async fn active(session: &Session<'_>, name: &str) -> Result<Wire, RemoteError> {
    let look = || async { Ok(answer::seen(find(session, name).await?)) };
    session.wait(CREATE, USUAL_CREATE, look).await
}

/// The load balancer, which has to be there.
fn present(look: Result<Option<There>, AwsError>, doing: &str) -> Result<There, RemoteError> {
    look.map_err(|error| error.reading(doing))?.ok_or_else(|| {
        RemoteError::new(RemoteErrorKind::NotFound, doing)
            .with_detail("The load balancer is gone; something else removed it. Plan again to make it anew.")
    })
}

/// What to do about a load balancer of the same name that something else made.
fn taken(region: &Region, name: &str) -> String {
    format!(
        "There is a load balancer of this name in {region} already, which this run did not make. Choose another name, or \
         take it under management: terraform import <address> {region}/{name}"
    )
}

//! How `sparki_vpc` talks to AWS.

use std::time::Duration;

use aws_sdk_ec2::types::{ResourceType, Vpc as WireVpc, VpcState};
use sparki_aws::{Aws, AwsError, Nonce, Seen};
use sparki_core::{Applied, Change, Ctx, Import, Planned, Reconcile, RemoteError, RemoteErrorKind, State};

use super::answer::{Sight, tags};
use super::carry_out::Work;
use super::look::{describe, find, mark, mark_of_ours, parts};
use super::part_tags::Part;
use super::parts::Parts;
use super::plan::protection;
use super::wanted::{Wanted, Whole};
use super::{Vpc, VpcIdentity, VpcModel, base, zones};
use crate::ec2::{Holders, Session, make, once, remove, specification};
use crate::operation::{ImportId, Protected, incomplete, made_before, unfinished};

const CREATE: &str = "failed to create the VPC";
const READ: &str = "failed to read the VPC";
const UPDATE: &str = "failed to update the VPC";
const DELETE: &str = "failed to delete the VPC";

/// AWS makes a VPC in about 12 seconds.
const USUAL_CREATE: Duration = Duration::from_secs(12);

impl Reconcile for Vpc {
    type Remote = Aws;

    async fn create(ctx: &Ctx<Aws>, planned: Planned<VpcModel>) -> Applied<VpcModel> {
        let session = Session::begin(ctx, &planned.region).await?;
        let zones = zones::settled(&session, CREATE, (&*planned, &[])).await?;
        // Only now, for an error in between would end an attempt of an earlier process whose outcome nobody knows yet.
        let attempt = session.attempt::<Self>(ctx, &planned);
        let reference = VpcModel { availability_zones: zones.into(), ..planned.into_inner() };
        let begun = begin(&session, &attempt, &reference).await?;
        // What leads to the VPC is known, whatever becomes of it now.
        let mut found = Parts::default();
        found.base.tags = tags(&begun);
        ctx.record(&State::new(sight(&session, (&begun, &attempt), &found).model(&reference)));
        let vpc = await_ready(&session, begun.vpc_id().unwrap_or_default()).await;
        let vpc = vpc.map_err(|error| unfinished(error).with_maybe_applied(true))?;
        let record = |parts: &Parts| {
            ctx.record(&State::new(sight(&session, (&vpc, &attempt), parts).model(&reference)));
        };
        let wanted = sight(&session, (&vpc, &attempt), &found).wanted(&reference);
        let default_group = base::close(&session, CREATE, &wanted.vpc.id).await.map_err(incomplete)?;
        found = parts(&session, CREATE, (&wanted.vpc, tags(&vpc))).await.map_err(incomplete)?;
        found.base.default_group = Some(default_group);
        record(&found);
        let work = Work { session: &session, doing: CREATE, wanted: &wanted };
        work.carry_out(&mut found, &record).await.map_err(incomplete)?;
        Ok(State::new(sight(&session, (&vpc, &attempt), &found).model(&reference)))
    }

    async fn read(ctx: &Ctx<Aws>, prior: State<VpcModel>) -> Result<Option<State<VpcModel>>, RemoteError> {
        let session = Session::begin(ctx, &prior.region).await?;
        let vpc = describe(&session, vpc_id(&prior)).await.map_err(|error| error.reading(READ))?;
        let Some(vpc) = vpc else { return Ok(None) };
        let mark = mark_of_ours(&vpc, READ)?;
        let whole = sight(&session, (&vpc, &mark), &Parts::default()).whole((&*prior, &*prior));
        let found = parts(&session, READ, (&whole, tags(&vpc))).await?;
        Ok(Some(State::new(sight(&session, (&vpc, &mark), &found).model(&prior))))
    }

    async fn update(ctx: &Ctx<Aws>, change: Change<VpcModel>) -> Applied<VpcModel> {
        let Change { prior, planned } = change;
        let session = Session::begin(ctx, &prior.region).await?;
        let vpc = describe(&session, vpc_id(&prior)).await.map_err(|error| error.reading(UPDATE))?;
        let vpc = vpc.ok_or_else(|| {
            RemoteError::new(RemoteErrorKind::NotFound, UPDATE)
                .with_detail("The VPC is gone; something else removed it. Plan again to make it anew.")
        })?;
        let mark = mark_of_ours(&vpc, UPDATE)?;
        let there = prior.availability_zones.known().cloned().unwrap_or_default();
        let zones = zones::settled(&session, UPDATE, (&*planned, &there)).await?;
        let reference = VpcModel { availability_zones: zones.into(), ..planned.into_inner() };
        let whole = sight(&session, (&vpc, &mark), &Parts::default()).whole((&reference, &*prior));
        let mut found = parts(&session, UPDATE, (&whole, tags(&vpc))).await?;
        let record = |parts: &Parts| {
            ctx.record(&State::new(sight(&session, (&vpc, &mark), parts).model(&reference)));
        };
        let wanted = Wanted::of(whole, &reference);
        Work { session: &session, doing: UPDATE, wanted: &wanted }.carry_out(&mut found, &record).await?;
        Ok(State::new(sight(&session, (&vpc, &mark), &found).model(&reference)))
    }

    async fn delete(ctx: &Ctx<Aws>, state: State<VpcModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&state), DELETE)?;
        let session = Session::begin(ctx, &state.region).await?;
        let id = vpc_id(&state);
        let vpc = describe(&session, id).await.map_err(|error| error.reading(DELETE))?;
        let Some(vpc) = vpc else { return Ok(()) };
        let mark = mark_of_ours(&vpc, DELETE)?;
        let whole = sight(&session, (&vpc, &mark), &Parts::default()).whole((&*state, &*state));
        let mut found = parts(&session, DELETE, (&whole, tags(&vpc))).await?;
        let record = |parts: &Parts| {
            ctx.record(&State::new(sight(&session, (&vpc, &mark), parts).model(&state)));
        };
        let wanted = Wanted::nothing(whole);
        Work { session: &session, doing: DELETE, wanted: &wanted }.carry_out(&mut found, &record).await?;
        let send = || async { session.client.delete_vpc().vpc_id(id).send().await.map_err(AwsError::from) };
        remove(&session, DELETE, Holders { filter: "vpc-id", id }, send).await
    }
}

impl Import for Vpc {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("us-east-1/vpc-0a1b2c3d4e5f60718", "region and AWS's id of a VPC that Sparki has made"),
        ("vpc-0a1b2c3d4e5f60718", "AWS's id of one in the provider's region"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<VpcModel>, RemoteError> {
        let id = ImportId::<1>::parse(id, Self::FORMS)?;
        let session = Session::begin_in(ctx, id.region(ctx.remote()).await?).await?;
        let [vpc_id] = &id.names;
        let vpc = describe(&session, vpc_id).await.map_err(|error| error.reading(READ))?;
        let Some(vpc) = vpc else {
            return Err(RemoteError::new(RemoteErrorKind::NotFound, "failed to find the VPC").with_detail(
                format!(
                    "There is no VPC {vpc_id:?} in {}, or the credentials do not see it.",
                    session.region
                ),
            ));
        };
        let mark = mark(&vpc).ok_or_else(|| {
            RemoteError::new(RemoteErrorKind::Invalid, "failed to import the VPC").with_detail(format!(
                "Sparki has not made the VPC {vpc_id}, and would not know what belongs to it. Give its subnets to the \
                 resources that need them by their ids."
            ))
        })?;
        self::found(&session, READ, (&vpc, &mark)).await
    }

    fn import_id(identity: &VpcIdentity) -> String {
        identity.import_id()
    }
}

/// The id in a state, where it is never missing.
fn vpc_id(vpc: &VpcModel) -> &str {
    vpc.vpc_id.known().map_or("", String::as_str)
}

fn sight<'a>(session: &'a Session<'_>, (vpc, mark): (&'a WireVpc, &'a Nonce), parts: &'a Parts) -> Sight<'a> {
    Sight { vpc, region: &session.region, tags: session.aws.tags(), mark, parts }
}

/// The state of a VPC of which nothing was known before.
pub(super) async fn found(
    session: &Session<'_>,
    doing: &str,
    (vpc, mark): (&WireVpc, &Nonce),
) -> Result<State<VpcModel>, RemoteError> {
    let nothing = Parts::default();
    let whole = sight(session, (vpc, mark), &nothing).whole((&VpcModel::blank(), &VpcModel::blank()));
    let found = parts(session, doing, (&whole, tags(vpc))).await?;
    let sight = sight(session, (vpc, mark), &found);
    Ok(State::new(sight.model(&sight.settings())))
}

/// The VPC itself: the one that this attempt made already, or a new one.
async fn begin(session: &Session<'_>, attempt: &Nonce, planned: &VpcModel) -> Result<WireVpc, RemoteError> {
    let whole = Whole::new(("", &session.region), attempt, session.aws.tags(), (planned, planned));
    let tags = whole.tags_of(&Part::Vpc);
    if let Some(made) = made_before(session, CREATE, || find(session, attempt)).await? {
        return Ok(made);
    }
    let send = || async {
        let request = session.client.create_vpc().cidr_block(&whole.cidr);
        let request = request.tag_specifications(specification(ResourceType::Vpc, &tags));
        let sent = request.customize().config_override(once()).send().await;
        sent.map(|answer| answer.vpc).map_err(AwsError::from)
    };
    make(session, CREATE, || find(session, attempt), send).await
}

/// Waits until a VPC can be used.
async fn await_ready(session: &Session<'_>, id: &str) -> Result<WireVpc, RemoteError> {
    let look = || async {
        Ok(match describe(session, id).await? {
            None => Seen::Missing,
            Some(vpc) if vpc.state() == Some(&VpcState::Pending) => Seen::Pending("pending".to_owned()),
            Some(vpc) => Seen::Reached(vpc),
        })
    };
    session.wait(CREATE, USUAL_CREATE, look).await
}

//! How `sparki_security_group` talks to AWS.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_ec2::types::{ResourceType, SecurityGroup as WireGroup};
use sparki_aws::{Aws, AwsError, Consistency, Seen};
use sparki_core::{
    Applied, Change, Ctx, Import, Planned, Reconcile, RemoteError, RemoteErrorKind, State, Value,
};

use super::plan::protection;
use super::rule_steps::There;
use super::{SecurityGroup, SecurityGroupIdentity, SecurityGroupModel, answer, rule_requests};
use crate::ec2::{Holders, NAME, Session, close_exits, filter, remove, retag, specification, tag_map};
use crate::operation::{ImportId, Protected, Unanswered, incomplete, known_tags, own_tags};

const CREATE: &str = "failed to create the security group";
const READ: &str = "failed to read the security group";
const UPDATE: &str = "failed to update the security group";
const DELETE: &str = "failed to delete the security group";

impl Reconcile for SecurityGroup {
    type Remote = Aws;

    async fn create(ctx: &Ctx<Aws>, planned: Planned<SecurityGroupModel>) -> Applied<SecurityGroupModel> {
        let session = Session::begin(ctx, &planned.region).await?;
        let own = planned.tags.known().cloned().unwrap_or_default();
        let attempt = session.attempt::<Self>(ctx, &planned);
        let mut tags = session.aws.tags().for_create(&own, &attempt);
        let text = |text: &Value<String>| text.known().cloned().unwrap_or_default();
        tags.insert(NAME.to_owned(), text(&planned.name));
        let send = || async {
            let request = session.client.create_security_group().group_name(text(&planned.name));
            let request = request.description(text(&planned.description)).vpc_id(text(&planned.vpc_id));
            let request = request.tag_specifications(specification(ResourceType::SecurityGroup, &tags));
            let sent = request.send().await.map_err(AwsError::from);
            sent.map(|answer| answer.group_id).map_err(AwsError::of_what_was_just_made)
        };
        let id = match session.send(Consistency::Propagation, CREATE, send).await? {
            Ok(id) => id,
            Err(error) => {
                let unanswered = Unanswered { doing: CREATE, attempt: &attempt, error: &error };
                let names = (text(&planned.vpc_id), text(&planned.name));
                let look = named(&session, &names);
                let taken = || {
                    format!(
                        "The VPC has a security group of this name already, which this run did not make. Choose another \
                         name, or take it under management by its id: terraform import <address> {}/sg-...",
                        session.region
                    )
                };
                unanswered.adopt(look, |named| Some(&named.tags), taken).await?.id
            }
        };
        let id = id.ok_or_else(|| {
            RemoteError::new(RemoteErrorKind::Garbled, CREATE)
                .with_detail("AWS's answer does not say which security group it made.")
                .with_maybe_applied(true)
        })?;
        // What leads to the group is known; AWS may not show it yet.
        let begun = WireGroup::builder()
            .group_id(&id)
            .group_name(text(&planned.name))
            .description(text(&planned.description))
            .vpc_id(text(&planned.vpc_id));
        ctx.record(&state(&session, (&begun.build(), &[]), &planned));
        let wanted = planned.rules.known().cloned().unwrap_or_default();
        close_exits(&session, CREATE, &id).await.map_err(incomplete)?;
        let mut there = Vec::new();
        rule_requests::change(&session, (CREATE, &id), &mut there, &wanted).await.map_err(incomplete)?;
        let group = seen(&session, CREATE, &id).await?;
        Ok(state(&session, (&group, &there), &planned))
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<SecurityGroupModel>,
    ) -> Result<Option<State<SecurityGroupModel>>, RemoteError> {
        let session = Session::begin(ctx, &prior.region).await?;
        let group = describe(&session, group_id(&prior)).await.map_err(|error| error.reading(READ))?;
        let Some(group) = group else { return Ok(None) };
        let there =
            rule_requests::look(&session, group_id(&prior)).await.map_err(|error| error.reading(READ))?;
        Ok(Some(state(&session, (&group, &there), &prior)))
    }

    async fn update(ctx: &Ctx<Aws>, change: Change<SecurityGroupModel>) -> Applied<SecurityGroupModel> {
        let Change { prior, planned } = change;
        let session = Session::begin(ctx, &prior.region).await?;
        let id = group_id(&prior);
        let group = describe(&session, id).await.map_err(|error| error.reading(UPDATE))?;
        let group = group.ok_or_else(|| {
            RemoteError::new(RemoteErrorKind::NotFound, UPDATE)
                .with_detail("The group is gone; something else removed it. Plan again to make it anew.")
        })?;
        let (before, own) = (known_tags(&prior.tags, &prior.tags_all), own_tags(&planned.tags));
        let mut tags = session.aws.tags().change(Some(&tag_map(group.tags())), &before, &own);
        // A default tag of that key is not for groups, which have names.
        tags.set.remove(NAME);
        retag(&session, UPDATE, id, &tags).await?;
        let mut there = rules(&session, UPDATE, id).await?;
        let wanted = planned.rules.known().cloned().unwrap_or_default();
        let changed = rule_requests::change(&session, (UPDATE, id), &mut there, &wanted).await;
        let group = seen(&session, UPDATE, id).await;
        if let (Err(_), Ok(group)) = (&changed, &group) {
            ctx.record(&state(&session, (group, &there), &planned));
        }
        changed?;
        Ok(state(&session, (&group?, &there), &planned))
    }

    async fn delete(ctx: &Ctx<Aws>, prior: State<SecurityGroupModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&prior), DELETE)?;
        let session = Session::begin(ctx, &prior.region).await?;
        let id = group_id(&prior);
        let send = || async {
            session.client.delete_security_group().group_id(id).send().await.map_err(AwsError::from)
        };
        remove(&session, DELETE, Holders { filter: "group-id", id }, send).await
    }
}

impl Import for SecurityGroup {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("us-east-1/sg-0a1b2c3d4e5f60718", "region and AWS's id of the group"),
        ("sg-0a1b2c3d4e5f60718", "AWS's id of a group in the provider's region"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<SecurityGroupModel>, RemoteError> {
        let id = ImportId::<1>::parse(id, Self::FORMS)?;
        let session = Session::begin_in(ctx, id.region(ctx.remote()).await?).await?;
        let [id] = &id.names;
        let group = describe(&session, id).await.map_err(|error| error.reading(READ))?;
        let Some(group) = group else {
            return Err(RemoteError::new(RemoteErrorKind::NotFound, "failed to find the security group")
                .with_detail(format!(
                    "There is no security group {id:?} in {}, or the credentials do not see it.",
                    session.region
                )));
        };
        found(&session, READ, &group).await
    }

    fn import_id(identity: &SecurityGroupIdentity) -> String {
        identity.import_id()
    }
}

/// The id in a state, where it is never missing.
fn group_id(group: &SecurityGroupModel) -> &str {
    group.security_group_id.known().map_or("", String::as_str)
}

fn state(
    session: &Session<'_>,
    seen: (&WireGroup, &[There]),
    reference: &SecurityGroupModel,
) -> State<SecurityGroupModel> {
    State::new(answer::model(seen, &session.region, session.aws.tags(), reference))
}

/// The state of a group of which nothing was known before.
pub(super) async fn found(
    session: &Session<'_>,
    doing: &str,
    group: &WireGroup,
) -> Result<State<SecurityGroupModel>, RemoteError> {
    let there = rules(session, doing, group.group_id().unwrap_or_default()).await?;
    Ok(state(session, (group, &there), &SecurityGroupModel::blank()))
}

/// A group that was just made or changed.
async fn seen(session: &Session<'_>, doing: &str, id: &str) -> Result<WireGroup, RemoteError> {
    let look = || async {
        let group = describe(session, id).await?;
        Ok(group.map_or(Seen::Missing, Seen::Reached))
    };
    session.wait(doing, Duration::ZERO, look).await
}

/// The rules of a group that may have been made a moment ago.
async fn rules(session: &Session<'_>, doing: &str, id: &str) -> Result<Vec<There>, RemoteError> {
    let send = || async { rule_requests::look(session, id).await.map_err(AwsError::of_what_was_just_made) };
    session.send(Consistency::Propagation, doing, send).await?.map_err(|error| error.reading(doing))
}

/// Looks at the group; `None` if it does not exist.
async fn describe(session: &Session<'_>, id: &str) -> Result<Option<WireGroup>, AwsError> {
    match session.client.describe_security_groups().group_ids(id).send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.security_groups.unwrap_or_default().into_iter().next()),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// A group that was found by its name.
struct Named {
    id: Option<String>,
    tags: HashMap<String, String>,
}

/// Looks for the group of a VPC with this name, of which there is at most one.
async fn named(session: &Session<'_>, (vpc, name): &(String, String)) -> Result<Option<Named>, AwsError> {
    let request = session.client.describe_security_groups();
    let request = request.filters(filter("vpc-id", vpc)).filters(filter("group-name", name));
    let answer = request.send().await.map_err(AwsError::from)?;
    let found = answer::named(answer.security_groups(), name);
    let id = |group: &WireGroup| group.group_id().map(str::to_owned);
    Ok(found.map(|group| Named { id: id(group), tags: tag_map(group.tags()) }))
}

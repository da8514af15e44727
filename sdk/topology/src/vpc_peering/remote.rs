//! How `sparki_vpc_peering` talks to AWS.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_ec2::types::VpcPeeringConnection as WirePeering;
use sparki_aws::{Aws, OWN_PREFIX, Region, TagChange};
use sparki_core::{Applied, Change, Ctx, Import, Planned, Reconcile, RemoteError, RemoteErrorKind, State};

use super::answer::Sight;
use super::carry_out::{Work, pair};
use super::connection::{self, is_over, status};
use super::ends::Ends;
use super::found::{Found, Place};
use super::look::{self, check_tables, check_vpcs, look, surroundings};
use super::plan::{protection, shared};
use super::side::Side;
use super::steps::{Step, Wanted, places, removals};
use super::{VpcPeering, VpcPeeringIdentity, VpcPeeringModel, routes};
use crate::ec2::{NAME, Session, retag, tag_map};
use crate::operation::{ImportId, Protected, incomplete, known_tags, made_before, own_tags, unfinished};

const CREATE: &str = "failed to create the VPC peering";
const READ: &str = "failed to read the VPC peering";
const UPDATE: &str = "failed to update the VPC peering";
const DELETE: &str = "failed to delete the VPC peering";

impl Reconcile for VpcPeering {
    type Remote = Aws;

    async fn create(ctx: &Ctx<Aws>, planned: Planned<VpcPeeringModel>) -> Applied<VpcPeeringModel> {
        let ends = Ends::begin(ctx, &planned).await?;
        let session = ends.of(Side::Requester);
        let mut around = Found::default();
        check_vpcs(&ends, CREATE, &planned).await?;
        surroundings(&ends, CREATE, &planned, &mut around).await?;
        check_tables(&ends, CREATE, &planned, &mut around).await?;
        check_overlap(&around)?;
        // Only now, for an error in between would end an attempt of an earlier process whose outcome nobody knows yet.
        let attempt = session.attempt::<Self>(ctx, &planned);
        let mut tags = session.aws.tags().for_create(&own_tags(&planned.tags), &attempt);
        // A default tag of that key is not for peerings, which have names.
        tags.remove(NAME);
        tags.extend(planned.name.known().map(|name| (NAME.to_owned(), name.clone())));
        let reference = planned.into_inner();
        let wanted = Wanted::planned(&reference, &around);
        let made = made_before(session, CREATE, || connection::find(session, &attempt)).await?;
        let id = made.as_ref().and_then(|made| made.vpc_peering_connection_id());
        around.id = id.unwrap_or_default().to_owned();
        let work = Work { ends: &ends, doing: CREATE, wanted: &wanted, pair: pair(&reference) };
        if made.is_none() {
            connection::check_vacant(&ends, CREATE, work.pair).await?;
        }
        // What an earlier process has made is not forgotten for a route that is in the way.
        work.check(&around).await.map_err(|error| error.with_maybe_applied(made.is_some()))?;
        let there = match &made {
            Some(made) => tag_map(made.tags()),
            None => tags.clone().into_iter().collect(),
        };
        let begun = match made {
            Some(made) => made,
            None => connection::create(&ends, CREATE, work.pair, (&tags, &attempt)).await?,
        };
        let mut found = begin(&begun, around, &there);
        let own = wanted.routes.clone();
        let record = |found: &Found| {
            let sight = Sight::at(&ends, session.aws.tags(), (found, &own));
            ctx.record(&State::new(sight.model(&reference, &wanted)));
        };
        // What leads to the peering is known, whatever becomes of it now.
        record(&found);
        let active = work.take(&mut found, &Step::Activate).await;
        active.map_err(|error| unfinished(error).with_maybe_applied(true))?;
        record(&found);
        work.carry_out((&mut found, &own), &record).await.map_err(incomplete)?;
        if ends.objects().contains(&Side::Accepter) {
            let change = TagChange { set: tags, ..TagChange::default() };
            retag(ends.of(Side::Accepter), CREATE, &found.id, &change).await.map_err(incomplete)?;
        }
        let sight = Sight::at(&ends, session.aws.tags(), (&found, &own));
        Ok(State::new(sight.model(&reference, &wanted)))
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<VpcPeeringModel>,
    ) -> Result<Option<State<VpcPeeringModel>>, RemoteError> {
        let ends = Ends::begin(ctx, &prior).await?;
        let found = seen(&ends, READ, &prior).await?;
        let wanted = Wanted::of(&prior, &found);
        let own = own_places(&prior, &found);
        let sight = Sight::at(&ends, ctx.remote().tags(), (&found, &own));
        let model = sight.model(&prior, &wanted);
        if model.status.known().is_some_and(|status| !is_over(status)) {
            return Ok(Some(State::new(model)));
        }
        // What is left of it has to go before there is another one.
        let is_gone = model.routes.known().is_none_or(BTreeMap::is_empty);
        let left = VpcPeeringModel { status: model.status, routes: model.routes, ..(*prior).clone() };
        Ok((!is_gone).then(|| State::new(left)))
    }

    async fn update(ctx: &Ctx<Aws>, change: Change<VpcPeeringModel>) -> Applied<VpcPeeringModel> {
        let Change { prior, planned } = change;
        let ends = Ends::begin(ctx, &prior).await?;
        let mut found = seen(&ends, UPDATE, &prior).await?;
        if is_over(&found.requester.status) {
            return Err(RemoteError::new(RemoteErrorKind::NotFound, UPDATE)
                .with_detail("The peering is gone; something else removed it. Plan again to make it anew."));
        }
        let reference = planned.into_inner();
        check_tables(&ends, UPDATE, &reference, &mut found).await?;
        let wanted = Wanted::planned(&reference, &found);
        let own: BTreeSet<_> = own_places(&prior, &found).union(&wanted.routes).cloned().collect();
        let tags = ctx.remote().tags();
        let record = |found: &Found| {
            ctx.record(&State::new(Sight::at(&ends, tags, (found, &own)).model(&reference, &wanted)));
        };
        let work = Work { ends: &ends, doing: UPDATE, wanted: &wanted, pair: pair(&reference) };
        work.check(&found).await?;
        let changes = retagging(&ends, (&prior, &reference), &found);
        for (side, change) in changes {
            retag(ends.of(side), UPDATE, &found.id, &change).await?;
            note_tags(&ends, &mut found, (side, &change));
            record(&found);
        }
        work.carry_out((&mut found, &own), &record).await?;
        Ok(State::new(Sight::at(&ends, tags, (&found, &own)).model(&reference, &wanted)))
    }

    async fn delete(ctx: &Ctx<Aws>, state: State<VpcPeeringModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&state), DELETE)?;
        let ends = Ends::begin(ctx, &state).await?;
        let mut found = seen(&ends, DELETE, &state).await?;
        let own = own_places(&state, &found);
        let wanted = Wanted::nothing();
        let steps: Vec<_> = removals(&wanted, &found, &own).collect();
        for step in steps {
            let Step::Remove(place) = step else { continue };
            routes::remove(ends.of(place.side), DELETE, &place).await?;
            found.remove(&place);
            let left = Sight::at(&ends, ctx.remote().tags(), (&found, &own));
            ctx.record(&State::new(left.model(&state, &Wanted::of(&state, &found))));
        }
        connection::delete(&ends, DELETE, &found.id).await
    }
}

impl Import for VpcPeering {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("us-east-1/pcx-0a1b2c3d4e5f60718", "region of either side and AWS's id of the peering"),
        ("pcx-0a1b2c3d4e5f60718", "AWS's id of a peering with a side in the provider's region"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<VpcPeeringModel>, RemoteError> {
        let id = ImportId::<1>::parse(id, Self::FORMS)?;
        let session = Session::begin_in(ctx, id.region(ctx.remote()).await?).await?;
        let [id] = &id.names;
        let shown = connection::describe(&session, id).await.map_err(|error| error.reading(READ))?;
        let Some(shown) = shown.filter(|shown| !is_over(status(shown))) else {
            return Err(RemoteError::new(RemoteErrorKind::NotFound, "failed to find the VPC peering")
                .with_detail(format!(
                    "There is no VPC peering {id:?} in {}, it has ended, or the credentials do not see it.",
                    session.region
                )));
        };
        if is_foreign(&shown) {
            return Err(RemoteError::new(RemoteErrorKind::Invalid, "failed to import the VPC peering")
                .with_detail(format!(
                    "{id} connects VPCs of two accounts. Only those of one account can be managed."
                )));
        }
        self::found(ctx, READ, (&shown, &session.region)).await
    }

    fn import_id(identity: &VpcPeeringIdentity) -> String {
        identity.import_id()
    }
}

/// Whether a peering leads to another account.
pub(super) fn is_foreign(peering: &WirePeering) -> bool {
    let owner = |side: Option<&aws_sdk_ec2::types::VpcPeeringConnectionVpcInfo>| {
        side.and_then(|side| side.owner_id()).map(str::to_owned)
    };
    owner(peering.requester_vpc_info()) != owner(peering.accepter_vpc_info())
}

/// The regions of a peering, the requester's first. What does not say is in the region where it was found.
pub(super) fn regions(peering: &WirePeering, here: &Region) -> [Region; 2] {
    [peering.requester_vpc_info(), peering.accepter_vpc_info()].map(|side| {
        let region = side.and_then(|side| side.region()).and_then(|region| region.parse().ok());
        region.unwrap_or_else(|| here.clone())
    })
}

/// The state of a peering of which nothing was known before.
pub(super) async fn found(
    ctx: &Ctx<Aws>,
    doing: &str,
    (peering, here): (&WirePeering, &Region),
) -> Result<State<VpcPeeringModel>, RemoteError> {
    let [requester, accepter] = regions(peering, here);
    let ends = Ends::begin_in(ctx, requester, accepter).await?;
    let vpcs = connection::vpcs(peering);
    let id = peering.vpc_peering_connection_id().unwrap_or_default();
    // Only the VPCs are known yet.
    let nothing = (Found::default(), BTreeSet::new());
    let bare = Sight::at(&ends, ctx.remote().tags(), (&nothing.0, &nothing.1)).settings(vpcs);
    let found = look(&ends, doing, (id, &bare)).await?.ok_or_else(|| {
        RemoteError::new(RemoteErrorKind::NotFound, doing)
            .with_detail("The peering has ended in the meantime.")
    })?;
    let own = found.through();
    let sight = Sight::at(&ends, ctx.remote().tags(), (&found, &own));
    let settings = sight.settings(vpcs);
    Ok(State::new(sight.model(&settings, &Wanted::of(&settings, &found))))
}

/// What there is of a peering that is in the state. AWS shows one that has ended for some time; after that, its routes may
/// be left.
async fn seen(ends: &Ends<'_>, doing: &str, peering: &VpcPeeringModel) -> Result<Found, RemoteError> {
    let id = peering.vpc_peering_connection_id.known().map_or("", String::as_str);
    if let Some(found) = look(ends, doing, (id, peering)).await? {
        return Ok(found);
    }
    let mut found = Found { id: id.to_owned(), ..Found::default() };
    for side in Side::BOTH {
        found.end_mut(side).status = "deleted".to_owned();
    }
    surroundings(ends, doing, peering, &mut found).await?;
    Ok(found)
}

/// The routes that belong to a peering: those that the state has, and those that are as it wants them.
fn own_places(peering: &VpcPeeringModel, found: &Found) -> BTreeSet<Place> {
    let wanted = Wanted::of(peering, found).routes;
    places(&peering.routes, found).union(&wanted).cloned().collect()
}

/// A peering that was just made, with what is around it. AWS may not show its tags yet.
fn begin(begun: &WirePeering, around: Found, tags: &HashMap<String, String>) -> Found {
    let mut found = look::of(begun, begun);
    let Found { requester, accepter, .. } = around;
    for (side, end) in Side::BOTH.into_iter().zip([requester, accepter]) {
        let shown = found.end_mut(side);
        shown.tags = tags.clone();
        (shown.blocks, shown.tables) = (end.blocks, end.tables);
    }
    found
}

/// VPCs that share addresses can never be connected.
fn check_overlap(found: &Found) -> Result<(), RemoteError> {
    let [requester, accepter] = Side::BOTH.map(|side| &found.end(side).blocks);
    match shared(requester, accepter) {
        Some(told) => Err(RemoteError::new(RemoteErrorKind::Invalid, CREATE)
            .with_attribute(Side::Accepter.path("vpc_id"), told)),
        None => Ok(()),
    }
}

/// What to change about the tags of each side.
fn retagging(
    ends: &Ends<'_>,
    (prior, planned): (&VpcPeeringModel, &VpcPeeringModel),
    found: &Found,
) -> Vec<(Side, TagChange)> {
    let named = |peering: &VpcPeeringModel, mut tags: BTreeMap<String, String>| {
        tags.extend(peering.name.known().map(|name| (NAME.to_owned(), name.clone())));
        tags
    };
    let before = named(prior, known_tags(&prior.tags, &prior.tags_all));
    let own = named(planned, own_tags(&planned.tags));
    let marks = found.requester.tags.iter().filter(|(key, _)| key.starts_with(OWN_PREFIX));
    let marks: BTreeMap<_, _> = marks.map(|(key, value)| (key.clone(), value.clone())).collect();
    let changes = ends.objects().iter().map(|side| {
        let there = &found.end(*side).tags;
        let mut change = ends.of(*side).aws.tags().change(Some(there), &before, &own);
        if planned.name.is_null() {
            change.set.remove(NAME);
            change.remove.extend(there.contains_key(NAME).then(|| NAME.to_owned()));
        }
        // An interrupted creation may have left the accepter's side without the marks.
        let missing = marks.iter().filter(|(key, _)| !there.contains_key(*key));
        change.set.extend(missing.map(|(key, value)| (key.clone(), value.clone())));
        (*side, change)
    });
    changes.filter(|(_, change)| !change.is_empty()).collect()
}

/// Notes what tags are now. In one region, both sides have the same.
fn note_tags(ends: &Ends<'_>, found: &mut Found, (side, change): (Side, &TagChange)) {
    let sides = match ends.objects() {
        [_] => &Side::BOTH[..],
        _ => &[side],
    };
    for side in sides {
        let tags = &mut found.end_mut(*side).tags;
        tags.extend(change.set.clone());
        tags.retain(|key, _| !change.remove.contains(key));
    }
}

//! Takes steps until a peering is as it is wanted.

use std::collections::BTreeSet;

use sparki_core::RemoteError;

use super::VpcPeeringModel;
use super::connection::{ACTIVE, activate, resolve};
use super::ends::Ends;
use super::found::{Found, Place};
use super::routes;
use super::side::Side;
use super::steps::{Step, Wanted, steps};

/// What it takes to take a step.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) ends: &'a Ends<'a>,
    /// What is being done: "failed to create the VPC peering".
    pub(super) doing: &'a str,
    pub(super) wanted: &'a Wanted,
    /// The VPCs, the requester's first.
    pub(super) pair: [&'a str; 2],
}

/// The VPCs of a peering, the requester's first.
pub(super) fn pair(peering: &VpcPeeringModel) -> [&str; 2] {
    Side::BOTH.map(|side| side.member(peering).map_or("", |member| member.vpc()))
}

impl Work<'_> {
    /// Takes the steps. `found` is kept up to date, so that it tells what there is when a step fails, and `taken` is told
    /// after each.
    pub(super) async fn carry_out(
        self,
        (found, own): (&mut Found, &BTreeSet<Place>),
        taken: impl Fn(&Found),
    ) -> Result<(), RemoteError> {
        for step in steps(self.wanted, found, own) {
            self.take(found, &step).await?;
            taken(found);
        }
        Ok(())
    }

    /// Refuses what would have to replace routes of somebody else's, before anything is made.
    pub(super) async fn check(self, found: &Found) -> Result<(), RemoteError> {
        for place in &self.wanted.routes {
            routes::check(self.ends, self.doing, (found, place), self.pair).await?;
        }
        Ok(())
    }

    /// Takes one step, and notes in `found` what it came to.
    pub(super) async fn take(self, found: &mut Found, step: &Step) -> Result<(), RemoteError> {
        let Self { ends, doing, pair, .. } = self;
        match step {
            Step::Activate => {
                activate(ends, doing, &found.id).await?;
                for side in Side::BOTH {
                    found.end_mut(side).status = ACTIVE.to_owned();
                }
            }
            Step::Resolve(side, dns) => {
                resolve(ends, doing, &found.id, (*side, *dns)).await?;
                found.end_mut(*side).dns = *dns;
            }
            Step::Add(place) => {
                routes::add(ends, doing, (found, place), pair).await?;
                found.add(place);
            }
            Step::Renew(place) => {
                routes::replace(ends.of(place.side), doing, (found, place)).await?;
                found.add(place);
            }
            Step::Remove(place) => {
                routes::remove(ends.of(place.side), doing, place).await?;
                found.remove(place);
            }
        }
        Ok(())
    }
}

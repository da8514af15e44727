//! An operation at both ends of a peering.

use sparki_aws::{Aws, Region};
use sparki_core::{Ctx, RemoteError};

use super::VpcPeeringModel;
use super::side::Side;
use crate::ec2::Session;

/// An operation at both ends, within the same time.
pub(super) struct Ends<'a> {
    requester: Session<'a>,
    accepter: Session<'a>,
}

/// Whether both sides are in one region, where the peering is a single object with one set of tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// They are.
    OneRegion,
    /// Each is in its own.
    TwoRegions,
}

impl<'a> Ends<'a> {
    /// Begins an operation in the regions of a peering, by default the provider's.
    pub(super) async fn begin(ctx: &'a Ctx<Aws>, peering: &VpcPeeringModel) -> Result<Self, RemoteError> {
        let mut regions = Vec::new();
        for side in Side::BOTH {
            let region = side.member(peering).and_then(|member| member.region.known());
            regions.push(match region {
                Some(region) => region.clone(),
                None => ctx.remote().default_region().await?,
            });
        }
        let [requester, accepter] =
            <[Region; 2]>::try_from(regions).expect("there is a region for each of two sides");
        Self::begin_in(ctx, requester, accepter).await
    }

    /// Begins an operation in these regions.
    pub(super) async fn begin_in(
        ctx: &'a Ctx<Aws>,
        requester: Region,
        accepter: Region,
    ) -> Result<Self, RemoteError> {
        let requester = Session::begin_in(ctx, requester).await?;
        let accepter = requester.with_in(accepter).await?;
        Ok(Self { requester, accepter })
    }

    /// The end of a side.
    pub(super) fn of(&self, side: Side) -> &Session<'a> {
        match side {
            Side::Requester => &self.requester,
            Side::Accepter => &self.accepter,
        }
    }

    /// Whether both are in one region.
    pub(super) fn reach(&self) -> Reach {
        if self.requester.region == self.accepter.region { Reach::OneRegion } else { Reach::TwoRegions }
    }

    /// The sides at which the peering is an object of its own.
    pub(super) fn objects(&self) -> &'static [Side] {
        match self.reach() {
            Reach::OneRegion => &[Side::Requester],
            Reach::TwoRegions => &Side::BOTH,
        }
    }
}

//! `sparki_cloudfront_distribution`: a distribution of CloudFront.

mod answer;
mod behavior;
mod config;
mod controls;
mod identity;
mod list;
mod look;
mod model;
mod origin;
mod origin_group;
mod plan;
mod remote;
mod signing;
mod tags;
#[cfg(test)]
mod tests;

pub use behavior::{Behavior, HttpMethod, OrderedBehavior, ViewerProtocolPolicy};
pub use identity::CloudfrontDistributionIdentity;
pub use list::CloudfrontDistributionFilter;
pub use model::{
    CloudfrontDistributionModel, ErrorResponse, GeoRestriction, GeoRestrictionType, HttpVersion, Logging,
    PriceClass,
};
pub use origin::{CustomOrigin, Origin, OriginProtocolPolicy};
pub use origin_group::OriginGroup;
pub use signing::RequestSigning;

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_cloudfront_distribution`.
#[derive(Clone, Copy, Debug)]
pub enum CloudfrontDistribution {}

impl Resource for CloudfrontDistribution {
    const TYPE_NAME: &'static str = "sparki_cloudfront_distribution";
    /// A change is everywhere in about 5 minutes, and now and then in much more. A removal needs two such waits.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(45, 10, 45, 90);
    type Model = CloudfrontDistributionModel;
    type Identity = CloudfrontDistributionIdentity;
}

/// What one operation on a distribution needs.
type Session<'a> = crate::operation::Session<'a, aws_sdk_cloudfront::Client>;

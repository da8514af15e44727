//! A product that ships parcels.

mod oddity;
mod parcel;
mod product;
mod remote;

pub(super) use parcel::Mishap;
pub(super) use product::Depot;
pub(super) use remote::Hall;

/// The well-behaved resource type, unless it is told to have a mishap.
pub(super) const PARCEL: &str = "depot_parcel";

/// The resource type whose results break the rules.
pub(super) const ODDITY: &str = "depot_oddity";

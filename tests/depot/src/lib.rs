//! A product that ships parcels.

#![expect(clippy::unwrap_used, reason = "a provider for tests may panic")]

mod oddity;
mod parcel;
mod product;
mod remote;

pub use parcel::Mishap;
pub use product::Depot;
pub use remote::Hall;

/// The well-behaved resource type, unless it is told to have a mishap.
pub const PARCEL: &str = "depot_parcel";

/// The resource type whose results break the rules.
pub const ODDITY: &str = "depot_oddity";

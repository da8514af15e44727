//! A product that ships parcels.

#![expect(clippy::unwrap_used, reason = "a provider for tests may panic")]

mod boxes;
mod functions;
mod key;
mod listing;
mod oddity;
mod parcel;
mod preflight;
mod product;
mod remote;
mod route;
mod ship;

pub use parcel::Mishap;
pub use product::Depot;
pub use remote::Hall;

/// The well-behaved resource type, unless it is told to have a mishap.
pub const PARCEL: &str = "depot_parcel";

/// The resource type whose results break the rules.
pub const ODDITY: &str = "depot_oddity";

/// What parcels were before: its stored form has changed twice.
pub const BOX: &str = "depot_box";

/// The ephemeral resource type.
pub const KEY: &str = "depot_key";

/// The action type.
pub const SHIP: &str = "depot_ship";

/// The resource type that is written with blocks.
pub const ROUTE: &str = "depot_route";

//! The two sides of a peering.

use std::collections::BTreeSet;
use std::fmt;

use sparki_core::Path;

use super::{PeeringMember, VpcPeeringModel};

/// A side of a peering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// The one that asks for it.
    Requester,
    /// The one that accepts it.
    Accepter,
}

impl Side {
    /// Both sides.
    pub(super) const BOTH: [Self; 2] = [Self::Requester, Self::Accepter];

    /// The other side.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Requester => Self::Accepter,
            Self::Accepter => Self::Requester,
        }
    }

    /// The name of the attribute.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Requester => "requester",
            Self::Accepter => "accepter",
        }
    }

    /// What the practitioner says about this side; nothing while it is not known.
    pub(super) fn member(self, peering: &VpcPeeringModel) -> Option<&PeeringMember> {
        match self {
            Self::Requester => peering.requester.known(),
            Self::Accepter => peering.accepter.known(),
        }
    }

    /// Where an attribute of this side is.
    pub(super) fn path(self, attribute: &str) -> Path {
        Path::attribute(self.as_str()).then(attribute)
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PeeringMember {
    /// The VPC; no text while it is not known.
    pub(super) fn vpc(&self) -> &str {
        self.vpc_id.known().map_or("", String::as_str)
    }

    /// The route tables; none while they are not known.
    pub(super) fn tables(&self) -> impl Iterator<Item = &String> {
        let tables: Option<&BTreeSet<String>> = self.route_table_ids.known();
        tables.into_iter().flatten()
    }
}

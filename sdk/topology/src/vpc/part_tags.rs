//! The tags by which the parts of a VPC are found again, and what they say.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;

use super::Access;
use crate::ec2::NAME;

/// The tag with the mark of the VPC that a part belongs to.
pub(super) const OWNER: &str = "sparki:owner";
/// The tag that says which part it is.
const PART: &str = "sparki:part";
/// The tag that says how a subnet reaches the internet.
const ACCESS: &str = "sparki:access";
/// Where Kubernetes puts load balancers for the internet, and internal ones.
const LOAD_BALANCERS: [(&str, Access); 2] =
    [("kubernetes.io/role/elb", Access::Public), ("kubernetes.io/role/internal-elb", Access::Private)];

/// A part of a VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The VPC itself.
    Vpc,
    /// The internet gateway.
    Gateway,
    /// The subnet of a tier in a zone.
    Subnet { tier: String, zone: String, access: Access },
    /// The NAT gateway of a zone, or its address.
    Nat(String),
    /// A route table.
    Table(TableKey),
    /// The endpoint of a service.
    Endpoint(String),
    /// The security group of the endpoints.
    EndpointGroup,
    /// The flow log.
    FlowLog,
}

/// Which subnets a route table is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TableKey {
    /// Those of all isolated tiers.
    Isolated,
    /// Those of all private tiers in a zone.
    Private(String),
    /// Those of all public tiers.
    Public,
}

/// The text does not say which part it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotAPart;

impl fmt::Display for TableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Isolated => f.write_str("isolated"),
            Self::Private(zone) => write!(f, "private/{zone}"),
            Self::Public => f.write_str("public"),
        }
    }
}

impl FromStr for TableKey {
    type Err = NotAPart;

    fn from_str(text: &str) -> Result<Self, NotAPart> {
        match text.split_once('/') {
            Some(("private", zone)) => Ok(Self::Private(zone.to_owned())),
            None if text == "isolated" => Ok(Self::Isolated),
            None if text == "public" => Ok(Self::Public),
            Some(_) | None => Err(NotAPart),
        }
    }
}

impl Part {
    /// The tags that this part has besides those of the VPC.
    pub(super) fn tags(&self, name: &str) -> BTreeMap<String, String> {
        let mut tags = BTreeMap::from([(PART.to_owned(), self.key()), (NAME.to_owned(), self.name(name))]);
        if let Self::Subnet { access, .. } = self {
            tags.insert(ACCESS.to_owned(), access.as_str().to_owned());
            let role = LOAD_BALANCERS.iter().find(|(_, role)| role == access);
            tags.extend(role.map(|(key, _)| ((*key).to_owned(), "1".to_owned())));
        }
        tags
    }

    /// The tags that it must not have, which it may have had before.
    pub(super) fn former_tags(&self) -> impl Iterator<Item = &'static str> + use<> {
        let own = if let Self::Subnet { access, .. } = self { Some(*access) } else { None };
        LOAD_BALANCERS
            .iter()
            .filter(move |(_, role)| own.is_some_and(|own| own != *role))
            .map(|(key, _)| *key)
    }

    /// Which part of the VPC with this mark an object with these tags is; none if it is none of it.
    pub(super) fn of(tags: &HashMap<String, String>, mark: &str) -> Option<Self> {
        let is_ours = tags.get(OWNER).is_some_and(|owner| owner == mark);
        let key = tags.get(PART).filter(|_| is_ours)?;
        match key.split_once('/') {
            None => match key.as_str() {
                "vpc" => Some(Self::Vpc),
                "internet-gateway" => Some(Self::Gateway),
                "endpoints" => Some(Self::EndpointGroup),
                "flow-log" => Some(Self::FlowLog),
                _ => None,
            },
            Some(("nat", zone)) => Some(Self::Nat(zone.to_owned())),
            Some(("routes", table)) => table.parse().ok().map(Self::Table),
            Some(("endpoint", service)) => Some(Self::Endpoint(service.to_owned())),
            Some(("subnet", place)) => {
                let (tier, zone) = place.split_once('/')?;
                let access = tags.get(ACCESS)?.parse().ok()?;
                Some(Self::Subnet { tier: tier.to_owned(), zone: zone.to_owned(), access })
            }
            Some(_) => None,
        }
    }

    /// The text of the tag that says which part it is.
    fn key(&self) -> String {
        match self {
            Self::Vpc => "vpc".into(),
            Self::Gateway => "internet-gateway".into(),
            Self::Subnet { tier, zone, .. } => format!("subnet/{tier}/{zone}"),
            Self::Nat(zone) => format!("nat/{zone}"),
            Self::Table(table) => format!("routes/{table}"),
            Self::Endpoint(service) => format!("endpoint/{service}"),
            Self::EndpointGroup => "endpoints".into(),
            Self::FlowLog => "flow-log".into(),
        }
    }

    /// What a person knows the part by.
    fn name(&self, vpc: &str) -> String {
        match self {
            Self::Vpc | Self::Gateway | Self::FlowLog => vpc.to_owned(),
            Self::Subnet { tier, zone, .. } => format!("{vpc}-{tier}-{zone}"),
            Self::Nat(zone) => format!("{vpc}-{zone}"),
            Self::Table(table) => format!("{vpc}-{table}").replace('/', "-"),
            Self::Endpoint(service) => format!("{vpc}-{service}"),
            Self::EndpointGroup => format!("{vpc}-endpoints"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_known_again_by_its_tags() {
        let zone = || "us-east-1a".to_owned();
        let parts = [
            Part::Vpc,
            Part::Gateway,
            Part::Subnet { tier: "web".into(), zone: zone(), access: Access::Isolated },
            Part::Nat(zone()),
            Part::Table(TableKey::Public),
            Part::Table(TableKey::Private(zone())),
            Part::Table(TableKey::Isolated),
            Part::Endpoint("ecr.api".into()),
            Part::EndpointGroup,
            Part::FlowLog,
        ];
        for part in parts {
            let mut tags: HashMap<_, _> = part.tags("main").into_iter().collect();
            assert_eq!(Part::of(&tags, "m-1"), None);
            tags.insert(OWNER.into(), "m-1".into());
            assert_eq!(Part::of(&tags, "m-1"), Some(part));
            assert_eq!(Part::of(&tags, "m-2"), None);
        }
    }

    #[test]
    fn subnets_tell_kubernetes_where_load_balancers_go() {
        let of = |access| Part::Subnet { tier: "web".into(), zone: "us-east-1a".into(), access };
        let has = |access, key: &str| of(access).tags("main").contains_key(key);
        assert!(has(Access::Public, "kubernetes.io/role/elb"));
        assert!(has(Access::Private, "kubernetes.io/role/internal-elb"));
        assert!(!has(Access::Isolated, "kubernetes.io/role/internal-elb"));
        let former: Vec<_> = of(Access::Public).former_tags().collect();
        assert_eq!(former, ["kubernetes.io/role/internal-elb"]);
    }
}

//! List prices of AWS.
//!
//! Prices are on demand, in USD, without taxes, discounts and free tiers. The page that is named with each is where AWS shows
//! it; the figures were taken between June and October 2026 from public copies of AWS's price list, two for each, which
//! agreed. A price of which no two agreed is left out. They are for warnings, not for bills.

/// Hours of a month, as AWS's own calculator has it.
const HOURS: f64 = 730.0;

/// Something that AWS sells.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Product {
    /// The control plane of an EKS cluster whose version is in standard support.
    Cluster,
    /// The same where its version is in extended support.
    ClusterInExtendedSupport,
    /// A machine of EC2 with Linux: `t3.large`.
    Machine(String),
    /// A spot machine, whose price changes by the hour: `spot t3.large`.
    SpotMachine(String),
    /// A NAT gateway, what passes through it left aside.
    NatGateway,
    /// A public IPv4 address that is in use.
    PublicAddress,
    /// An interface endpoint in one availability zone, what passes through it left aside.
    Endpoint,
    /// A load balancer for HTTP, its capacity units left aside.
    ApplicationLoadBalancer,
    /// A load balancer for connections, its capacity units left aside.
    NetworkLoadBalancer,
    /// A machine of RDS for PostgreSQL in one availability zone: `db.r6i.2xlarge`.
    Database(String),
    /// A GiB of storage `gp3` of RDS in one availability zone.
    DatabaseStorage,
    /// Something whose price is not here: `GiB of io2`.
    Other(String),
    /// A node of ElastiCache for Redis OSS: `cache.r6g.xlarge`.
    RedisNode(String),
    /// A node of ElastiCache for Valkey.
    ValkeyNode(String),
    /// A key of KMS in one region, its first version.
    Key,
}

/// What a product costs in a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Month(pub(crate) f64);

/// A kind of machine and its price.
type Machine = (&'static str, f64);

/// <https://aws.amazon.com/ec2/pricing/on-demand/>, us-east-1, Linux, October 2026.
const MACHINES_US_EAST_1: [Machine; 8] = [
    ("t3.medium", 0.0416),
    ("t3.large", 0.0832),
    ("t3.xlarge", 0.1664),
    ("t3.2xlarge", 0.3328),
    ("m5.large", 0.096),
    ("m5.xlarge", 0.192),
    ("m5.2xlarge", 0.384),
    ("r5.large", 0.126),
];

/// The same for eu-west-1.
const MACHINES_EU_WEST_1: [Machine; 2] = [("t3.large", 0.0912), ("t3.xlarge", 0.1824)];

/// <https://aws.amazon.com/rds/postgresql/pricing/>, us-east-1, Single-AZ, June 2026. Multi-AZ is twice that.
const DATABASES_US_EAST_1: [Machine; 6] = [
    ("db.r6g.large", 0.225),
    ("db.r6g.xlarge", 0.45),
    ("db.r6g.2xlarge", 0.899),
    ("db.r6i.large", 0.25),
    ("db.r6i.xlarge", 0.5),
    ("db.r6i.2xlarge", 1.0),
];

/// <https://aws.amazon.com/elasticache/pricing/>, us-east-1, Redis OSS, as the AWS Price List had it on 2026-10-02.
const REDIS_NODES_US_EAST_1: [Machine; 11] = [
    ("cache.t4g.micro", 0.016),
    ("cache.t4g.small", 0.032),
    ("cache.t4g.medium", 0.065),
    ("cache.r6g.large", 0.206),
    ("cache.r6g.xlarge", 0.411),
    ("cache.r6g.2xlarge", 0.821),
    ("cache.r6g.4xlarge", 1.642),
    ("cache.r7g.large", 0.219),
    ("cache.r7g.xlarge", 0.437),
    ("cache.r7g.2xlarge", 0.873),
    ("cache.r7g.4xlarge", 1.745),
];

/// The same for Valkey.
const VALKEY_NODES_US_EAST_1: [Machine; 4] = [
    ("cache.r6g.large", 0.1648),
    ("cache.r6g.xlarge", 0.3288),
    ("cache.r6g.2xlarge", 0.6568),
    ("cache.r6g.4xlarge", 1.3136),
];

impl Product {
    /// What it costs in a region; none if that is not known here.
    pub(crate) fn price(&self, region: &str) -> Option<Month> {
        self.price_everywhere().or_else(|| match region {
            "us-east-1" => self.price_in_us_east_1(),
            "eu-west-1" => self.price_in_eu_west_1(),
            _ => None,
        })
    }

    /// What costs the same in every region.
    fn price_everywhere(&self) -> Option<Month> {
        match self {
            // <https://aws.amazon.com/kms/pricing/>, March 2026.
            Self::Key => Some(Month(1.0)),
            // <https://aws.amazon.com/vpc/pricing/>, June 2026; since February 2024.
            Self::PublicAddress => Some(hourly(0.005)),
            Self::Cluster
            | Self::ClusterInExtendedSupport
            | Self::Machine(_)
            | Self::SpotMachine(_)
            | Self::NatGateway
            | Self::Endpoint
            | Self::ApplicationLoadBalancer
            | Self::NetworkLoadBalancer
            | Self::Database(_)
            | Self::DatabaseStorage
            | Self::Other(_)
            | Self::RedisNode(_)
            | Self::ValkeyNode(_) => None,
        }
    }

    fn price_in_us_east_1(&self) -> Option<Month> {
        match self {
            // <https://aws.amazon.com/eks/pricing/>, March 2026.
            Self::Cluster => Some(hourly(0.10)),
            Self::ClusterInExtendedSupport => Some(hourly(0.60)),
            Self::Machine(name) => among(&MACHINES_US_EAST_1, name),
            // <https://aws.amazon.com/vpc/pricing/>, August 2026.
            Self::NatGateway => Some(hourly(0.045)),
            // <https://aws.amazon.com/privatelink/pricing/>, August 2026.
            Self::Endpoint => Some(hourly(0.01)),
            // <https://aws.amazon.com/elasticloadbalancing/pricing/>, August 2026.
            Self::ApplicationLoadBalancer | Self::NetworkLoadBalancer => Some(hourly(0.0225)),
            Self::Database(class) => among(&DATABASES_US_EAST_1, class),
            // <https://aws.amazon.com/rds/postgresql/pricing/>, June 2026.
            Self::DatabaseStorage => Some(Month(0.115)),
            Self::RedisNode(name) => among(&REDIS_NODES_US_EAST_1, name),
            Self::ValkeyNode(name) => among(&VALKEY_NODES_US_EAST_1, name),
            Self::Key | Self::PublicAddress | Self::SpotMachine(_) | Self::Other(_) => None,
        }
    }

    fn price_in_eu_west_1(&self) -> Option<Month> {
        match self {
            Self::Machine(name) => among(&MACHINES_EU_WEST_1, name),
            // <https://aws.amazon.com/vpc/pricing/>, 2026.
            Self::NatGateway => Some(hourly(0.048)),
            Self::Key
            | Self::Cluster
            | Self::ClusterInExtendedSupport
            | Self::PublicAddress
            | Self::SpotMachine(_)
            | Self::Other(_)
            | Self::Endpoint
            | Self::ApplicationLoadBalancer
            | Self::NetworkLoadBalancer
            | Self::Database(_)
            | Self::DatabaseStorage
            | Self::RedisNode(_)
            | Self::ValkeyNode(_) => None,
        }
    }

    /// What it is called in a message.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Cluster => "EKS cluster",
            Self::ClusterInExtendedSupport => "EKS cluster in extended support",
            Self::Machine(name)
            | Self::SpotMachine(name)
            | Self::Database(name)
            | Self::Other(name)
            | Self::RedisNode(name)
            | Self::ValkeyNode(name) => name,
            Self::NatGateway => "NAT gateway",
            Self::PublicAddress => "public IPv4 address",
            Self::Endpoint => "interface endpoint in a zone",
            Self::ApplicationLoadBalancer => "application load balancer",
            Self::NetworkLoadBalancer => "network load balancer",
            Self::DatabaseStorage => "GiB of storage",
            Self::Key => "KMS key in a region",
        }
    }
}

fn hourly(price: f64) -> Month {
    Month(price * HOURS)
}

fn among(machines: &[Machine], name: &str) -> Option<Month> {
    machines.iter().find(|(known, _)| *known == name).map(|(_, price)| hourly(*price))
}

//! The quotas that plans are held against.

/// The most that an account may have of something in a region.
#[derive(Debug)]
pub(crate) struct Quota {
    /// The service, as Service Quotas calls it.
    pub(crate) service: &'static str,
    pub(crate) key: Key,
    /// What there may be so many of: `VPCs`.
    pub(crate) what: &'static str,
}

/// How a quota is found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key {
    /// By its code, which is the same in every region and account.
    Code(&'static str),
    /// By its name, whatever its letters' case.
    Name(&'static str),
}

// Codes and names are those of "Known limits and service quotas" in AWS's best practices for EKS
// (<https://docs.aws.amazon.com/eks/latest/best-practices/known_limits_and_service_quotas.html>) and of the tables of
// service quotas in the AWS General Reference, held against lists that accounts got from `ListAWSDefaultServiceQuotas`.

/// vCPUs of running machines of the families A, C, D, H, I, M, R, T and Z that are not spot machines.
pub(crate) const STANDARD_VCPUS: Quota =
    Quota { service: "ec2", key: Key::Code("L-1216C47A"), what: "vCPUs of standard on-demand machines" };
/// Elastic addresses.
pub(crate) const ELASTIC_ADDRESSES: Quota =
    Quota { service: "ec2", key: Key::Code("L-0263D0A3"), what: "elastic addresses" };
/// NAT gateways in one availability zone.
pub(crate) const NAT_GATEWAYS: Quota =
    Quota { service: "vpc", key: Key::Code("L-FE5A380F"), what: "NAT gateways" };
/// VPCs.
pub(crate) const VPCS: Quota = Quota { service: "vpc", key: Key::Code("L-F678F1CE"), what: "VPCs" };
/// EKS clusters.
pub(crate) const CLUSTERS: Quota =
    Quota { service: "eks", key: Key::Code("L-1194D53C"), what: "EKS clusters" };
/// Managed node groups of one EKS cluster.
pub(crate) const NODE_GROUPS: Quota =
    Quota { service: "eks", key: Key::Code("L-6D54EA21"), what: "node groups" };
/// Instances of RDS.
pub(crate) const DB_INSTANCES: Quota =
    Quota { service: "rds", key: Key::Code("L-7B6409FD"), what: "database instances" };
/// Nodes of all clusters of ElastiCache. No page of AWS names the code.
pub(crate) const CACHE_NODES: Quota =
    Quota { service: "elasticache", key: Key::Name("Nodes per Region"), what: "ElastiCache nodes" };

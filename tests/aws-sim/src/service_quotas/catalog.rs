//! The quotas that there are: some of AWS's.

/// What AWS says of one quota.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) service: &'static str,
    pub(super) service_name: &'static str,
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    /// What every account may have.
    pub(super) default: f64,
    /// What this one may have; none where AWS knows of the default alone.
    pub(super) applied: Option<f64>,
}

const EC2: &str = "Amazon Elastic Compute Cloud (Amazon EC2)";
const EKS: &str = "Amazon Elastic Kubernetes Service (Amazon EKS)";
const ELASTICACHE: &str = "Amazon ElastiCache";
const RDS: &str = "Amazon Relational Database Service (Amazon RDS)";
const VPC: &str = "Amazon Virtual Private Cloud (Amazon VPC)";

/// Codes, names and defaults as Service Quotas lists them, in the order of services and codes. A new account may have 5
/// vCPUs; this one is used to more. The code of ElastiCache's is made up, so that nobody relies on it.
pub(super) const ALL: [Entry; 9] = [
    entry((EC2, "ec2"), ("L-0263D0A3", "EC2-VPC Elastic IPs"), (5.0, Some(5.0))),
    entry(
        (EC2, "ec2"),
        ("L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"),
        (5.0, Some(1152.0)),
    ),
    entry((EKS, "eks"), ("L-1194D53C", "Clusters"), (100.0, None)),
    entry((EKS, "eks"), ("L-6D54EA21", "Managed node groups per cluster"), (30.0, None)),
    entry((ELASTICACHE, "elasticache"), ("L-00000001", "Nodes per Region"), (300.0, Some(300.0))),
    entry((ELASTICACHE, "elasticache"), ("L-00000002", "Parameter groups per Region"), (150.0, None)),
    entry((RDS, "rds"), ("L-7B6409FD", "DB instances"), (40.0, Some(40.0))),
    entry((VPC, "vpc"), ("L-F678F1CE", "VPCs per Region"), (5.0, Some(5.0))),
    entry((VPC, "vpc"), ("L-FE5A380F", "NAT gateways per Availability Zone"), (5.0, None)),
];

const fn entry(
    (service_name, service): (&'static str, &'static str),
    (code, name): (&'static str, &'static str),
    (default, applied): (f64, Option<f64>),
) -> Entry {
    Entry { service, service_name, code, name, default, applied }
}

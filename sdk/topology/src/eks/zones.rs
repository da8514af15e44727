//! Availability zones.

/// Zones in which EKS puts no control plane, by their ids, which are the same in every account:
/// <https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html>
pub(crate) const WITHOUT_CONTROL_PLANE: [&str; 3] = ["use1-az3", "usw1-az2", "cac1-az3"];

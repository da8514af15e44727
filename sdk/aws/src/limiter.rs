//! One adaptive rate limit per service and region.

use std::num::NonZeroU32;

use aws_sdk_eks::config::retry::RetryPartition;
use aws_smithy_types::retry::RetryConfig;

use crate::{Region, Service};

/// How often a request is sent where nobody says. A throttled request waits for up to 20 s between attempts, so this
/// outlasts the bursts of a large apply, and stays well below any operation's time limit.
const ATTEMPTS: u32 = 8;

/// Retries of a client. The limit adapts: a throttled answer slows every request of the partition down, good ones speed
/// them up again.
pub(crate) fn retries(max_attempts: Option<NonZeroU32>) -> RetryConfig {
    RetryConfig::adaptive().with_max_attempts(max_attempts.map_or(ATTEMPTS, NonZeroU32::get))
}

/// Retries of a request that makes another object each time it is sent: none, so that a lost answer is noticed. It counts
/// for the pace that all requests share, as every other one.
#[must_use]
pub fn without_retries() -> RetryConfig {
    RetryConfig::adaptive().with_max_attempts(1)
}

/// The requests that share a rate limit and a retry quota, in the whole process: AWS counts requests per account,
/// region and service, so clients for the same region must not each try for themselves.
pub(crate) fn partition(service: Service, region: &Region) -> RetryPartition {
    RetryPartition::new(format!("{service}/{region}"))
}

/// The same for a service that has one endpoint for all regions.
pub(crate) fn global_partition(service: Service) -> RetryPartition {
    RetryPartition::new(service.as_str())
}

//! Requests that are sent once.

use aws_sdk_ec2::config::Builder;
use sparki_aws::without_retries;

/// The settings of a request that is sent once, so that a lost answer is noticed and not repeated blindly.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(without_retries())
}

//! What can be asked for.

use super::quota;
use crate::calls::Behaviour;

/// What an operation does, if it is played here.
pub(crate) fn behaviour(operation: &str) -> Option<Behaviour> {
    Some(match operation {
        "GetServiceQuota" => quota::applied,
        "GetAWSDefaultServiceQuota" => quota::default,
        "ListServiceQuotas" => quota::list_applied,
        "ListAWSDefaultServiceQuotas" => quota::list_defaults,
        _ => return None,
    })
}

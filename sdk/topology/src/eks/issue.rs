//! AWS's reasons for what it could not do.

use aws_sdk_eks::types::{AddonIssue, ClusterIssue, ErrorDetail, Issue as NodeGroupIssue};

/// One of AWS's reasons: what it is about, why, and which things are concerned.
pub(crate) struct Issue<'a> {
    code: &'a str,
    message: &'a str,
    resource_ids: &'a [String],
}

impl<'a> From<&'a ClusterIssue> for Issue<'a> {
    fn from(issue: &'a ClusterIssue) -> Self {
        Self {
            code: issue.code().map_or("Unknown", |code| code.as_str()),
            message: issue.message().unwrap_or_default(),
            resource_ids: issue.resource_ids(),
        }
    }
}

impl<'a> From<&'a NodeGroupIssue> for Issue<'a> {
    fn from(issue: &'a NodeGroupIssue) -> Self {
        Self {
            code: issue.code().map_or("Unknown", |code| code.as_str()),
            message: issue.message().unwrap_or_default(),
            resource_ids: issue.resource_ids(),
        }
    }
}

impl<'a> From<&'a AddonIssue> for Issue<'a> {
    fn from(issue: &'a AddonIssue) -> Self {
        Self {
            code: issue.code().map_or("Unknown", |code| code.as_str()),
            message: issue.message().unwrap_or_default(),
            resource_ids: issue.resource_ids(),
        }
    }
}

impl<'a> From<&'a ErrorDetail> for Issue<'a> {
    fn from(error: &'a ErrorDetail) -> Self {
        Self {
            code: error.error_code().map_or("Unknown", |code| code.as_str()),
            message: error.error_message().unwrap_or_default(),
            resource_ids: error.resource_ids(),
        }
    }
}

/// Full sentences: that the object has a status, and what AWS says about it.
pub(crate) fn told<'a>(what: &str, issues: impl IntoIterator<Item = impl Into<Issue<'a>>>) -> String {
    let reasons: Vec<_> = issues
        .into_iter()
        .map(|issue| {
            let Issue { code, message, resource_ids } = issue.into();
            let about = match resource_ids {
                [] => String::new(),
                ids => format!(" ({})", ids.join(", ")),
            };
            let text = format!("{code}: {}", message.trim().trim_end_matches('.'));
            format!("{}{about}.", text.trim_end_matches([' ', ':']))
        })
        .collect();
    if reasons.is_empty() {
        format!("{what}, and AWS gives no reason.")
    } else {
        format!("{what}. AWS's reason: {}", reasons.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_eks::types::ClusterIssueCode;

    use super::*;

    #[test]
    fn every_reason_is_told_with_what_it_concerns() {
        let issue = ClusterIssue::builder()
            .code(ClusterIssueCode::from("Ec2SubnetNotFound"))
            .message("The subnet does not exist.")
            .resource_ids("subnet-1")
            .build();
        assert_eq!(
            told("The cluster is FAILED", [&issue]),
            "The cluster is FAILED. AWS's reason: Ec2SubnetNotFound: The subnet does not exist (subnet-1)."
        );
        assert_eq!(
            told("The cluster is FAILED", [] as [&ClusterIssue; 0]),
            "The cluster is FAILED, and AWS gives no reason."
        );
    }
}

//! The rules that EC2 gives a security group when it makes it.

use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, UserIdGroupPair};
use sparki_aws::{AwsError, Consistency};
use sparki_core::RemoteError;

use super::Session;

/// What EC2 says about a rule that there is not. The group may be unknown as well, which passes.
const NO_RULE: &str = "InvalidPermission.NotFound";
/// What it says instead about a rule for IPv6, where the VPC has no addresses of that kind.
const NO_IPV6: (&str, &str) = ("InvalidParameterValue", "remote-ipv6-range");

/// Removes the rules by which a group that was just made lets everything out. They are told by what they let through, for
/// EC2 may not show them yet.
pub(crate) async fn close_exits(session: &Session<'_>, doing: &str, group: &str) -> Result<(), RemoteError> {
    let ipv4 = IpRange::builder().cidr_ip("0.0.0.0/0").build();
    let ipv6 = Ipv6Range::builder().cidr_ipv6("::/0").build();
    let all = || IpPermission::builder().ip_protocol("-1");
    for permission in [all().ip_ranges(ipv4).build(), all().ipv6_ranges(ipv6).build()] {
        let send = || async {
            let request = session.client.revoke_security_group_egress().group_id(group);
            let sent = request.ip_permissions(permission.clone()).send().await;
            unless_gone(sent.map(|_| ()).map_err(AwsError::from))
        };
        session.change(Consistency::Propagation, doing, send).await?;
    }
    Ok(())
}

/// Removes the rule by which the members of the default group of a VPC that was just made reach each other.
pub(crate) async fn close_entries(
    session: &Session<'_>,
    doing: &str,
    group: &str,
) -> Result<(), RemoteError> {
    let members = UserIdGroupPair::builder().group_id(group).build();
    let permission = IpPermission::builder().ip_protocol("-1").user_id_group_pairs(members).build();
    let send = || async {
        let request = session.client.revoke_security_group_ingress().group_id(group);
        let sent = request.ip_permissions(permission.clone()).send().await;
        unless_gone(sent.map(|_| ()).map_err(AwsError::from))
    };
    session.change(Consistency::Propagation, doing, send).await
}

fn unless_gone(sent: Result<(), AwsError>) -> Result<(), AwsError> {
    let (code, text) = NO_IPV6;
    match sent {
        Err(error) if error.code() == Some(NO_RULE) => Ok(()),
        Err(error) if error.code() == Some(code) && error.message().contains(text) => Ok(()),
        sent => sent.map_err(AwsError::of_what_was_just_made),
    }
}

#[cfg(test)]
mod tests {
    use sparki_aws::Class;

    use super::*;

    #[test]
    fn a_group_that_is_not_known_yet_is_no_rule_that_is_gone() {
        let unknown = unless_gone(Err(AwsError::new(Class::NotFound, "There is no such group")));
        assert_eq!(unknown.unwrap_err().class(), Class::Propagating);
        let refused = unless_gone(Err(AwsError::new(Class::AccessDenied, "no")));
        assert_eq!(refused.unwrap_err().class(), Class::AccessDenied);
        assert_eq!(unless_gone(Err(AwsError::told(NO_RULE, "There is no such rule"))), Ok(()));
    }

    #[test]
    fn a_group_without_ipv6_has_no_rule_for_it() {
        let check = |message| unless_gone(Err(AwsError::told("InvalidParameterValue", message)));
        assert_eq!(check("Invalid value '::/0' for remote-ipv6-range"), Ok(()));
        assert_eq!(check("Invalid value for protocol").unwrap_err().class(), Class::Invalid);
    }
}

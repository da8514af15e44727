//! What holds on to a part of a network.

use aws_sdk_ec2::types::{NetworkInterface, NetworkInterfaceStatus};
use sparki_aws::{AwsError, Class};

use super::{Session, filter};

/// How many network interfaces are named.
const NAMED: usize = 5;
/// How the descriptions of those begin that the VPC CNI of EKS makes for pods, and leaves behind when its node is gone.
const OF_PODS: &str = "aws-K8S-";

/// The network interfaces that hold on to something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holders<'a> {
    /// What the interfaces are in: `subnet-id`, `group-id` or `vpc-id`.
    pub(crate) filter: &'static str,
    pub(crate) id: &'a str,
}

impl Holders<'_> {
    /// What holds on, for a person who has to do something about it.
    pub(crate) async fn told(&self, session: &Session<'_>, refusal: &AwsError) -> Result<String, AwsError> {
        let found = self.interfaces(session).await?;
        let refusal = refusal.message().trim_end_matches('.');
        if found.is_empty() {
            return Ok(format!("in use ({refusal})"));
        }
        let named: Vec<_> = found.iter().take(NAMED).map(describe).collect();
        let more = found.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Ok(format!("in use by {}{more} ({refusal})", named.join(", ")))
    }

    /// Removes the interfaces that pods have left behind, which nothing else removes. Those that cannot be removed at the
    /// moment are told with the others.
    pub(crate) async fn tidy(&self, session: &Session<'_>) -> Result<(), AwsError> {
        let is_left = |it: &NetworkInterface| {
            it.status() == Some(&NetworkInterfaceStatus::Available)
                && it.description().is_some_and(|text| text.starts_with(OF_PODS))
        };
        for interface in self.interfaces(session).await?.iter().filter(|it| is_left(it)) {
            let id = interface.network_interface_id().unwrap_or_default();
            let sent = session.client.delete_network_interface().network_interface_id(id).send().await;
            match sent.map_err(AwsError::from) {
                Ok(_) => {}
                Err(error) if error.is_not_found() => {}
                Err(error) if passes(&error) => {
                    tracing::debug!(%error, id, "could not remove a network interface");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn interfaces(&self, session: &Session<'_>) -> Result<Vec<NetworkInterface>, AwsError> {
        let request = session.client.describe_network_interfaces().filters(filter(self.filter, self.id));
        let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        found.map_err(AwsError::from)
    }
}

/// Whether an interface that could not be removed may well be removed later. One that is attached again by now is in use,
/// which EC2 tells under several names.
fn passes(error: &AwsError) -> bool {
    let is_used = error.class() == Class::Invalid && error.message().contains("in use");
    error.class() == Class::Conflict || error.is_transient() || is_used
}

/// One interface: its id, and what it belongs to.
fn describe(interface: &NetworkInterface) -> String {
    let id = interface.network_interface_id().unwrap_or("a network interface");
    let instance = interface.attachment().and_then(|attachment| attachment.instance_id());
    let description = interface.description().filter(|text| !text.is_empty());
    match (instance, description) {
        (Some(instance), _) => format!("{id} of {instance}"),
        (None, Some(description)) => format!("{id} ({description})"),
        (None, None) => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::NetworkInterfaceAttachment;

    use super::*;

    #[test]
    fn only_what_passes_is_looked_past() {
        let check = |code, message| passes(&AwsError::told(code, message));
        assert!(check("InvalidNetworkInterface.InUse", "no") && check("RequestLimitExceeded", "later"));
        assert!(check("InvalidParameterValue", "Network interface 'eni-1' is currently in use."));
        assert!(!check("InvalidParameterValue", "no") && !check("UnauthorizedOperation", "in use"));
    }

    #[test]
    fn an_interface_is_told_with_what_it_belongs_to() {
        let interface = || NetworkInterface::builder().network_interface_id("eni-1");
        assert_eq!(describe(&interface().build()), "eni-1");
        assert_eq!(describe(&interface().description("ELB app/web/1").build()), "eni-1 (ELB app/web/1)");
        let attachment = NetworkInterfaceAttachment::builder().instance_id("i-1").build();
        assert_eq!(describe(&interface().attachment(attachment).build()), "eni-1 of i-1");
    }
}

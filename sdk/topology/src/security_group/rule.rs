//! The definition of a rule.

use std::net::Ipv6Addr;

use sparki_core::{Dynamic, Value};
use sparki_derive::{Choice, Model};

use crate::ec2::is_cidr;

/// Protocols with names, which AWS answers by them.
const NAMED: [(u32, &str); 4] = [(1, "icmp"), (6, "tcp"), (17, "udp"), (58, "icmpv6")];

/// Which traffic a security group lets through.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(exactly_one_of(cidr_ipv4, cidr_ipv6, prefix_list_id, security_group_id, self_referencing))]
pub struct Rule {
    /// Whether traffic towards the machines (`ingress`) or from them (`egress`) is meant.
    #[attr(required)]
    pub direction: Value<Direction>,
    /// Protocol: `tcp`, `udp`, `icmp`, `icmpv6`, the number of another one, 0 to 255, or `all`.
    #[attr(
        optional,
        default = "tcp",
        validate(
            pattern(
                "^(tcp|udp|icmp|icmpv6|all|[0-9]{1,3})$",
                "be tcp, udp, icmp, icmpv6, all, or the number of a protocol"
            ),
            custom(is_protocol)
        )
    )]
    pub protocol: Value<String>,
    /// First port of `tcp` and `udp`, which need it; type of message of `icmp` and `icmpv6`, all if it is not set.
    #[attr(optional, validate(range(0..=65535)))]
    pub from_port: Value<i32>,
    /// Last port of `tcp` and `udp`, which need it; code of `icmp` and `icmpv6`, all if it is not set.
    #[attr(optional, validate(range(0..=65535)))]
    pub to_port: Value<i32>,
    /// IPv4 addresses at the other end, such as `10.0.0.0/16`.
    #[attr(optional, validate(custom(is_cidr)))]
    pub cidr_ipv4: Value<String>,
    /// IPv6 addresses at the other end, such as `2001:db8::/32`.
    #[attr(optional, validate(custom(is_cidr_ipv6)))]
    pub cidr_ipv6: Value<String>,
    /// Id of a prefix list with the addresses at the other end.
    #[attr(optional, validate(pattern("^pl-", "be the id of a prefix list")))]
    pub prefix_list_id: Value<String>,
    /// Id of the security group of the machines at the other end.
    #[attr(optional, validate(pattern("^sg-", "be the id of a security group")))]
    pub security_group_id: Value<String>,
    /// Set it to true for machines of the group itself at the other end.
    #[attr(optional, validate(custom(is_true)))]
    pub self_referencing: Value<bool>,
    /// What the rule is for.
    #[attr(
        optional,
        validate(
            len(1..=255),
            pattern(
                "^[a-zA-Z0-9. _:/()#,@\\[\\]+=&;{}!$*-]*$",
                "consist of letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*"
            )
        )
    )]
    pub description: Value<String>,
}

/// Where traffic goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum Direction {
    /// Towards the machines of the group.
    Ingress,
    /// From the machines of the group.
    Egress,
}

impl Rule {
    /// The same without its description: AWS takes no two rules for which this is the same.
    pub(super) fn permission(&self) -> Self {
        Self { description: Value::Null, ..self.clone() }
    }

    /// The same without ports and protocol: who is at the other end, and in which direction.
    pub(super) fn other_end(&self) -> Self {
        let Self {
            direction, cidr_ipv4, cidr_ipv6, prefix_list_id, security_group_id, self_referencing, ..
        } = self.clone();
        Self {
            direction,
            cidr_ipv4,
            cidr_ipv6,
            prefix_list_id,
            security_group_id,
            self_referencing,
            ..Self::blank()
        }
    }
}

/// Refuses numbers of no protocol, and forms other than that in which AWS answers it.
fn is_protocol(protocol: &Dynamic) -> Result<(), String> {
    let Some((text, number)) = protocol.as_str().and_then(|text| Some((text, text.parse::<u32>().ok()?)))
    else {
        return Ok(());
    };
    match NAMED.iter().find(|(named, _)| *named == number) {
        Some((_, name)) => Err(format!("must not be the number of {name}: use \"{name}\"")),
        None if number > 255 => Err("must not be above 255, the last number of a protocol".into()),
        None if number.to_string() != text => {
            Err(format!("must be the number without zeros in front: {number}"))
        }
        None => Ok(()),
    }
}

/// Refuses what is no range of IPv6 addresses in the form in which AWS answers it.
fn is_cidr_ipv6(text: &Dynamic) -> Result<(), String> {
    let is_range = |text: &str| {
        let (address, prefix) = text.split_once('/')?;
        let (parsed, prefix): (Ipv6Addr, u32) = (address.parse().ok()?, prefix.parse().ok()?);
        let rest = u128::MAX.checked_shr(prefix).unwrap_or(0);
        let is_first = u128::from(parsed) & rest == 0;
        (prefix <= 128 && is_first && format!("{parsed}/{prefix}") == text).then_some(())
    };
    match text.as_str().map(is_range) {
        Some(None) => {
            Err("must be a range of IPv6 addresses in its shortest form, such as \"2001:db8::/32\"".into())
        }
        Some(Some(())) | None => Ok(()),
    }
}

fn is_true(value: &Dynamic) -> Result<(), String> {
    if *value == Dynamic::Bool(false) { Err("must be true, or left out".into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protocol_has_one_form() {
        let check = |text: &str| is_protocol(&text.into());
        assert!(["tcp", "icmpv6", "all", "0", "50", "255"].iter().all(|text| check(text).is_ok()));
        assert_eq!(check("6"), Err("must not be the number of tcp: use \"tcp\"".to_owned()));
        assert!(["1", "17", "58", "06", "050", "256"].iter().all(|text| check(text).is_err()));
    }

    #[test]
    fn ranges_of_ipv6_addresses_have_one_form() {
        let check = |text: &str| is_cidr_ipv6(&text.into()).is_ok();
        assert!(check("2001:db8::/32") && check("::/0") && check("2001:db8::1/128"));
        for text in ["2001:DB8::/32", "2001:db8:0::/32", "2001:db8::1/32", "::/129", "10.0.0.0/8", "::"] {
            assert!(!check(text), "{text}");
        }
    }
}

//! Rules of `sparki_security_group`.

use std::collections::BTreeMap;

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, State, Value};

use super::{Rule, SecurityGroup, SecurityGroupModel};
use crate::ec2::NAME;
use crate::operation::{Further, Protected, inherit_tags};

impl Plan for SecurityGroup {
    fn validate(config: &Config<SecurityGroupModel>) -> Diagnostics {
        let rules = config.rules.known().into_iter().flatten();
        rules.filter_map(|(name, rule)| check_ports(name, rule)).collect()
    }

    fn plan(draft: &mut Draft<'_, SecurityGroupModel>) -> Diagnostics {
        inherit_tags(draft, Further { keys: &[NAME], count: 1 }, |it| (&it.tags, &mut it.tags_all));
        draft.planned().rules.known().and_then(check_repeated).into_iter().collect()
    }

    fn plan_destroy(prior: &State<SecurityGroupModel>) -> Diagnostics {
        Protected::check_plan(protection(prior))
    }
}

/// What the group is while it must not be removed.
pub(super) fn protection(group: &SecurityGroupModel) -> Option<Protected> {
    Protected::on_request("security group").by(&group.deletion_protection)
}

/// Ports belong to some protocols.
fn check_ports(name: &str, rule: &Rule) -> Option<Diagnostic> {
    let protocol = match &rule.protocol {
        Value::Known(protocol) => protocol.as_str(),
        Value::Null => "tcp",
        Value::Unknown(_) => return None,
    };
    let path = |attribute: &str| Path::attribute("rules").key(name).then(attribute);
    match protocol {
        "tcp" | "udp" => {
            let missing = [("from_port", &rule.from_port), ("to_port", &rule.to_port)];
            if let Some((attribute, _)) = missing.into_iter().find(|(_, port)| port.is_null()) {
                return Some(
                    Diagnostic::error(
                        "Rule without ports",
                        format!(
                            "The rule \"{name}\" is for {protocol} and has no \"{attribute}\". Set \"from_port\" and \
                             \"to_port\"; 0 and 65535 are all ports."
                        ),
                    )
                    .at(path(attribute)),
                );
            }
            let (from, to) = (rule.from_port.known()?, rule.to_port.known()?);
            (from > to).then(|| {
                Diagnostic::error(
                    "Ports in the wrong order",
                    format!(
                        "The rule \"{name}\" is for the ports {from} to {to}. Set \"to_port\" to the same or a larger one."
                    ),
                )
                .at(path("to_port"))
            })
        }
        "icmp" | "icmpv6" => (rule.from_port.is_null() && rule.to_port.is_set()).then(|| {
            Diagnostic::error(
                "Code without a type",
                format!(
                    "The rule \"{name}\" has a code of {protocol} in \"to_port\". Set the type of message in \
                     \"from_port\" as well."
                ),
            )
            .at(path("from_port"))
        }),
        _ => (rule.from_port.is_set() || rule.to_port.is_set()).then(|| {
            Diagnostic::error(
                "Ports of a protocol without ports",
                format!(
                    "The rule \"{name}\" is for the protocol {protocol}, for which ports mean nothing. Leave \"from_port\" \
                     and \"to_port\" out."
                ),
            )
            .at(path("from_port"))
        }),
    }
}

/// AWS takes no rule twice.
fn check_repeated(rules: &BTreeMap<String, Rule>) -> Option<Diagnostic> {
    let is_known = |rule: &Rule| sparki_core::Model::encode(rule).is_wholly_known();
    let rules: Vec<_> = rules.iter().filter(|(_, rule)| is_known(rule)).collect();
    let (index, (name, _)) = rules.iter().enumerate().find(|(index, (_, rule))| {
        rules[..*index].iter().any(|(_, other)| other.permission() == rule.permission())
    })?;
    let permission = rules[index].1.permission();
    let other = rules[..index].iter().find(|(_, other)| other.permission() == permission)?.0;
    Some(
        Diagnostic::error(
            "Same rule twice",
            format!(
                "The rules \"{other}\" and \"{name}\" let the same traffic through. Take one of them away."
            ),
        )
        .at(Path::attribute("rules").key(name.as_str())),
    )
}

//! The steps from the rules that a group has to those that are wanted. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::Rule;

/// A rule that a group has.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct There {
    /// AWS's id of it.
    pub(super) id: String,
    /// The name that Sparki has given it.
    pub(super) name: Option<String>,
    pub(super) rule: Rule,
}

impl There {
    /// The name under which it shows: AWS's id if it has none.
    pub(super) fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

/// Puts rules in the order of ids. A name is that of the first rule that has it; further ones show under AWS's ids.
pub(super) fn put_in_order(rules: &mut [There]) {
    rules.sort_by(|one, other| one.id.cmp(&other.id));
    let mut names = BTreeSet::new();
    for rule in rules {
        rule.name = rule.name.take().filter(|name| names.insert(name.clone()));
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum RuleStep<'a> {
    /// Removes a rule.
    Revoke(&'a There),
    /// Changes a rule in place.
    Modify(&'a There, &'a Rule),
    /// Gives a rule that is there another name.
    Name(&'a There, &'a str),
    /// Adds a rule.
    Authorize(&'a str, &'a Rule),
}

/// The steps, in order: what is to go goes first, for AWS takes no two rules that let the same through.
pub(super) fn steps<'a>(there: &'a [There], wanted: &'a BTreeMap<String, Rule>) -> Vec<RuleStep<'a>> {
    let mut matches: BTreeMap<&str, &There> = BTreeMap::new();
    let mut left: Vec<&There> = Vec::new();
    // Those that are as they should be, by name and otherwise.
    for is_named in [true, false] {
        for (name, rule) in
            wanted.iter().filter(|(name, _)| !matches.contains_key(name.as_str())).collect::<Vec<_>>()
        {
            let is_taken = |it: &There| matches.values().any(|taken| taken.id == it.id);
            let found = there.iter().find(|it| {
                it.rule.permission() == rule.permission()
                    && !is_taken(it)
                    && (it.shown() == name || !is_named)
            });
            if let Some(found) = found {
                matches.insert(name, found);
            }
        }
    }
    // Those that can become so.
    for (name, rule) in wanted {
        let is_taken = |it: &There| matches.values().any(|taken| taken.id == it.id);
        if matches.contains_key(name.as_str()) {
            continue;
        }
        let is_free = there.iter().all(|it| it.rule.permission() != rule.permission());
        let found = there.iter().find(|it| it.shown() == name && !is_taken(it));
        if let Some(found) = found.filter(|it| is_free && can_become(&it.rule, rule)) {
            matches.insert(name, found);
        }
    }
    left.extend(there.iter().filter(|it| matches.values().all(|taken| taken.id != it.id)));
    let gone = left.into_iter().map(RuleStep::Revoke);
    let changed = wanted.iter().filter_map(|(name, rule)| {
        let there = matches.get(name.as_str()).copied()?;
        (there.rule != *rule).then_some(RuleStep::Modify(there, rule))
    });
    let named = wanted.keys().filter_map(|name| {
        let there = matches.get(name.as_str()).copied()?;
        (there.shown() != name).then_some(RuleStep::Name(there, name))
    });
    let added = wanted.iter().filter(|(name, _)| !matches.contains_key(name.as_str()));
    let added = added.map(|(name, rule)| RuleStep::Authorize(name, rule));
    gone.chain(changed).chain(added).chain(named).collect()
}

/// Whether AWS can change one rule into the other: it keeps the direction, and the kind of the other end.
fn can_become(before: &Rule, after: &Rule) -> bool {
    let is_same_end = before.other_end() == after.other_end();
    let are_ranges = before.cidr_ipv4.is_set() && after.cidr_ipv4.is_set();
    before.direction == after.direction && (is_same_end || are_ranges)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::security_group::Direction;

    fn rule(port: i32, cidr: &str) -> Rule {
        Rule::new(Direction::Ingress).protocol("tcp").from_port(port).to_port(port).cidr_ipv4(cidr)
    }

    fn there(id: &str, name: Option<&str>, rule: Rule) -> There {
        There { id: id.into(), name: name.map(str::to_owned), rule }
    }

    /// One line for each step.
    fn check(there: &[There], wanted: &[(&str, Rule)]) -> Vec<String> {
        let wanted: BTreeMap<_, _> =
            wanted.iter().map(|(name, rule)| ((*name).to_owned(), rule.clone())).collect();
        let line = |step: &RuleStep<'_>| match step {
            RuleStep::Revoke(there) => format!("revoke {}", there.id),
            RuleStep::Modify(there, _) => format!("modify {}", there.id),
            RuleStep::Name(there, name) => format!("name {} {name}", there.id),
            RuleStep::Authorize(name, _) => format!("authorize {name}"),
        };
        steps(there, &wanted).iter().map(line).collect()
    }

    #[test]
    fn a_change_of_one_rule_changes_no_other() {
        let now = [
            there("sgr-1", Some("web"), rule(80, "10.0.0.0/8")),
            there("sgr-2", Some("tls"), rule(443, "10.0.0.0/8")),
        ];
        let wanted = [("web", rule(80, "10.0.0.0/8")), ("tls", rule(443, "10.0.0.0/8"))];
        assert_eq!(check(&now, &wanted), Vec::<String>::new());
        let wanted = [
            ("web", rule(8080, "10.1.0.0/16")),
            ("tls", rule(443, "10.0.0.0/8")),
            ("ssh", rule(22, "10.0.0.0/8")),
        ];
        assert_eq!(check(&now, &wanted), ["modify sgr-1", "authorize ssh"]);
        assert_eq!(check(&now, &[("tls", rule(443, "10.0.0.0/8"))]), ["revoke sgr-1"]);
    }

    #[test]
    fn rules_that_nobody_wants_go_and_those_that_are_wanted_get_their_names() {
        let now = [there("sgr-1", None, rule(80, "10.0.0.0/8")), there("sgr-2", None, rule(22, "0.0.0.0/0"))];
        assert_eq!(check(&now, &[("web", rule(80, "10.0.0.0/8"))]), ["revoke sgr-2", "name sgr-1 web"]);
        assert_eq!(check(&now, &[("sgr-2", rule(22, "0.0.0.0/0"))]), ["revoke sgr-1"]);
    }

    #[test]
    fn a_second_rule_of_a_name_shows_by_its_id_and_goes() {
        let mut now = [
            there("sgr-2", Some("web"), rule(22, "0.0.0.0/0")),
            there("sgr-1", Some("web"), rule(80, "10.0.0.0/8")),
        ];
        put_in_order(&mut now);
        assert_eq!(now.each_ref().map(There::shown), ["web", "sgr-2"]);
        assert_eq!(check(&now, &[("web", rule(80, "10.0.0.0/8"))]), ["revoke sgr-2"]);
        assert_eq!(check(&now, &[("web", rule(22, "0.0.0.0/0"))]), ["revoke sgr-1", "name sgr-2 web"]);
    }

    #[test]
    fn rules_can_change_names() {
        let now = [
            there("sgr-1", Some("a"), rule(80, "10.0.0.0/8")),
            there("sgr-2", Some("b"), rule(443, "10.0.0.0/8")),
        ];
        let wanted = [("a", rule(443, "10.0.0.0/8")), ("b", rule(80, "10.0.0.0/8"))];
        assert_eq!(check(&now, &wanted), ["name sgr-2 a", "name sgr-1 b"]);
    }

    #[test]
    fn another_kind_of_other_end_is_another_rule() {
        let now = [there("sgr-1", Some("web"), rule(80, "10.0.0.0/8"))];
        let of_group = Rule { cidr_ipv4: sparki_core::Value::Null, ..rule(80, "") }.security_group_id("sg-1");
        assert_eq!(check(&now, &[("web", of_group)]), ["revoke sgr-1", "authorize web"]);
        let described = rule(80, "10.0.0.0/8").description("The web");
        assert_eq!(check(&now, &[("web", described)]), ["modify sgr-1"]);
    }
}

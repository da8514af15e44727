//! What to do about the access entries of a cluster. Pure.

use std::collections::BTreeMap;

use aws_sdk_eks::types::AccessScope as WireScope;

use super::{AccessEntry, AccessScope, EntryType};

/// Access entries by the ARN of the principal.
pub(super) type Entries = BTreeMap<String, AccessEntry>;

/// One step from the entries that there are to those that are wanted.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step<'a> {
    /// Removes the entry of a principal.
    Remove(&'a str),
    /// Makes an entry, with its policies.
    Make(&'a str, &'a AccessEntry),
    /// Changes groups, name and policies of an entry.
    Change(&'a str, &'a AccessEntry),
}

/// The steps, in order: first what is to go, so that nobody has more than they should for longer than needed. The type
/// of an entry cannot be changed, and its name cannot be taken away, so another entry is made.
pub(super) fn steps<'a>(prior: &'a Entries, planned: &'a Entries) -> Vec<Step<'a>> {
    let kind = |entry: &AccessEntry| entry.r#type.known().copied().unwrap_or(EntryType::Standard);
    let is_kept = |principal: &str, before: &AccessEntry| {
        planned.get(principal).is_some_and(|after| {
            kind(after) == kind(before) && (before.username.is_null() || !after.username.is_null())
        })
    };
    let gone = prior.iter().filter(|(principal, before)| !is_kept(principal, before));
    let gone = gone.map(|(principal, _)| Step::Remove(principal));
    let there = planned.iter().filter_map(|(principal, after)| match prior.get(principal) {
        Some(before) if before == after => None,
        Some(before) if is_kept(principal, before) => Some(Step::Change(principal, after)),
        Some(_) | None => Some(Step::Make(principal, after)),
    });
    gone.chain(there).collect()
}

/// The policies to take away from a principal, and those to give it or to give it elsewhere.
pub(super) fn policy_steps<'a>(
    there: &'a BTreeMap<String, AccessScope>,
    wanted: &'a BTreeMap<String, AccessScope>,
) -> (Vec<&'a str>, Vec<(&'a str, &'a AccessScope)>) {
    let gone = there.keys().filter(|policy| !wanted.contains_key(*policy)).map(String::as_str);
    let given = wanted.iter().filter(|(policy, scope)| there.get(*policy) != Some(*scope));
    (gone.collect(), given.map(|(policy, scope)| (policy.as_str(), scope)).collect())
}

/// AWS's form of where a policy counts.
pub(super) fn wire_scope(scope: &AccessScope) -> WireScope {
    match scope.namespaces.known() {
        Some(namespaces) => WireScope::builder()
            .r#type("namespace".into())
            .set_namespaces(Some(namespaces.iter().cloned().collect()))
            .build(),
        None => WireScope::builder().r#type("cluster".into()).build(),
    }
}

/// Where a policy counts, as AWS answers it.
pub(super) fn scope(answer: Option<&WireScope>) -> AccessScope {
    let namespaces = answer.map(WireScope::namespaces).filter(|namespaces| !namespaces.is_empty());
    AccessScope { namespaces: namespaces.map(|namespaces| namespaces.iter().cloned().collect()).into() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const ANN: &str = "arn:aws:iam::123456789012:user/ann";
    const BOB: &str = "arn:aws:iam::123456789012:user/bob";
    const CAT: &str = "arn:aws:iam::123456789012:role/cat";

    fn standard() -> AccessEntry {
        AccessEntry::new().r#type(EntryType::Standard)
    }

    fn entries<const N: usize>(entries: [(&str, AccessEntry); N]) -> Entries {
        entries.map(|(principal, entry)| (principal.to_owned(), entry)).into()
    }

    #[test]
    fn what_is_to_go_goes_first_and_what_stays_is_left_alone() {
        let named = standard().username("bob");
        let prior = entries([(ANN, standard()), (BOB, standard()), (CAT, standard())]);
        let planned = entries([(BOB, named.clone()), (CAT, standard())]);
        assert_eq!(steps(&prior, &planned), [Step::Remove(ANN), Step::Change(BOB, &named)]);
        assert_eq!(steps(&prior, &prior), []);
    }

    #[test]
    fn an_entry_that_loses_its_name_is_another_entry() {
        let prior = entries([(BOB, standard().username("bob"))]);
        assert_eq!(
            steps(&prior, &entries([(BOB, standard())])),
            [Step::Remove(BOB), Step::Make(BOB, &standard())]
        );
        let other = standard().username("rob");
        assert_eq!(steps(&prior, &entries([(BOB, other.clone())])), [Step::Change(BOB, &other)]);
    }

    #[test]
    fn another_type_is_another_entry() {
        let machines = AccessEntry::new().r#type(EntryType::Ec2Linux);
        let (prior, planned) = (entries([(CAT, standard())]), entries([(CAT, machines.clone())]));
        assert_eq!(steps(&prior, &planned), [Step::Remove(CAT), Step::Make(CAT, &machines)]);
    }

    #[test]
    fn a_policy_is_given_again_where_it_counts_elsewhere() {
        let somewhere = AccessScope::new().namespaces(BTreeSet::from(["web".to_owned()]));
        let there = BTreeMap::from([("edit".to_owned(), AccessScope::new()), ("view".to_owned(), somewhere)]);
        let wanted = BTreeMap::from([
            ("admin".to_owned(), AccessScope::new()),
            ("view".to_owned(), AccessScope::new()),
        ]);
        let everywhere = AccessScope::new();
        assert_eq!(
            policy_steps(&there, &wanted),
            (vec!["edit"], vec![("admin", &everywhere), ("view", &everywhere)])
        );
    }

    #[test]
    fn a_scope_is_read_as_it_is_written() {
        for here in [AccessScope::new(), AccessScope::new().namespaces(BTreeSet::from(["web".to_owned()]))] {
            assert_eq!(scope(Some(&wire_scope(&here))), here);
        }
    }
}

//! What the updates of a scenario change in place, held against what the schema says that can be.

use std::collections::BTreeSet;

use acceptance::{Action, Plan, Scenario};
use serde_json::Value;
use sparki_core::{Attribute, Kind, Mode, Nesting, ObjectSchema, Replace};
use terraform_provider_sparki::Sparki;
use tfplugin_server::Product;

/// Checks that every attribute that can be updated in place is, or stands in the scenario's list with the reason why not.
pub(crate) fn expect_everything_changed(scenario: &Scenario, updates: &[Plan]) {
    let sparki = Sparki::new();
    let object = &sparki.registry().resources()[scenario.kind()].schema().object;
    let address = scenario.address();
    let mut left = changeable(object, "");
    for plan in updates.iter().filter(|plan| plan.action(address) == Action::Update) {
        let side = Side {
            before: plan.before(address, ""),
            after: plan.after(address, ""),
            unknown: plan.unknown(address, ""),
        };
        changes(object, "", side).iter().for_each(|path| {
            left.remove(path);
        });
    }
    let excused: BTreeSet<_> = scenario.unchanged().keys().cloned().collect();
    let missing: Vec<_> = left.difference(&excused).collect();
    assert!(missing.is_empty(), "no update changes {missing:?}, and \"unchanged\" does not say why");
    let idle: Vec<_> = excused.difference(&left).collect();
    assert!(idle.is_empty(), "{idle:?} cannot change, or does, and is in \"unchanged\"");
}

/// Whether an update may send an attribute, so that a scenario has to. A write-only one goes by its version.
fn is_sent(attribute: &Attribute) -> bool {
    let is_settled = matches!(attribute.replace, Replace::Always);
    attribute.mode != Mode::Computed && !attribute.local && !attribute.write_only && !is_settled
}

/// The attributes that can change in place: `endpoint.public`, `listeners.*.port`.
fn changeable(object: &ObjectSchema, at: &str) -> BTreeSet<String> {
    let of = |attribute: &Attribute| match &attribute.kind {
        Kind::Plain(_) => BTreeSet::from([path(at, attribute)]),
        Kind::Nested(_, inner) => changeable(inner, &path(at, attribute)),
    };
    object.attributes.iter().filter(|attribute| is_sent(attribute)).flat_map(of).collect()
}

fn path(at: &str, attribute: &Attribute) -> String {
    let elements = match attribute.kind {
        Kind::Plain(_) | Kind::Nested(Nesting::Single, _) => "",
        Kind::Nested(Nesting::List | Nesting::Set | Nesting::Map, _) => ".*",
    };
    let dot = if at.is_empty() { "" } else { "." };
    format!("{at}{dot}{}{elements}", attribute.name)
}

/// An object in a plan.
#[derive(Clone, Copy)]
struct Side<'a> {
    before: &'a Value,
    after: &'a Value,
    unknown: &'a Value,
}

impl<'a> Side<'a> {
    fn member(self, name: &str) -> Self {
        Self { before: &self.before[name], after: &self.after[name], unknown: &self.unknown[name] }
    }

    fn element(self, index: usize) -> Self {
        Self { before: &self.before[index], after: &self.after[index], unknown: &self.unknown[index] }
    }

    /// The elements that stay. One that comes or goes is not changed in place.
    fn kept(self) -> impl Iterator<Item = Self> {
        let names = self.before.as_object().into_iter().flat_map(|members| members.keys());
        names.map(move |name| self.member(name)).filter(|side| side.after.is_object())
    }
}

/// The attributes of an object that a plan changes.
fn changes(object: &ObjectSchema, at: &str, side: Side<'_>) -> BTreeSet<String> {
    let of = |attribute: &Attribute| {
        let (side, path) = (side.member(attribute.name), path(at, attribute));
        match &attribute.kind {
            Kind::Plain(_) => {
                // What only AWS may come to know afterwards, nobody has changed.
                let is_set = side.unknown == &Value::Bool(true) && attribute.mode != Mode::OptionalComputed;
                let is_changed = side.before != side.after && side.unknown != &Value::Bool(true);
                if is_set || is_changed { BTreeSet::from([path]) } else { BTreeSet::new() }
            }
            Kind::Nested(Nesting::Single, inner) => changes(inner, &path, side),
            Kind::Nested(Nesting::Map, inner) => {
                side.kept().flat_map(|element| changes(inner, &path, element)).collect()
            }
            // They are replaced as a whole.
            Kind::Nested(Nesting::List | Nesting::Set, inner) => {
                let count = |value: &Value| value.as_array().map_or(0, Vec::len);
                let most = count(side.before).max(count(side.after));
                (0..most).flat_map(|index| changes(inner, &path, side.element(index))).collect()
            }
        }
    };
    object.attributes.iter().flat_map(of).collect()
}

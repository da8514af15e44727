//! Puts values of one form of an object over another one, and compares them.

use crate::{Dynamic, Kind, ObjectSchema, Schema, Unset};

/// Copies the write-only values of `config` into `planned`, where planning left them out.
pub(super) fn restore_write_only(planned: &mut Dynamic, config: &Dynamic, schema: &ObjectSchema) {
    let Dynamic::Object(members) = planned else { return };
    for attribute in &schema.attributes {
        let configured = config.attribute(attribute.name);
        let Some(member) = members.get_mut(attribute.name) else { continue };
        if attribute.write_only {
            *member = configured.clone();
            continue;
        }
        let Kind::Nested(_, object) = &attribute.kind else { continue };
        match (member, configured) {
            (member @ Dynamic::Object(_), configured) => restore_write_only(member, configured, object),
            (Dynamic::List(planned), Dynamic::List(configured)) => {
                for (planned, configured) in planned.iter_mut().zip(configured) {
                    restore_write_only(planned, configured, object);
                }
            }
            (Dynamic::Map(planned), Dynamic::Map(configured)) => {
                for (key, planned) in planned {
                    restore_write_only(planned, configured.get(key).unwrap_or(&Dynamic::Null), object);
                }
            }
            // Sets cannot hold write-only attributes, which the schema test enforces.
            _ => {}
        }
    }
}

/// Whether an object has everything that was planned of it, as far as that is known.
pub(super) fn is_met(planned: &Dynamic, made: &Dynamic) -> bool {
    let mut wanted = planned.members().into_iter().flatten();
    wanted.all(|(name, value)| !value.is_wholly_known() || value == made.attribute(name))
}

/// What was planned for a new object, as the plan of a change of the one that was made: what a change leaves as it is, is known
/// now.
pub(super) fn carried(mut planned: Dynamic, made: &Dynamic, schema: &Schema) -> Dynamic {
    let is_kept = |unset: Unset, value: &Dynamic, planned: &Dynamic| match unset {
        Unset::Recompute => false,
        Unset::KeepState => true,
        Unset::KeepNonNullState => !value.is_null(),
        Unset::KeepUnless(names) => names.iter().all(|name| planned.attribute(name) == made.attribute(name)),
    };
    let attributes = schema.object.attributes.iter();
    let kept: Vec<_> = attributes
        .filter(|attribute| planned.attribute(attribute.name).is_unknown())
        .map(|attribute| (attribute, made.attribute(attribute.name)))
        .filter(|(attribute, value)| is_kept(attribute.unset, value, &planned))
        .map(|(attribute, value)| (attribute.name.to_owned(), value.clone()))
        .collect();
    if let Dynamic::Object(members) = &mut planned {
        members.extend(kept);
    }
    planned
}

/// Writes what a resource changed, and only that, into the plan: the typed view may hold less than the plan does, for a
/// list with one unknown element is unknown in it.
pub(super) fn write_back(planned: &mut Dynamic, before: &Dynamic, after: &Dynamic) {
    if before == after {
        return;
    }
    match (planned, before, after) {
        (Dynamic::Object(planned), Dynamic::Object(before), Dynamic::Object(after))
        | (Dynamic::Map(planned), Dynamic::Map(before), Dynamic::Map(after))
            if before.keys().eq(after.keys()) =>
        {
            for (name, after) in after {
                let planned = planned.entry(name.clone()).or_insert(Dynamic::Null);
                write_back(planned, before.get(name).unwrap_or(&Dynamic::Null), after);
            }
        }
        (Dynamic::List(planned), Dynamic::List(before), Dynamic::List(after))
            if before.len() == after.len() && planned.len() == after.len() =>
        {
            for (planned, (before, after)) in planned.iter_mut().zip(before.iter().zip(after)) {
                write_back(planned, before, after);
            }
        }
        (planned, _, after) => *planned = after.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(name: &str, regions: Dynamic) -> Dynamic {
        Dynamic::object([("name", name.into()), ("regions", regions)])
    }

    #[test]
    fn what_is_planned_and_not_known_is_met_by_anything() {
        let planned = Dynamic::object([("name", "a".into()), ("id", Dynamic::unknown())]);
        let made = |name: &str| Dynamic::object([("name", name.into()), ("id", "1".into())]);
        assert!(is_met(&planned, &made("a")) && !is_met(&planned, &made("b")));
    }

    #[test]
    fn a_change_beside_what_the_typed_view_cannot_hold_leaves_it_as_planned() {
        let partly = || Dynamic::List(vec!["eu".into(), Dynamic::unknown()]);
        let list = |name: &str, regions| Dynamic::List(vec![stage(name, regions)]);
        let mut planned = list("a", partly());
        write_back(&mut planned, &list("a", Dynamic::unknown()), &list("b", Dynamic::unknown()));
        assert_eq!(planned, list("b", partly()));
    }
}

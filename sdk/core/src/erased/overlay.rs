//! Puts values of one form of an object over another one.

use crate::{Dynamic, Kind, ObjectSchema};

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
    fn a_change_beside_what_the_typed_view_cannot_hold_leaves_it_as_planned() {
        let partly = || Dynamic::List(vec!["eu".into(), Dynamic::unknown()]);
        let list = |name: &str, regions| Dynamic::List(vec![stage(name, regions)]);
        let mut planned = list("a", partly());
        write_back(&mut planned, &list("a", Dynamic::unknown()), &list("b", Dynamic::unknown()));
        assert_eq!(planned, list("b", partly()));
    }
}

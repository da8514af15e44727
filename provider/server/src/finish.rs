//! The last step of every answer that holds an object: it is made into one that Terraform accepts.
//!
//! Terraform drops an object from the state when its answer breaks a rule, and what existed is lost to it. So whatever
//! a resource does, errors included: nothing unknown is in a state, nothing write-only in any answer, and every value
//! has the type that the schema says.

use std::collections::BTreeMap;

use sparki_core::{Diagnostic, Dynamic, Elements, Kind, ObjectSchema, Path, Step, Type, storable};
use tfplugin6::v6::DynamicValue;

use crate::convert::dynamic_value;

/// Collects an answer's objects, and what had to be mended about them.
#[derive(Debug, Default)]
pub(crate) struct Finisher {
    mended: Vec<Diagnostic>,
}

impl Finisher {
    /// A state, or null for an object that does not exist.
    pub(crate) fn state(&mut self, value: Option<Dynamic>, schema: &ObjectSchema) -> DynamicValue {
        let value = value.unwrap_or(Dynamic::Null);
        for path in unknown_parts(&value, &Path::root()) {
            self.mend(&path, "still unknown when it was to be stored");
        }
        self.encode(storable(value, schema), schema)
    }

    /// A state that an error left behind. What is unknown in it is simply not known.
    pub(crate) fn partial_state(&mut self, value: Option<Dynamic>, schema: &ObjectSchema) -> DynamicValue {
        self.encode(storable(value.unwrap_or(Dynamic::Null), schema), schema)
    }

    /// A plan, in which values may be unknown.
    pub(crate) fn plan(&mut self, value: Dynamic, schema: &ObjectSchema) -> DynamicValue {
        self.encode(without_write_only(value, schema), schema)
    }

    /// Errors that say what was mended. Each is a bug in the provider.
    pub(crate) fn diagnostics(self) -> Vec<Diagnostic> {
        self.mended
    }

    fn encode(&mut self, value: Dynamic, schema: &ObjectSchema) -> DynamicValue {
        let value = sparki_plan::with_blocks(schema, value);
        let ty = schema.ty();
        let conforming = self.conform(value, &ty, &Path::root());
        dynamic_value::encode(&conforming, &ty).unwrap_or_else(|error| {
            self.mend(&Path::root(), &error.to_string());
            DynamicValue::default()
        })
    }

    fn mend(&mut self, path: &Path, problem: &str) {
        let detail = format!(
            "The provider's own value for \"{path}\" was {problem}. This is a bug in the provider; please report it."
        );
        self.mended
            .push(Diagnostic::error("Provider produced an invalid value", detail).at(path.addressable()));
    }

    /// The value as one of type `ty`: what does not fit becomes null, what is missing is null.
    fn conform(&mut self, value: Dynamic, ty: &Type, path: &Path) -> Dynamic {
        match (value, ty) {
            (value @ (Dynamic::Null | Dynamic::Unknown(_)), _)
            | (value @ Dynamic::Bool(_), Type::Bool)
            | (value @ Dynamic::Number(_), Type::Number)
            | (value @ Dynamic::String(_), Type::String) => value,
            (Dynamic::Typed(own, inner), Type::Any) => {
                let inner = self.conform(*inner, &own, path);
                Dynamic::Typed(own, Box::new(inner))
            }
            (Dynamic::List(elements), Type::List(element)) => {
                let elements = elements.into_iter().enumerate();
                Dynamic::List(
                    elements.map(|(index, value)| self.conform(value, element, &path.index(index))).collect(),
                )
            }
            (Dynamic::List(elements), Type::Tuple(types)) if elements.len() == types.len() => {
                let elements = elements.into_iter().zip(types).enumerate();
                Dynamic::List(
                    elements
                        .map(|(index, (value, ty))| self.conform(value, ty, &path.index(index)))
                        .collect(),
                )
            }
            (Dynamic::Set(elements), Type::Set(element)) => {
                let at = path.step(Step::Element);
                let elements = elements.into_vec().into_iter().map(|value| self.conform(value, element, &at));
                Dynamic::Set(Elements::new(elements.collect()))
            }
            (Dynamic::Map(members), Type::Map(element)) => {
                let members = members.into_iter().map(|(key, value)| {
                    let value = self.conform(value, element, &path.key(&key));
                    (key, value)
                });
                Dynamic::Map(members.collect())
            }
            (Dynamic::Object(mut members), Type::Object(types)) => {
                let mut conforming = BTreeMap::new();
                for (name, ty) in types {
                    let value = members.remove(name).unwrap_or(Dynamic::Null);
                    conforming.insert(name.clone(), self.conform(value, ty, &path.then(name)));
                }
                if let Some(name) = members.keys().next() {
                    self.mend(&path.then(name), "not in the schema");
                }
                Dynamic::Object(conforming)
            }
            (_, ty) => {
                self.mend(path, &format!("not a {}", ty.friendly_name()));
                Dynamic::Null
            }
        }
    }
}

fn without_write_only(value: Dynamic, schema: &ObjectSchema) -> Dynamic {
    let Dynamic::Object(mut members) = value else { return value };
    for attribute in &schema.attributes {
        let Some(member) = members.get_mut(attribute.name) else { continue };
        if attribute.write_only {
            *member = Dynamic::Null;
            continue;
        }
        let Kind::Nested(_, object) = &attribute.kind else { continue };
        *member = std::mem::take(member).map_objects(|nested| without_write_only(nested, object));
    }
    Dynamic::Object(members)
}

fn unknown_parts(value: &Dynamic, path: &Path) -> Vec<Path> {
    let mut found = Vec::new();
    let mut visit = |value: &Dynamic, path: Path| found.extend(unknown_parts(value, &path));
    match value {
        Dynamic::Unknown(_) => found.push(path.clone()),
        Dynamic::List(elements) => {
            elements.iter().enumerate().for_each(|(index, value)| visit(value, path.index(index)));
        }
        Dynamic::Set(elements) => elements.iter().for_each(|value| visit(value, path.step(Step::Element))),
        Dynamic::Map(members) => members.iter().for_each(|(key, value)| visit(value, path.key(key))),
        Dynamic::Object(members) => members.iter().for_each(|(name, value)| visit(value, path.then(name))),
        Dynamic::Typed(_, inner) => visit(inner, path.clone()),
        Dynamic::Null | Dynamic::Bool(_) | Dynamic::Number(_) | Dynamic::String(_) => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use sparki_core::{Attribute, Mode};

    fn schema() -> ObjectSchema {
        let attribute = |name, ty| Attribute::new(name, "Something.", Kind::Plain(ty));
        let mut secret = attribute("secret", Type::String);
        secret.write_only = true;
        let mut id = attribute("id", Type::String);
        id.mode = Mode::Computed;
        ObjectSchema { attributes: vec![id, attribute("size", Type::Number), secret], rules: Vec::new() }
    }

    fn decoded(value: &DynamicValue) -> Dynamic {
        dynamic_value::decode(Some(value), &schema().ty()).unwrap()
    }

    #[test]
    fn a_state_is_stored_whatever_the_resource_returned() {
        let wrong = Dynamic::object([
            ("id", Dynamic::unknown()),
            ("size", Dynamic::from("large")),
            ("secret", Dynamic::from("hunter2")),
            ("colour", Dynamic::from("red")),
        ]);
        let mut finisher = Finisher::default();
        let stored = decoded(&finisher.state(Some(wrong), &schema()));
        assert_eq!(
            stored,
            Dynamic::object([("id", Dynamic::Null), ("size", Dynamic::Null), ("secret", Dynamic::Null)])
        );
        let paths: Vec<_> =
            finisher.diagnostics().iter().filter_map(|d| d.path.as_ref().map(Path::to_string)).collect();
        assert_eq!(paths, ["id", "size", "colour"]);
    }

    #[test]
    fn a_value_that_brings_its_type_is_made_one_of_it() {
        let mut schema = schema();
        schema.attributes.push(Attribute::new("any", "Anything.", Kind::Plain(Type::Any)));
        let any = Dynamic::Typed(
            Box::new(Type::String.list()),
            Box::new(Dynamic::List(vec!["a".into(), true.into()])),
        );
        let mut finisher = Finisher::default();
        let stored = finisher.state(Some(Dynamic::object([("id", "a".into()), ("any", any)])), &schema);
        let stored = dynamic_value::decode(Some(&stored), &schema.ty()).unwrap();
        let expected = Dynamic::Typed(
            Box::new(Type::String.list()),
            Box::new(Dynamic::List(vec!["a".into(), Dynamic::Null])),
        );
        assert_eq!((stored.attribute("id"), stored.attribute("any")), (&"a".into(), &expected));
        assert_eq!(finisher.diagnostics().len(), 1);
    }

    #[test]
    fn a_partial_state_may_lack_what_is_not_known() {
        let partial = Dynamic::object([("id", Dynamic::from("a")), ("size", Dynamic::unknown())]);
        let mut finisher = Finisher::default();
        let stored = decoded(&finisher.partial_state(Some(partial), &schema()));
        assert_eq!(stored.attribute("id"), &Dynamic::from("a"));
        assert!(finisher.diagnostics().is_empty());
    }

    #[test]
    fn a_plan_keeps_unknowns_and_loses_write_only_values() {
        let planned = Dynamic::object([("id", Dynamic::unknown()), ("secret", Dynamic::from("hunter2"))]);
        let planned = decoded(&Finisher::default().plan(planned, &schema()));
        assert!(planned.attribute("id").is_unknown());
        assert!(planned.attribute("secret").is_null());
    }
}

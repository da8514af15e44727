//! The data source that comes with an importable resource type.

use std::sync::{Arc, OnceLock};

use crate::{
    Attribute, BoxFuture, Call, Diagnostic, Diagnostics, Dynamic, ErasedDataSource, ErasedResource, Kind,
    Mode, ObjectSchema, Outcome, Path, Remotes, Replace, Rule, Schema, Type, Unset,
};

/// The data source of an importable resource type: finds one object by its id or its path.
pub(crate) struct Lookup {
    resource: Arc<dyn ErasedResource>,
    schema: OnceLock<Schema>,
}

impl Lookup {
    pub(crate) const fn new(resource: Arc<dyn ErasedResource>) -> Self {
        Self { resource, schema: OnceLock::new() }
    }

    fn build(&self) -> Schema {
        let resource = self.resource.schema();
        let mut object = observed(&resource.object);
        let mut path = Attribute::new(
            "path",
            "Where the object is, in one of the forms that import accepts. Set this or `id`.",
            Kind::Plain(Type::String),
        );
        path.mode = Mode::Optional;
        for attribute in &mut object.attributes {
            if attribute.name == "id" {
                attribute.mode = Mode::OptionalComputed;
                attribute.description = "Identifier of the object to find. Set this or `path`.";
            }
        }
        object.attributes.push(path);
        object.rules.push(Rule::ExactlyOneOf(&["id", "path"]));
        Schema { version: 0, description: resource.description, deprecation: resource.deprecation, object }
    }
}

/// The same attributes, all of them only to be read; what the remote does not know or does not tell is left out.
fn observed(object: &ObjectSchema) -> ObjectSchema {
    let is_told = |it: &&Attribute| !it.write_only && !it.local && !it.unread;
    let attributes = object.attributes.iter().filter(is_told).map(|attribute| Attribute {
        kind: match &attribute.kind {
            Kind::Plain(ty) => Kind::Plain(ty.clone()),
            Kind::Nested(nesting, object) => Kind::Nested(*nesting, observed(object)),
        },
        mode: Mode::Computed,
        // Older hosts do not know computed blocks.
        block: false,
        default: None,
        replace: Replace::Never,
        unset: Unset::Recompute,
        validators: Vec::new(),
        ..attribute.clone()
    });
    ObjectSchema { attributes: attributes.collect(), rules: Vec::new() }
}

/// Keeps the members of `value` that `object` has, at any depth.
fn project(value: Dynamic, object: &ObjectSchema) -> Dynamic {
    let Dynamic::Object(mut members) = value else { return value };
    let members = object.attributes.iter().map(|attribute| {
        let value = members.remove(attribute.name).unwrap_or(Dynamic::Null);
        let value = match &attribute.kind {
            Kind::Plain(_) => value,
            Kind::Nested(_, inner) => match value {
                Dynamic::List(elements) => {
                    Dynamic::List(elements.into_iter().map(|e| project(e, inner)).collect())
                }
                Dynamic::Set(elements) => {
                    Dynamic::set(elements.into_vec().into_iter().map(|e| project(e, inner)).collect())
                }
                Dynamic::Map(members) => {
                    Dynamic::Map(members.into_iter().map(|(key, e)| (key, project(e, inner))).collect())
                }
                other => project(other, inner),
            },
        };
        (attribute.name.to_owned(), value)
    });
    Dynamic::Object(members.collect())
}

impl ErasedDataSource for Lookup {
    fn type_name(&self) -> &'static str {
        self.resource.type_name()
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| self.build())
    }

    fn validate(&self, _: &Dynamic) -> Diagnostics {
        Diagnostics::new()
    }

    fn pending(&self, remotes: &Remotes) -> Option<Diagnostic> {
        self.resource.pending(remotes)
    }

    fn read(&self, call: Call, config: Dynamic) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            let (path, id) = (config.attribute("path").as_str(), config.attribute("id").as_str());
            let (attribute, key) = match (path, id) {
                (Some(path), _) => ("path", path.to_owned()),
                (None, Some(id)) => ("id", id.to_owned()),
                (None, None) => ("path", String::new()),
            };
            let outcome = self.resource.import(call, key).await;
            let diagnostics = outcome.diagnostics.into_iter().map(|mut diagnostic| {
                diagnostic.path = Some(Path::attribute(attribute));
                diagnostic
            });
            let state = outcome.state.map(|state| {
                let mut found = project(state, &self.schema().object);
                if let Dynamic::Object(members) = &mut found {
                    members.insert("path".into(), config.attribute("path").clone());
                }
                found
            });
            Outcome { state, diagnostics: diagnostics.collect() }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_remote_does_not_tell_is_left_out() {
        let attribute = |name| Attribute::new(name, "", Kind::Plain(Type::String));
        let inner = vec![attribute("url"), Attribute { unread: true, ..attribute("secret_wo_version") }];
        let inner = ObjectSchema { attributes: inner, rules: Vec::new() };
        let attributes = vec![
            attribute("name"),
            Attribute { write_only: true, ..attribute("value_wo") },
            Attribute { unread: true, ..attribute("value_wo_version") },
            Attribute { local: true, ..attribute("timeouts") },
            Attribute::new("hook", "", Kind::Nested(crate::Nesting::Single, inner)),
        ];
        let seen = observed(&ObjectSchema { attributes, rules: Vec::new() });
        let names =
            |object: &ObjectSchema| -> Vec<_> { object.attributes.iter().map(|it| it.name).collect() };
        assert_eq!(names(&seen), ["name", "hook"]);
        let Kind::Nested(_, hook) = &seen.attributes[1].kind else { panic!("it is an object") };
        assert_eq!(names(hook), ["url"]);
    }
}

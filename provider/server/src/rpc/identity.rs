//! Identities as calls carry them.

use sparki_core::{Diagnostic, Diagnostics, Dynamic, ErasedResource, Mode, Schema};
use tfplugin6::v6::ResourceIdentityData;

use super::value;
use crate::finish::Finisher;

/// The identity that Terraform sent, which may be null; null as well for a type without one.
pub(crate) fn known(
    resource: &dyn ErasedResource,
    sent: Option<&ResourceIdentityData>,
) -> Result<Dynamic, Diagnostic> {
    let (Some(schema), Some(sent)) = (resource.identity_schema(), sent) else { return Ok(Dynamic::Null) };
    value::object(sent.identity_data.as_ref(), &schema.object, "identity")
}

/// The identity of an object that exists. `before` is what it was: one that has changed is an error, for whatever refers to
/// the object by it would lose it.
pub(crate) fn of_object(
    resource: &dyn ErasedResource,
    object: &Dynamic,
    before: &Dynamic,
    found: &mut Diagnostics,
) -> Dynamic {
    let Some(schema) = resource.identity_schema() else { return Dynamic::Null };
    let identity = match resource.identity(object) {
        Ok(identity) => identity,
        Err(error) => {
            found.push(error);
            return before.clone();
        }
    };
    if !found.has_errors() {
        found.extend(changes(resource.type_name(), before, &identity));
        found.extend(gaps(resource.type_name(), schema, &identity));
    }
    identity
}

/// What a plan is about, as far as it matters to the identity.
pub(crate) struct Planned<'a> {
    pub(crate) prior: &'a Dynamic,
    pub(crate) object: &'a Dynamic,
    /// What Terraform knows of the identity of the prior object.
    pub(crate) known: Dynamic,
    pub(crate) is_replaced: bool,
}

/// The identity of what is planned. What an update cannot know yet is what it was, and what it changes is an error: only
/// another object has another identity.
pub(crate) fn of_plan(resource: &dyn ErasedResource, plan: Planned<'_>, found: &mut Diagnostics) -> Dynamic {
    if plan.object.is_null() || resource.identity_schema().is_none() {
        return Dynamic::Null;
    }
    let identities = resource.identity(plan.object).and_then(|it| Ok((it, resource.identity(plan.prior)?)));
    let (planned, prior) = match identities {
        Ok(identities) => identities,
        Err(error) => {
            found.push(error);
            return Dynamic::Null;
        }
    };
    if plan.is_replaced {
        return planned;
    }
    let before = if plan.known.is_null() { &prior } else { &plan.known };
    found.extend(changes(resource.type_name(), before, &planned));
    let Dynamic::Object(members) = planned else { return planned };
    Dynamic::object(members.into_iter().map(|(name, value)| {
        let known_before = prior.attribute(&name);
        let value = if value.is_unknown() && !known_before.is_null() { known_before.clone() } else { value };
        (name, value)
    }))
}

/// The identity as answers carry it. There is none where nothing is known.
pub(crate) fn encode(
    resource: &dyn ErasedResource,
    identity: Dynamic,
    finisher: &mut Finisher,
) -> Option<ResourceIdentityData> {
    let schema = resource.identity_schema()?;
    let says_something =
        identity.members().is_some_and(|members| members.values().any(|value| !value.is_null()));
    says_something
        .then(|| ResourceIdentityData { identity_data: Some(finisher.plan(identity, &schema.object)) })
}

/// What is missing of an identity by which an object is to be imported.
pub(crate) fn missing(schema: &Schema, identity: &Dynamic) -> Diagnostics {
    let required = schema.object.attributes.iter().filter(|attribute| attribute.mode == Mode::Required);
    let absent = required.filter(|attribute| {
        let value = identity.attribute(attribute.name);
        value.is_null() || value.is_unknown() || value.as_str() == Some("")
    });
    absent
        .map(|attribute| {
            Diagnostic::error(
                "Incomplete identity",
                format!("The identity has no {:?}. {} Set it.", attribute.name, attribute.description),
            )
        })
        .collect()
}

/// An error if what was asked for is not what was found.
pub(crate) fn changes(type_name: &str, before: &Dynamic, now: &Dynamic) -> Option<Diagnostic> {
    let members = before.members()?;
    let differs = members.iter().find(|(name, value)| {
        let now = now.attribute(name);
        !value.is_null() && !value.is_unknown() && !now.is_unknown() && now != *value
    });
    let (name, _) = differs?;
    Some(Diagnostic::error(
        "Identity changed",
        format!(
            "The {name:?} in the identity of the {type_name} is not what it was, so this is another object. If the object \
             was replaced outside of Terraform, remove it from the state and import the new one; otherwise this is a bug \
             in the provider."
        ),
    ))
}

/// An error if the identity of an object that exists lacks a part.
fn gaps(type_name: &str, schema: &Schema, identity: &Dynamic) -> Option<Diagnostic> {
    let lacking = schema.object.attributes.iter().find(|attribute| {
        let value = identity.attribute(attribute.name);
        attribute.mode == Mode::Required && (value.is_null() || value.is_unknown())
    });
    lacking.map(|attribute| {
        let text = format!(
            "The {type_name} exists, and its identity has no {:?}. This is a bug in the provider; please report it.",
            attribute.name
        );
        Diagnostic::error("Identity incomplete", text)
    })
}

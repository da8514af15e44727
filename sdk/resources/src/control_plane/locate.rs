//! Finds objects by their path: the slugs of what they are in, and their own.

use serde_json::Value as Json;
use sparki_client::{Call, Client, Locator, Request};
use sparki_core::{Dynamic, Import, RemoteError, RemoteErrorKind};

/// One level of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    /// Where objects of this level are: `/projects`.
    pub(crate) collection: &'static str,
    /// What the control plane calls the kind of one: `deployment_target`.
    pub(crate) kind: &'static str,
    /// What one is called in messages.
    pub(crate) noun: &'static str,
    /// The field that holds the id of the level above; empty at the top.
    pub(crate) parent: &'static str,
    /// The field that holds this level's part of the path.
    pub(crate) key: &'static str,
}

pub(crate) const WORKSPACE: Segment =
    Segment { collection: "/workspaces", kind: "workspace", noun: "workspace", parent: "", key: "slug" };
pub(crate) const PROJECT: Segment = Segment {
    collection: "/projects",
    kind: "project",
    noun: "project",
    parent: "workspace_id",
    key: "slug",
};
pub(crate) const PIPELINE: Segment = Segment {
    collection: "/pipelines",
    kind: "pipeline",
    noun: "pipeline",
    parent: "project_id",
    key: "name",
};
pub(crate) const ENVIRONMENT: Segment = Segment {
    collection: "/environments",
    kind: "environment",
    noun: "environment",
    parent: "project_id",
    key: "slug",
};
pub(crate) const DEPLOYMENT_TARGET: Segment = Segment {
    collection: "/deployment-targets",
    kind: "deployment_target",
    noun: "deployment target",
    parent: "environment_id",
    key: "name",
};

/// A type whose objects have a path.
pub(crate) trait Segments: Import {
    /// The levels of the path, from the workspace down.
    const SEGMENTS: &'static [Segment];
}

/// Where an object is, and under which parent, as its model says. It is the object of one level, the last of a path.
pub(crate) fn locator<'a, T: Segments>(id: &'a str, model: &'a Dynamic) -> Locator<'a> {
    let level = T::SEGMENTS.last().expect("a path has a level");
    let object = Locator::new(level.collection, level.kind, id);
    // The top has no parent, and no attribute with an empty name.
    match model.attribute(level.parent).as_str() {
        Some(parent) => object.under(level.parent, parent),
        None => object,
    }
}

/// How a practitioner names an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named<'a> {
    /// By the id that the control plane has given it.
    Id(&'a str),
    /// By the parts of its path, from the workspace down.
    Path(Vec<&'a str>),
}

impl<'a> Named<'a> {
    /// Reads an id, or a path with this many levels; nothing if the text is neither.
    ///
    /// Of the notations of an id only the one that the control plane writes is one: anything else may be a slug.
    #[must_use]
    pub fn read(text: &'a str, levels: usize) -> Option<Self> {
        if text.len() == uuid::fmt::Hyphenated::LENGTH && text.parse::<uuid::Uuid>().is_ok() {
            return Some(Self::Id(text));
        }
        let parts: Vec<_> = text.split('/').collect();
        let is_whole = parts.len() == levels && parts.iter().all(|part| !part.is_empty());
        is_whole.then_some(Self::Path(parts))
    }
}

/// The id of the object that a practitioner names by id or by path.
pub(crate) async fn lookup<T: Segments>(
    client: &Client,
    named: &str,
    call: &Call,
) -> Result<String, RemoteError> {
    match Named::read(named, T::SEGMENTS.len()) {
        Some(Named::Id(id)) => Ok(id.to_owned()),
        Some(Named::Path(parts)) => find(client, T::SEGMENTS, &parts, call).await,
        None => {
            let forms: Vec<_> =
                T::FORMS.iter().map(|(example, meaning)| format!("{example} ({meaning})")).collect();
            Err(RemoteError::new(RemoteErrorKind::Invalid, format!("failed to {}", call.action()))
                .with_detail(format!(
                    "{named:?} has none of the accepted forms. Use one of: {}",
                    forms.join(", ")
                )))
        }
    }
}

/// Walks down the levels.
pub(crate) async fn find(
    client: &Client,
    levels: &[Segment],
    parts: &[&str],
    call: &Call,
) -> Result<String, RemoteError> {
    let mut parent: Option<String> = None;
    for (level, part) in levels.iter().zip(parts) {
        let mut request = Request::get(level.collection).query(level.key, part);
        if let Some(parent) = &parent {
            request = request.query(level.parent, parent);
        }
        let found: Vec<Json> = client.list(request, call).await?;
        // The filter is asked for, and checked: an older control plane may not know it.
        let matching = found.iter().find(|object| object.get(level.key).and_then(Json::as_str) == Some(part));
        let id = matching.and_then(|object| object.get("id")).and_then(Json::as_str);
        let id = id.ok_or_else(|| {
            RemoteError::new(RemoteErrorKind::NotFound, format!("failed to {}", call.action())).with_detail(format!(
                "There is no {} {part:?}, or the credentials do not allow to see it. Check the path {:?}.",
                level.noun,
                parts.join("/")
            ))
        })?;
        parent = Some(id.to_owned());
    }
    parent.ok_or_else(|| RemoteError::new(RemoteErrorKind::Invalid, format!("failed to {}", call.action())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DeploymentTarget, Environment, Pipeline, Project, Workspace};

    /// Reads the documented forms of a type.
    fn check_forms<T: Segments>() {
        for (example, meaning) in T::FORMS {
            let named = Named::read(example, T::SEGMENTS.len());
            let is_id = meaning.starts_with("id ") || meaning.ends_with(" id");
            assert!(named.is_some(), "{}: {example} is not accepted", T::TYPE_NAME);
            assert_eq!(matches!(named, Some(Named::Id(_))), is_id, "{}: {example}", T::TYPE_NAME);
        }
    }

    #[test]
    fn every_documented_form_of_an_import_id_is_accepted() {
        check_forms::<Workspace>();
        check_forms::<Project>();
        check_forms::<Pipeline>();
        check_forms::<Environment>();
        check_forms::<DeploymentTarget>();
    }

    #[test]
    fn what_the_control_plane_would_not_write_as_an_id_is_a_slug() {
        let digits = "0190b5c48f0e7c3a9d6e1f2a3b4c5d6e";
        for slug in [digits, &format!("urn:uuid:{digits}"), "{0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e}"] {
            assert_eq!(Named::read(slug, 1), Some(Named::Path(vec![slug])));
        }
    }

    #[test]
    fn a_path_has_every_part() {
        for path in ["", "/", "acme", "acme/", "/web", "acme/web/ci"] {
            assert_eq!(Named::read(path, 2), None, "{path}");
        }
    }
}

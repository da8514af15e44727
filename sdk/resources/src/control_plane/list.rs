//! Finds the objects of a type, page by page.

use std::collections::BTreeMap;
use std::pin::pin;

use futures_util::TryStreamExt;
use serde_json::Value as Json;
use sparki_client::{Call, Client, Request};
use sparki_core::{Ctx, Found, Path, RemoteError, Value};

use super::{Object, Segments, lookup};

/// What the objects of a list have in common: fields, by their name on the control plane, with their values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    fields: Vec<(String, String)>,
    /// Path of the parent, if it was named by it.
    parent: Option<String>,
}

impl Conditions {
    /// Objects of one parent, which a practitioner names by id or by path in the attribute `named`. Any parent if it
    /// is not set.
    pub(crate) async fn of_parent<P: Object + Segments>(
        ctx: &Ctx<Client>,
        field: &str,
        (attribute, named): (&str, &Value<String>),
    ) -> Result<Self, RemoteError> {
        let Some(named) = named.known() else { return Ok(Self::default()) };
        let call = call(ctx, format!("find the {}", P::NOUN));
        let id = lookup::<P>(ctx.remote(), named, &call).await;
        let id = id.map_err(|error| error.with_attribute(Path::attribute(attribute), ""))?;
        let parent = (*named != id).then(|| named.clone());
        Ok(Self { fields: vec![(field.to_owned(), id)], parent })
    }

    /// Objects whose field has this value. Any value if it is not set.
    pub(crate) fn field(mut self, field: &str, value: Option<&str>) -> Self {
        self.fields.extend(value.map(|value| (field.to_owned(), value.to_owned())));
        self
    }

    /// Objects that have all of these labels.
    pub(crate) fn labels(mut self, labels: &Value<BTreeMap<String, String>>) -> Self {
        let labels = labels.known().into_iter().flatten();
        self.fields.extend(labels.map(|(key, value)| (format!("label.{key}"), value.clone())));
        self
    }

    /// Whether an object has what was asked for: an older control plane may not know a field.
    fn hold(&self, document: &Json) -> bool {
        self.fields.iter().all(|(field, wanted)| {
            let found = match field.strip_prefix("label.") {
                Some(key) => document.get("labels").and_then(|labels| labels.get(key)),
                None => document.get(field),
            };
            found.and_then(Json::as_str) == Some(wanted)
        })
    }

    /// How a person knows an object: by its path, where that of its parent is known without asking, or by its name.
    fn display(&self, name: &str) -> String {
        self.parent.as_ref().map_or_else(|| name.to_owned(), |parent| format!("{parent}/{name}"))
    }

    /// The request for the first page. The pages are as large as the client has them, and no larger than what is left
    /// of the limit.
    fn request(&self, collection: &'static str, left: Option<u64>, page_size: u16) -> Request {
        let request = Request::get(collection);
        let request = match left {
            Some(left) => request.query("limit", even_page(left, page_size)),
            None => request,
        };
        self.fields.iter().fold(request, |request, (field, value)| request.query(field.clone(), value))
    }
}

/// The size of pages of which as few as possible hold `left` objects, and hardly more.
fn even_page(left: u64, largest: u16) -> u64 {
    let pages = left.div_ceil(largest.into()).max(1);
    left.div_ceil(pages).max(1)
}

/// Offers every object that meets the conditions, the oldest first, under its path or the name that it has in paths.
pub(crate) async fn list<T: Object + Segments>(
    ctx: &Ctx<Client>,
    conditions: &Conditions,
    found: &mut Found<'_, T::Model>,
) -> Result<(), RemoteError> {
    if found.left() == Some(0) {
        return Ok(());
    }
    let client = ctx.remote();
    let request = conditions.request(T::COLLECTION, found.left(), client.settings().page_size.get());
    let call = call(ctx, format!("list the {}s", T::NOUN));
    let mut pages = pin!(client.pages::<Json>(request, &call));
    while let Some(page) = pages.try_next().await? {
        for document in page.iter().filter(|document| conditions.hold(document)) {
            let name = document.get(T::KEY).and_then(Json::as_str).unwrap_or_default();
            if found.offer(conditions.display(name), T::state(document, None)?).await.is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn call(ctx: &Ctx<Client>, action: String) -> Call {
    Call::new(action).deadline(ctx.limit()).cancelled_by(ctx.stop())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_is_no_larger_than_what_is_left() {
        let sizes = [(1, 200), (7, 200), (200, 200), (201, 200), (250, 200), (3, 1), (0, 200)];
        let sizes = sizes.map(|(left, largest)| even_page(left, largest));
        assert_eq!(sizes, [1, 7, 200, 101, 125, 1, 1]);
    }

    #[test]
    fn an_object_is_shown_by_its_path_where_its_parent_is_named_by_one() {
        let named = Conditions { parent: Some("acme/web".into()), ..Conditions::default() };
        assert_eq!(named.display("ci"), "acme/web/ci");
        assert_eq!(Conditions::default().display("ci"), "ci");
    }

    #[test]
    fn conditions_are_asked_for_and_checked() {
        let labels = Value::Known([("team".to_owned(), "a&b".to_owned())].into());
        let conditions = Conditions::default().field("slug", Some("web")).field("name", None).labels(&labels);
        let request = conditions.request("/projects", Some(3), 200);
        assert_eq!(request.path_and_query(), "/projects?limit=3&slug=web&label.team=a%26b");
        assert!(conditions.hold(&json!({"slug": "web", "labels": {"team": "a&b", "more": "1"}})));
        assert!(!conditions.hold(&json!({"slug": "web", "labels": {}})));
        assert!(!conditions.hold(&json!({"slug": "app", "labels": {"team": "a&b"}})));
    }
}

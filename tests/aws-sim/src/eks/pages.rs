//! Pages of lists, as EKS has them.

use serde_json::Value;

use crate::{calls::Call, document::Document, world::page};

/// Most entries of a page, which is also what a page has if nothing is said.
const LARGEST: i64 = 100;

/// One page of a list under its name, with the token of the next one if there is more.
pub(super) fn paged<T: Into<Value>>(
    call: &Call,
    name: &str,
    items: impl IntoIterator<Item = (String, T)>,
) -> Document {
    let size = call.input.number("maxResults").unwrap_or(LARGEST).clamp(1, LARGEST);
    let size = usize::try_from(size).expect("it is positive");
    let (items, next) = page(items, call.input.text("nextToken"), size);
    let mut output = Document::new().with(name, items.into_iter().map(Into::into).collect::<Vec<Value>>());
    if let Some(next) = next {
        output.set("nextToken", next);
    }
    output
}

//! Pages of lists, as query services have them.

use serde_json::Value;

use crate::{calls::Call, document::Document, world::page};

/// What a page has if nothing is said, which is also the most.
const LARGEST: i64 = 100;

/// One page of a list under its name, with the marker of the next one if there is more.
pub(crate) fn marked<T: Into<Value>>(
    call: &Call,
    name: &str,
    items: impl IntoIterator<Item = (String, T)>,
) -> Document {
    let size = call.input.number("MaxRecords").unwrap_or(LARGEST).clamp(1, LARGEST);
    let size = usize::try_from(size).expect("it is positive");
    let marker = call.input.text("Marker").filter(|marker| !marker.is_empty());
    let (items, next) = page(items, marker, size);
    let mut output = Document::new().with(name, items.into_iter().map(Into::into).collect::<Vec<Value>>());
    if let Some(next) = next {
        output.set("Marker", next);
    }
    output
}

//! What there is to document.

use sparki_core::Registry;

/// The types that are kept in one place and stand under one heading.
pub struct Part {
    /// Heading in the registry's list of pages.
    pub subcategory: &'static str,
    /// Where the folders of the types are, from the top of the repository.
    pub folders: &'static str,
    /// The types.
    pub registry: Registry,
}

/// Everything, in the order of the headings.
#[must_use]
pub fn parts() -> [Part; 2] {
    [
        Part {
            subcategory: "Control plane",
            folders: "sdk/resources/src",
            registry: sparki_resources::registry(),
        },
        Part {
            subcategory: "AWS topology",
            folders: "sdk/topology/src",
            registry: sparki_topology::registry(),
        },
    ]
}

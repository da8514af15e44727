//! The real resource types that are fuzzed.

use std::sync::{Arc, OnceLock};

use depot::Depot;
use sparki_core::{ErasedResource, ObjectSchema};
use tfplugin_server::Product;

/// A resource type.
pub struct Subject {
    /// The type.
    pub resource: Arc<dyn ErasedResource>,
    /// Its attributes.
    pub object: ObjectSchema,
}

/// Every resource type of the control plane, and those of the tests. The types on AWS are left out: they bring its SDK,
/// which takes minutes to build for a fuzzer.
#[must_use]
pub fn subjects() -> &'static [Subject] {
    static SUBJECTS: OnceLock<Vec<Subject>> = OnceLock::new();
    SUBJECTS.get_or_init(|| {
        let depot = Depot::new();
        let (ours, tests) = (sparki_resources::registry(), depot.registry());
        let resources = ours.resources().values().chain(tests.resources().values());
        let subject = |resource: &Arc<dyn ErasedResource>| Subject {
            resource: Arc::clone(resource),
            object: resource.schema().object.clone(),
        };
        resources.map(subject).collect()
    })
}

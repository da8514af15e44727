use crate::input::Input;
use crate::subjects;

/// A resource type, then a value of its type, as configuration. It can be checked, in the way of every type and in the
/// type's own, and every message says something.
pub fn validators(data: &[u8]) {
    let mut input = Input::new(data);
    let subject = &subjects()[input.below(subjects().len())];
    let config = input.value(&subject.object.ty());
    let found = sparki_plan::validate(&subject.object, &config);
    let own = subject.resource.validate(&config);
    for diagnostic in found.into_iter().chain(own) {
        assert!(!diagnostic.summary.is_empty() && !diagnostic.detail.is_empty(), "{diagnostic}");
        // A type's own checks are contained: what they panic with becomes a message.
        assert!(!diagnostic.summary.contains("Internal error"), "{diagnostic}");
    }
}

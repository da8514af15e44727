use sparki_resources::Named;

use crate::input::Input;
use crate::subjects;

/// A resource type, then what a practitioner may write as the id of an object. What is accepted has the parts of one of
/// the documented forms, and nothing of it is lost.
///
/// The ids on AWS have a test of their own, beside their parser: it needs the SDK.
pub fn import_id(data: &[u8]) {
    let mut input = Input::new(data);
    let subject = &subjects()[input.below(subjects().len())];
    let forms = subject.resource.import_forms();
    let levels = forms.iter().map(|(example, _)| example.split('/').count()).max().unwrap_or(1);
    let id = String::from_utf8_lossy(input.rest());
    match Named::read(&id, levels) {
        Some(Named::Id(read)) => {
            assert_eq!(read, id);
            assert!(read.len() == 36 && read.split('-').count() == 5, "not the form of an id: {read:?}");
        }
        Some(Named::Path(parts)) => {
            assert_eq!(parts.len(), levels);
            assert!(parts.iter().all(|part| !part.is_empty()));
            assert_eq!(parts.join("/"), id);
        }
        None => {}
    }
}

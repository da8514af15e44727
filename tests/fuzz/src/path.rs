use sparki_core::{Diagnostic, Path, Step};
use tfplugin_server::convert::{diagnostic, path as wire};

use crate::input::Input;

/// A JSON pointer, or a path with steps of all kinds. It can be shown and sent, up to the first set.
pub fn path(data: &[u8]) {
    let mut input = Input::new(data);
    match input.below(2) {
        0 => {
            let pointer = String::from_utf8_lossy(input.rest());
            let path = Path::from_pointer(&pointer);
            let parts = pointer.split('/').skip(1);
            assert_eq!(path.steps().len(), parts.clone().count(), "one step for each part");
            for (step, part) in path.steps().iter().zip(parts) {
                match step {
                    Step::Index(index) => {
                        assert_eq!(index.to_string(), part, "an index is written in digits")
                    }
                    Step::Attribute(name) => assert_eq!(*name, meant(part)),
                    Step::Key(_) | Step::Element => panic!("a pointer has names and indices only"),
                }
            }
            show_and_send(&path);
        }
        _ => show_and_send(&input.path()),
    }
}

/// What the part of a pointer stands for, read one character at a time. A tilde that escapes nothing is one.
fn meant(part: &str) -> String {
    let mut rest = part.chars().peekable();
    let mut name = String::new();
    while let Some(letter) = rest.next() {
        let escaped = if letter == '~' { rest.next_if(|next| matches!(next, '0' | '1')) } else { None };
        name.push(if escaped == Some('1') { '/' } else { letter });
    }
    name
}

fn show_and_send(path: &Path) {
    let addressable = path.addressable();
    assert!(path.starts_with(&addressable));
    assert_eq!(wire::encode(path).steps.len(), addressable.steps().len());
    assert!(
        wire::encode(path).steps.iter().all(|step| step.selector.is_some()),
        "Terraform panics on an empty step"
    );
    let said = Diagnostic::error("summary", "detail").at(path.clone());
    let _ = (said.to_string(), path.to_string(), path.name());
    let sent = diagnostic::encode(said);
    assert!(sent.attribute.is_none_or(|path| (1..=2).contains(&path.steps.len())));
}

//! Paths on the wire.

use sparki_core::{Path, Step};
use tfplugin6::v6;
use tfplugin6::v6::attribute_path::step::Selector;

/// The path as Terraform takes it. It ends before the first step into a set, which the wire cannot express.
#[must_use]
pub fn encode(path: &Path) -> v6::AttributePath {
    let selectors = path.steps().iter().map_while(|step| match step {
        Step::Attribute(name) => Some(Selector::AttributeName(name.clone())),
        Step::Key(key) => Some(Selector::ElementKeyString(key.clone())),
        // No list in memory is as long as that.
        Step::Index(index) => Some(Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX))),
        Step::Element => None,
    });
    let steps = selectors.map(|selector| v6::attribute_path::Step { selector: Some(selector) });
    v6::AttributePath { steps: steps.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_ends_before_a_set_element() {
        let path = Path::attribute("a").key("k").index(2).step(Step::Element).then("b");
        let selectors: Vec<_> = encode(&path).steps.into_iter().filter_map(|step| step.selector).collect();
        let expected = [
            Selector::AttributeName("a".into()),
            Selector::ElementKeyString("k".into()),
            Selector::ElementKeyInt(2),
        ];
        assert_eq!(selectors, expected);
    }
}

//! A form as a tree: `Tags.Tag.1.Key=team` is `Tags`, in it `Tag`, in it `1`, in it `Key`.

use std::collections::BTreeMap;

use url::form_urlencoded;

/// One branch of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Branch {
    pub(super) text: Option<String>,
    pub(super) branches: BTreeMap<String, Branch>,
}

impl Branch {
    /// Reads a form.
    pub(super) fn parse(body: &[u8]) -> Self {
        let mut root = Self::default();
        for (name, text) in form_urlencoded::parse(body) {
            let mut branch = &mut root;
            for part in name.split('.') {
                branch = branch.branches.entry(part.to_owned()).or_default();
            }
            branch.text = Some(text.into_owned());
        }
        root
    }

    /// The branches with numbers for names, in the order of the numbers.
    pub(super) fn numbered(&self) -> Vec<&Branch> {
        let numbered = self.branches.iter().filter_map(|(name, branch)| Some((name.parse().ok()?, branch)));
        numbered.collect::<BTreeMap<u32, _>>().into_values().collect()
    }
}

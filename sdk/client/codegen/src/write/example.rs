//! Examples, which stand in the documentation and run against the reference server.

use std::collections::BTreeMap;

/// Examples by the operation or the tag they are of.
///
/// An example begins with what it uses; after an empty line comes what it does, with a `client` that is there. A line that
/// begins with `# ` is run and not shown.
#[derive(Clone, Debug, Default)]
pub struct Examples(BTreeMap<String, String>);

impl Examples {
    /// Takes examples, each with the name of its operation or tag.
    pub fn new(examples: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(examples.into_iter().collect())
    }

    /// The example of that name as lines of a doc comment.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let Some(example) = self.0.get(name) else { return Vec::new() };
        let (uses, body) = example.split_once("\n\n").unwrap_or(("", example));
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let before = "\
# use sparki_client::{Client, Credential, Endpoint, Settings};
#
# #[tokio::main(flavor = \"current_thread\")]
# async fn main() -> Result<(), Box<dyn std::error::Error>> {
# let server = reference_server::shared();
# let credential = Credential::ApiKey(server.api_key.into());
# let client = Client::new(Settings::new(Endpoint::parse(&server.url)?, credential))?;";
        let mut all = vec!["# Example".to_owned(), String::new(), "```".to_owned()];
        all.extend(lines(uses));
        all.extend(lines(before));
        // An example that shows nothing it uses does not begin with an empty line.
        if uses.lines().any(|line| !line.starts_with("# ")) {
            all.push(String::new());
        }
        all.extend(lines(body.trim_end()));
        all.extend(lines("# Ok(())\n# }\n```"));
        all
    }
}

//! Names of things in Rust, made of names in the contract.

use std::collections::BTreeMap;

/// Words that Rust keeps for itself, as far as a contract might use them.
const KEYWORDS: [&str; 22] = [
    "as", "async", "await", "box", "const", "continue", "do", "else", "enum", "final", "for", "if", "impl",
    "in", "let", "loop", "match", "mod", "move", "ref", "use", "where",
];

/// Splits `snake_case`, `kebab-case` and `camelCase` into small words; of a URN only what is particular about it.
pub(crate) fn words(name: &str) -> Vec<String> {
    let name = name.strip_prefix("urn:").and_then(|urn| urn.rsplit(':').next()).unwrap_or(name);
    let mut words: Vec<String> = Vec::new();
    let mut begins = true;
    for character in name.chars() {
        if !character.is_ascii_alphanumeric() {
            begins = true;
            continue;
        }
        if begins || character.is_ascii_uppercase() {
            words.push(String::new());
        }
        begins = false;
        if let Some(word) = words.last_mut() {
            word.push(character.to_ascii_lowercase());
        }
    }
    words
}

/// `DeploymentTarget`.
pub(crate) fn pascal(name: &str) -> String {
    words(name).iter().map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}

/// `deployment_target`.
pub(crate) fn snake(name: &str) -> String {
    words(name).join("_")
}

/// Name of a field, an argument or a method. `type` is a kind in Rust.
pub(crate) fn field(name: &str) -> String {
    let name = snake(name);
    match name.as_str() {
        "type" => "kind".to_owned(),
        name if KEYWORDS.contains(&name) => format!("{name}_"),
        name if name.starts_with(|c: char| c.is_ascii_digit()) => format!("number_{name}"),
        _ => name,
    }
}

/// Name of a variant.
pub(crate) fn variant(word: &str) -> String {
    match pascal(word) {
        name if name.is_empty() => "Empty".to_owned(),
        name if name.starts_with(|c: char| c.is_ascii_digit()) => format!("V{name}"),
        name => name,
    }
}

/// One of several, by the name of all.
pub(crate) fn singular(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let with_e = ["sses", "xes", "ches", "shes"].iter().any(|ending| name.ends_with(ending));
    match name.strip_suffix(if with_e { "es" } else { "s" }) {
        Some(stem) if !stem.ends_with('s') || with_e => stem.to_owned(),
        Some(_) | None => name.to_owned(),
    }
}

/// What is left of the name of an operation without the name of what it is about: `create` of `createProject`.
pub(crate) fn verb(operation: &str, tag: &str) -> String {
    let (all, plural) = (words(operation), words(tag));
    let one = words(&singular(tag));
    for subject in [&plural, &one] {
        let place = all.windows(subject.len()).rposition(|window| window == subject.as_slice());
        if let Some(place) = place.filter(|_| subject.len() < all.len()) {
            let rest: Vec<&str> = all
                .iter()
                .enumerate()
                .filter(|(index, _)| !(place..place + subject.len()).contains(index))
                .map(|(_, word)| word.as_str())
                .collect();
            return field(&rest.join("_"));
        }
    }
    field(operation)
}

/// A summary such as `Creates a project` as what one is about to do: `create a project`.
pub(crate) fn action(summary: &str) -> String {
    let (first, rest) = summary.split_once(' ').unwrap_or((summary, ""));
    let first = first.to_ascii_lowercase();
    let bare = match first.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => match first.strip_suffix("es") {
            Some(stem) if ["sh", "ch", "ss", "x", "o"].iter().any(|end| stem.ends_with(end)) => {
                stem.to_owned()
            }
            Some(_) | None => first.strip_suffix('s').unwrap_or(&first).to_owned(),
        },
    };
    format!("{bare} {rest}").trim_end().to_owned()
}

/// What a type is, if nobody says more: `A health check.`
pub(crate) fn sentence(name: &str) -> String {
    let words = words(name).join(" ");
    let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) { "An" } else { "A" };
    format!("{article} {words}.")
}

/// Names that the files use for something else.
const USED: [&str; 10] =
    ["ClientError", "Exchange", "Option", "Page", "Request", "Response", "Result", "String", "Value", "Vec"];

/// Names of one module, each given once.
#[derive(Debug)]
pub(crate) struct Taken(BTreeMap<String, usize>);

impl Default for Taken {
    fn default() -> Self {
        Self(USED.iter().map(|name| ((*name).to_owned(), 1)).collect())
    }
}

impl Taken {
    /// The first of the names that is free, which is not free any more; with a number if none is.
    pub(crate) fn take(&mut self, names: &[String]) -> String {
        let free = names.iter().find(|name| !self.0.contains_key(*name));
        let name = match (free, names.last()) {
            (Some(name), _) => name.clone(),
            (None, Some(last)) => {
                let count = self.0.get(last).copied().unwrap_or(1) + 1;
                self.0.insert(last.clone(), count);
                format!("{last}{count}")
            }
            (None, None) => String::new(),
        };
        self.0.entry(name.clone()).or_insert(1);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_take_the_form_of_their_place() {
        assert_eq!(pascal("deployment-targets"), "DeploymentTargets");
        assert_eq!(pascal("blue-green"), "BlueGreen");
        assert_eq!(snake("DeploymentTarget"), "deployment_target");
        assert_eq!(field("type"), "kind");
        assert_eq!(field("ref"), "ref_");
        assert_eq!(variant("v1"), "V1");
        assert_eq!(variant("304"), "V304");
        assert_eq!(field("urn:ietf:params:oauth:grant-type:token-exchange"), "token_exchange");
    }

    #[test]
    fn one_of_several_is_found() {
        for (all, one) in [
            ("policies", "policy"),
            ("branches", "branch"),
            ("releases", "release"),
            ("addresses", "address"),
            ("access", "access"),
            ("health_checks", "health_check"),
        ] {
            assert_eq!(singular(all), one);
        }
    }

    #[test]
    fn what_an_operation_is_about_is_not_said_twice() {
        for (operation, tag, method) in [
            ("createProject", "projects", "create"),
            ("listDeploymentTargets", "deployment-targets", "list"),
            ("cancelBuild", "builds", "cancel"),
            ("readBuildLog", "builds", "read_log"),
            ("followEvents", "events", "follow"),
            ("login", "sessions", "login"),
            ("readMe", "sessions", "read_me"),
        ] {
            assert_eq!(verb(operation, tag), method);
        }
    }

    #[test]
    fn a_summary_says_what_one_is_about_to_do() {
        assert_eq!(action("Creates a project"), "create a project");
        assert_eq!(action("Pushes it"), "push it");
        assert_eq!(action("Says who the caller is"), "say who the caller is");
        assert_eq!(action("Changes a project"), "change a project");
        assert_eq!(action("Tries again"), "try again");
    }
}

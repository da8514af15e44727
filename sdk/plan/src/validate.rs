//! Checks configuration against a schema.

use sparki_core::{Attribute, Diagnostic, Diagnostics, Dynamic, Kind, Mode, ObjectSchema, Path, Rule, Step};

/// Checks configuration: required attributes, attributes that cannot be set, validators, and rules between
/// attributes. Unknown values pass until they are known.
#[must_use]
pub fn validate(schema: &ObjectSchema, config: &Dynamic) -> Diagnostics {
    let mut found = Diagnostics::new();
    validate_object(schema, config, &Path::root(), &mut found);
    found
}

fn validate_object(schema: &ObjectSchema, config: &Dynamic, at: &Path, found: &mut Diagnostics) {
    for attribute in &schema.attributes {
        validate_attribute(attribute, config.attribute(attribute.name), &at.then(attribute.name), found);
    }
    for rule in &schema.rules {
        if let Some(problem) = broken(*rule, config) {
            let diagnostic = Diagnostic::error("Invalid combination of attributes", problem.text);
            found.push(
                diagnostic
                    .at(problem.attribute.map_or_else(|| at.clone(), |name| at.then(name)).addressable()),
            );
        }
    }
}

fn validate_attribute(attribute: &Attribute, value: &Dynamic, path: &Path, found: &mut Diagnostics) {
    let name = attribute.name;
    let mut report = |summary: &str, detail: String| {
        found.push(Diagnostic::error(summary, detail).at(path.addressable()));
    };
    if value.is_null() {
        if attribute.mode == Mode::Required {
            report("Missing required attribute", format!("\"{name}\" is required. Set it."));
        }
        return;
    }
    if attribute.mode == Mode::Computed {
        report(
            "Read-only attribute",
            format!("\"{name}\" is decided by the remote and cannot be set. Remove it."),
        );
        return;
    }
    for validator in &attribute.validators {
        if let Err(problem) = validator.check(value) {
            let shown = match value {
                _ if attribute.sensitive || attribute.write_only => String::new(),
                Dynamic::String(text) => format!(", and is {:?}", shorten(text)),
                Dynamic::Number(number) => format!(", and is {number}"),
                _ => String::new(),
            };
            report("Invalid attribute value", format!("\"{name}\" {problem}{shown}."));
        }
    }
    if let Some(deprecation) = attribute.deprecation {
        let text = format!("\"{name}\" is deprecated. {deprecation}");
        found.push(Diagnostic::warning("Deprecated attribute", text).at(path.addressable()));
    }
    let Kind::Nested(_, object) = &attribute.kind else { return };
    let mut element = |value: &Dynamic, path: Path| match value {
        Dynamic::Object(_) => validate_object(object, value, &path, found),
        Dynamic::Null => {
            let text = format!("\"{name}\" has an element that is null. Remove the element.");
            found.push(Diagnostic::error("Missing element", text).at(path.addressable()));
        }
        _ => {}
    };
    match value {
        Dynamic::List(elements) => {
            for (index, value) in elements.iter().enumerate() {
                element(value, path.index(index));
            }
        }
        Dynamic::Map(members) => {
            for (key, value) in members {
                element(value, path.key(key));
            }
        }
        Dynamic::Set(elements) => {
            for value in elements {
                element(value, path.step(Step::Element));
            }
        }
        single => element(single, path.clone()),
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 60 {
        text.to_owned()
    } else {
        text.chars().take(57).chain("...".chars()).collect()
    }
}

struct Problem {
    text: String,
    attribute: Option<&'static str>,
}

/// What is wrong, if the rule is broken whatever unknown values turn out to be.
fn broken(rule: Rule, config: &Dynamic) -> Option<Problem> {
    let (Rule::ExactlyOneOf(names)
    | Rule::AtLeastOneOf(names)
    | Rule::Conflicting(names)
    | Rule::RequiredTogether(names)) = rule;
    let known: Vec<_> = names
        .iter()
        .copied()
        .filter(|name| !config.attribute(name).is_null() && !config.attribute(name).is_unknown())
        .collect();
    let any_unknown = names.iter().any(|name| config.attribute(name).is_unknown());
    let list = quoted(names);
    let too_many = || Problem {
        text: format!("Only one of {list} can be set, but {} are. Remove all but one.", quoted(&known)),
        attribute: known.last().copied(),
    };
    match rule {
        Rule::ExactlyOneOf(_) if known.len() > 1 => Some(too_many()),
        Rule::Conflicting(_) if known.len() > 1 => Some(too_many()),
        Rule::ExactlyOneOf(_) if known.is_empty() && !any_unknown => {
            Some(Problem { text: format!("One of {list} is required. Set one of them."), attribute: None })
        }
        Rule::AtLeastOneOf(_) if known.is_empty() && !any_unknown => Some(Problem {
            text: format!("At least one of {list} is required. Set one or more."),
            attribute: None,
        }),
        Rule::RequiredTogether(_) if !known.is_empty() && known.len() < names.len() && !any_unknown => {
            let missing: Vec<_> = names.iter().copied().filter(|name| !known.contains(name)).collect();
            Some(Problem {
                text: format!(
                    "{list} go together, but {} is not set. Set all of them or none.",
                    quoted(&missing)
                ),
                attribute: known.first().copied(),
            })
        }
        Rule::ExactlyOneOf(_) | Rule::AtLeastOneOf(_) | Rule::Conflicting(_) | Rule::RequiredTogether(_) => {
            None
        }
    }
}

fn quoted(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("\"{name}\"")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

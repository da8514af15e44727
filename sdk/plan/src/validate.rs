//! Checks configuration against a schema.

use std::collections::BTreeSet;

use sparki_core::{
    Attribute, Diagnostic, Diagnostics, Dynamic, Kind, Mode, ObjectSchema, Path, Rule, Step, Validator,
    excerpt,
};

use crate::blocks::is_absent;
use crate::merge::with_defaults;

/// Checks configuration: required attributes, attributes that cannot be set, validators, elements of sets, and rules
/// between attributes. Unknown values pass until they are known. Sensitive values are not shown.
#[must_use]
pub fn validate(schema: &ObjectSchema, config: &Dynamic) -> Diagnostics {
    validate_on(Host::default(), schema, config)
}

/// What the host of the configuration is able to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// It never stores what is write-only.
    pub forgets_write_only: bool,
}

/// The same, with advice for a host that is able to do something.
#[must_use]
pub fn validate_on(host: Host, schema: &ObjectSchema, config: &Dynamic) -> Diagnostics {
    let mut validation = Validation { found: Diagnostics::new(), hidden: 0, host };
    validation.object(schema, config, &Path::root());
    validation.found
}

/// The same for values that may all be sensitive: no message shows one.
pub(crate) fn validate_hidden(schema: &ObjectSchema, config: &Dynamic) -> Diagnostics {
    let mut validation = Validation { found: Diagnostics::new(), hidden: 1, host: Host::default() };
    validation.object(schema, config, &Path::root());
    validation.found
}

struct Validation {
    found: Diagnostics,
    /// How many of the attributes around the present one are sensitive.
    hidden: usize,
    host: Host,
}

impl Validation {
    fn report(&mut self, summary: &str, detail: String, path: &Path) {
        let (diagnostic, path) = (Diagnostic::error(summary, detail), path.addressable());
        self.found.push(if path == Path::root() { diagnostic } else { diagnostic.at(path) });
    }

    fn object(&mut self, schema: &ObjectSchema, config: &Dynamic, at: &Path) {
        for attribute in &schema.attributes {
            self.attribute(attribute, config.attribute(attribute.name), &at.then(attribute.name));
        }
        for rule in &schema.rules {
            if let Rule::PreferWriteOnly([stored, other]) = rule {
                self.prefer(stored, other, config, at);
            } else if let Some(problem) = broken(*rule, schema, config) {
                let path = problem.attribute.map_or_else(|| at.clone(), |name| at.then(name));
                self.report("Invalid combination of attributes", problem.text, &path);
            }
        }
    }

    fn prefer(&mut self, stored: &str, other: &str, config: &Dynamic, at: &Path) {
        if self.host.forgets_write_only && !config.attribute(stored).is_null() {
            let text = format!("\"{stored}\" is kept in the state. Use \"{other}\" instead, which is not.");
            let path = at.then(stored).addressable();
            self.found.push(Diagnostic::warning("Value is stored", text).at(path));
        }
    }

    fn attribute(&mut self, attribute: &Attribute, value: &Dynamic, path: &Path) {
        // The whole path: Terraform shows the line of a nested attribute's outermost block only.
        let name = path;
        if is_absent(attribute, value) {
            if attribute.mode == Mode::Required && attribute.block {
                let text = format!("A block \"{name}\" is required. Add one.");
                self.report("Missing required block", text, path);
            } else if attribute.mode == Mode::Required {
                self.report("Missing required attribute", format!("\"{name}\" is required. Set it."), path);
            }
            return;
        }
        if attribute.mode == Mode::Computed {
            let text = format!("\"{name}\" is decided by the remote and cannot be set. Remove it.");
            return self.report("Read-only attribute", text, path);
        }
        let hidden = usize::from(attribute.sensitive || attribute.write_only);
        self.hidden += hidden;
        let check = |validator: &Validator| {
            if self.hidden > 0 { validator.check_hidden(value) } else { validator.check(value) }
        };
        let failed: Vec<_> =
            attribute.validators.iter().filter_map(|one| Some((one, check(one).err()?))).collect();
        for (index, (validator, problem)) in failed.iter().enumerate() {
            // The limits of an attribute stand after those of its type and are the narrower ones.
            if failed[index + 1..].iter().any(|(later, _)| validator.is_same_kind(later)) {
                continue;
            }
            let text = match (self.hidden > 0, value) {
                (true, _) => format!("\"{name}\" {problem}"),
                (false, Dynamic::String(text)) => format!("\"{name}\" {problem}, and is {:?}", excerpt(text)),
                (false, Dynamic::Number(number)) => format!("\"{name}\" {problem}, and is {number}"),
                (false, _) => format!("\"{name}\" {problem}"),
            };
            self.report("Invalid attribute value", format!("{text}."), path);
        }
        if let Some(deprecation) = attribute.deprecation {
            let text = format!("\"{name}\" is deprecated. {deprecation}");
            self.found.push(Diagnostic::warning("Deprecated attribute", text).at(path.addressable()));
        }
        if let Kind::Nested(_, object) = &attribute.kind {
            self.nested(object, value, path);
        }
        self.hidden -= hidden;
    }

    fn nested(&mut self, object: &ObjectSchema, value: &Dynamic, path: &Path) {
        let name = path;
        let mut element = |value: &Dynamic, path: Path| match value {
            Dynamic::Object(_) => self.object(object, value, &path),
            Dynamic::Null => {
                let text = format!("\"{name}\" has an element that is null. Remove the element.");
                self.report("Missing element", text, &path);
            }
            Dynamic::Unknown(_)
            | Dynamic::Bool(_)
            | Dynamic::Number(_)
            | Dynamic::String(_)
            | Dynamic::List(_)
            | Dynamic::Set(_)
            | Dynamic::Map(_)
            | Dynamic::Typed(..) => {}
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
                // Terraform counts the elements before defaults are filled in and would blame the provider.
                let filled: Vec<_> = elements.iter().map(|value| with_defaults(object, value)).collect();
                let known = filled.iter().filter(|value| value.is_wholly_known()).count();
                let distinct: BTreeSet<_> = filled.iter().filter(|value| value.is_wholly_known()).collect();
                if distinct.len() < known {
                    let text = format!(
                        "\"{name}\" has two elements that are the same once defaults are filled in. Remove one of them."
                    );
                    self.report("Duplicate element", text, path);
                }
            }
            single => element(single, path.clone()),
        }
    }
}

/// What is wrong with a combination of attributes.
pub(crate) struct Problem {
    text: String,
    attribute: Option<&'static str>,
}

/// What is wrong, if the rule is broken whatever unknown values turn out to be.
pub(crate) fn broken(rule: Rule, schema: &ObjectSchema, config: &Dynamic) -> Option<Problem> {
    let names = rule.attributes();
    let is_left_out = |name: &str| {
        let value = config.attribute(name);
        schema.attribute(name).map_or(value.is_null(), |attribute| is_absent(attribute, value))
    };
    let is_known = |name: &&str| !is_left_out(name) && !config.attribute(name).is_unknown();
    let known: Vec<_> = names.iter().copied().filter(is_known).collect();
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
        Rule::Requires([first, others @ ..]) if known.contains(first) => {
            let is_missing = |name: &&str| is_left_out(name);
            let missing: Vec<_> = others.iter().copied().filter(is_missing).collect();
            (!missing.is_empty()).then(|| Problem {
                text: format!(
                    "\"{first}\" needs {} as well. Set it, or remove \"{first}\".",
                    quoted(&missing)
                ),
                attribute: Some(first),
            })
        }
        Rule::ExactlyOneOf(_)
        | Rule::AtLeastOneOf(_)
        | Rule::Conflicting(_)
        | Rule::RequiredTogether(_)
        | Rule::Requires(_)
        | Rule::PreferWriteOnly(_) => None,
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

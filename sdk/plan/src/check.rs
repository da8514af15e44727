//! Terraform's own rules for plans and results, so that a mistake shows in our tests and not at a practitioner's.
//!
//! Terraform checks every plan against configuration and prior state, and every result against the plan. A provider
//! that breaks a rule is reported as faulty, in the middle of a run. These functions come to the same verdict.

use sparki_core::{Attribute, Dynamic, Kind, Nesting, ObjectSchema, Path, Step};

use crate::blocks::is_absent;

use crate::correlate::correlate;

/// A rule that a plan or a result breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where.
    pub path: Path,
    /// What Terraform would say.
    pub problem: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)
    }
}

/// What Terraform would object to in a plan ("Provider produced invalid plan").
#[must_use]
pub fn plan_violations(
    schema: &ObjectSchema,
    prior: &Dynamic,
    config: &Dynamic,
    planned: &Dynamic,
) -> Vec<Violation> {
    let mut found = Vec::new();
    match (config.is_null(), planned.is_null()) {
        (true, true) => {}
        (true, false) => report(&mut found, &Path::root(), "planned for existence but config wants absence"),
        (false, true) => report(&mut found, &Path::root(), "planned for absence but config wants existence"),
        (false, false) => plan_object(schema, prior, config, planned, &Path::root(), &mut found),
    }
    found
}

/// What Terraform would object to in a result ("Provider produced inconsistent result after apply", "returned invalid
/// result object after apply").
#[must_use]
pub fn result_violations(schema: &ObjectSchema, planned: &Dynamic, actual: &Dynamic) -> Vec<Violation> {
    let mut found = Vec::new();
    unknown_parts(actual, &Path::root(), &mut found);
    write_only_parts(schema, actual, &Path::root(), &mut found);
    compatible(planned, actual, &Path::root(), &mut found);
    found
}

fn report(found: &mut Vec<Violation>, path: &Path, problem: impl Into<String>) {
    found.push(Violation { path: path.clone(), problem: problem.into() });
}

fn plan_object(
    schema: &ObjectSchema,
    prior: &Dynamic,
    config: &Dynamic,
    planned: &Dynamic,
    at: &Path,
    found: &mut Vec<Violation>,
) {
    for attribute in &schema.attributes {
        let name = attribute.name;
        let (prior, config, planned) =
            (prior.attribute(name), config.attribute(name), planned.attribute(name));
        let path = at.then(name);
        match &attribute.kind {
            Kind::Nested(nesting, object) if attribute.block => {
                let is_computed = attribute.is_computed() && is_absent(attribute, config);
                if !is_computed {
                    plan_block(*nesting, object, [prior, config, planned], &path, found);
                }
            }
            Kind::Nested(..) | Kind::Plain(_) => {
                plan_attribute(attribute, prior, config, planned, &path, found);
            }
        }
    }
}

fn plan_block(
    nesting: Nesting,
    schema: &ObjectSchema,
    [prior, config, planned]: [&Dynamic; 3],
    path: &Path,
    found: &mut Vec<Violation>,
) {
    if config.is_unknown() {
        if !planned.is_unknown() {
            report(found, path, "planned value for unknown dynamic block");
        }
        return;
    }
    match planned {
        Dynamic::Unknown(_) => report(found, path, "planned an unknown block"),
        Dynamic::Null if nesting != Nesting::Single => {
            report(found, path, "block attribute must be empty, not null");
        }
        Dynamic::Set(elements) if elements.iter().any(Dynamic::is_unknown) => {
            report(found, path, "planned an unknown element of a set of blocks");
        }
        known if config.is_null() && known.is_null() => {}
        _ => plan_nested(schema, prior, config, planned, path, found),
    }
}

fn plan_attribute(
    attribute: &Attribute,
    prior: &Dynamic,
    config: &Dynamic,
    planned: &Dynamic,
    path: &Path,
    found: &mut Vec<Violation>,
) {
    if attribute.write_only {
        if !planned.is_null() {
            report(found, path, "planned a value for a write-only attribute");
        }
        return;
    }
    let both_unknown = planned.is_unknown() && config.is_unknown();
    if planned == config || both_unknown || (planned == prior && !prior.is_null() && !config.is_null()) {
        return;
    }
    if config.is_null() {
        if !attribute.is_computed() {
            report(found, path, "planned a value for a non-computed attribute");
        }
        return;
    }
    if let Kind::Nested(_, object) = &attribute.kind {
        return plan_nested(object, prior, config, planned, path, found);
    }
    report(found, path, "planned value does not match config value nor prior value");
}

fn plan_nested(
    schema: &ObjectSchema,
    prior: &Dynamic,
    config: &Dynamic,
    planned: &Dynamic,
    path: &Path,
    found: &mut Vec<Violation>,
) {
    let null = &Dynamic::Null;
    let element = |prior: &Dynamic,
                   config: &Dynamic,
                   planned: &Dynamic,
                   path: &Path,
                   found: &mut Vec<Violation>| match (config, planned) {
        (Dynamic::Object(_), Dynamic::Object(_)) => plan_object(schema, prior, config, planned, path, found),
        (Dynamic::Null, Dynamic::Null) | (Dynamic::Unknown(_), Dynamic::Unknown(_)) => {}
        (Dynamic::Object(_), Dynamic::Null) => {
            report(found, path, "planned for absence but config wants existence")
        }
        (Dynamic::Null, _) => report(found, path, "planned for existence but config wants absence"),
        (_, Dynamic::Unknown(_)) => report(found, path, "planned unknown for configured value"),
        _ => report(found, path, "planned value does not match config value nor prior value"),
    };
    match (config, planned) {
        (Dynamic::List(configs), Dynamic::List(plans)) if configs.len() == plans.len() => {
            let priors = if let Dynamic::List(priors) = prior { priors.as_slice() } else { &[] };
            for (index, (config, planned)) in configs.iter().zip(plans).enumerate() {
                element(priors.get(index).unwrap_or(null), config, planned, &path.index(index), found);
            }
        }
        (Dynamic::Map(configs), Dynamic::Map(plans)) if configs.len() == plans.len() => {
            for (key, planned) in plans {
                match configs.get(key) {
                    Some(config) => element(prior.attribute(key), config, planned, &path.key(key), found),
                    None => {
                        report(found, path, format!("map key {key:?} from plan is not present in config"))
                    }
                }
            }
        }
        (Dynamic::Set(configs), Dynamic::Set(plans)) if configs.len() == plans.len() => {}
        (Dynamic::List(_), Dynamic::List(_))
        | (Dynamic::Map(_), Dynamic::Map(_))
        | (Dynamic::Set(_), Dynamic::Set(_)) => {
            report(found, path, "count in plan disagrees with count in config");
        }
        (config, planned) => element(prior, config, planned, path, found),
    }
}

fn unknown_parts(value: &Dynamic, path: &Path, found: &mut Vec<Violation>) {
    match value {
        Dynamic::Unknown(_) => report(found, path, "still unknown after apply"),
        Dynamic::List(elements) => {
            for (index, value) in elements.iter().enumerate() {
                unknown_parts(value, &path.index(index), found);
            }
        }
        Dynamic::Set(elements) => {
            elements.iter().for_each(|value| unknown_parts(value, &path.step(Step::Element), found))
        }
        Dynamic::Map(members) => {
            members.iter().for_each(|(key, value)| unknown_parts(value, &path.key(key), found))
        }
        Dynamic::Object(members) => {
            members.iter().for_each(|(name, value)| unknown_parts(value, &path.then(name), found));
        }
        Dynamic::Typed(_, inner) => unknown_parts(inner, path, found),
        Dynamic::Null | Dynamic::Bool(_) | Dynamic::Number(_) | Dynamic::String(_) => {}
    }
}

fn write_only_parts(schema: &ObjectSchema, value: &Dynamic, path: &Path, found: &mut Vec<Violation>) {
    for attribute in &schema.attributes {
        let (value, path) = (value.attribute(attribute.name), path.then(attribute.name));
        if attribute.write_only && !value.is_null() {
            report(found, &path, "returned a value for a write-only attribute");
        }
        let Kind::Nested(_, object) = &attribute.kind else { continue };
        match value {
            Dynamic::Object(_) => write_only_parts(object, value, &path, found),
            Dynamic::List(elements) => {
                for (index, value) in elements.iter().enumerate() {
                    write_only_parts(object, value, &path.index(index), found);
                }
            }
            Dynamic::Map(members) => {
                for (key, value) in members {
                    write_only_parts(object, value, &path.key(key), found);
                }
            }
            // Sets cannot hold write-only attributes, which the schema check enforces.
            Dynamic::Set(_)
            | Dynamic::Null
            | Dynamic::Unknown(_)
            | Dynamic::Bool(_)
            | Dynamic::Number(_)
            | Dynamic::String(_)
            | Dynamic::Typed(..) => {}
        }
    }
}

/// Whether `actual` is what `planned` promised.
fn compatible(planned: &Dynamic, actual: &Dynamic, path: &Path, found: &mut Vec<Violation>) {
    match (planned, actual) {
        (Dynamic::Unknown(refinement), actual) => {
            if !refinement.admits(actual) {
                report(found, path, "final value does not conform to planning placeholder");
            }
        }
        (Dynamic::Null, Dynamic::Null) => {}
        (Dynamic::Null, _) => report(found, path, "was null, but now has a value"),
        (_, Dynamic::Null) => report(found, path, "was present, but now absent"),
        (Dynamic::Object(planned), Dynamic::Object(actual)) => {
            for (name, planned) in planned {
                compatible(planned, actual.get(name).unwrap_or(&Dynamic::Null), &path.then(name), found);
            }
        }
        (Dynamic::Map(planned), Dynamic::Map(actual)) => {
            for (key, planned) in planned {
                match actual.get(key) {
                    Some(actual) => compatible(planned, actual, &path.key(key), found),
                    None => report(found, &path.key(key), "element has vanished"),
                }
            }
            for key in actual.keys().filter(|key| !planned.contains_key(*key)) {
                report(found, &path.key(key), "new element has appeared");
            }
        }
        (Dynamic::List(planned), Dynamic::List(actual)) => {
            for (index, pair) in planned.iter().zip(actual).enumerate() {
                compatible(pair.0, pair.1, &path.index(index), found);
            }
            match planned.len().cmp(&actual.len()) {
                std::cmp::Ordering::Greater => {
                    report(found, &path.index(actual.len()), "element has vanished")
                }
                std::cmp::Ordering::Less => {
                    report(found, &path.index(planned.len()), "new element has appeared")
                }
                std::cmp::Ordering::Equal => {}
            }
        }
        (Dynamic::Set(planned), Dynamic::Set(actual)) => {
            let fits = |planned: &Dynamic, actual: &Dynamic| {
                let mut inner = Vec::new();
                compatible(planned, actual, path, &mut inner);
                inner.is_empty()
            };
            if actual.len() > planned.len() {
                report(found, path, "has more elements than planned");
            }
            let unmatched = correlate(planned, actual, fits);
            if unmatched.planned {
                report(found, path, "planned set element does not correlate with any element in actual");
            }
            if unmatched.actual {
                report(found, path, "actual set element does not correlate with any element in plan");
            }
        }
        (Dynamic::Typed(_, planned), Dynamic::Typed(_, actual)) => compatible(planned, actual, path, found),
        (planned, actual) if planned == actual => {}
        (planned, actual) => report(
            found,
            path,
            format!(
                "was {}, but now {}",
                kind(planned),
                if kind(planned) == kind(actual) { "another" } else { kind(actual) }
            ),
        ),
    }
}

/// A value in a message: its kind only, because it may be sensitive.
fn kind(value: &Dynamic) -> &'static str {
    match value {
        Dynamic::Null => "null",
        Dynamic::Unknown(_) => "unknown",
        Dynamic::Bool(_) => "one bool",
        Dynamic::Number(_) => "one number",
        Dynamic::String(_) => "one string",
        Dynamic::List(_) => "a list",
        Dynamic::Set(_) => "a set",
        Dynamic::Map(_) => "a map",
        Dynamic::Object(_) => "an object",
        Dynamic::Typed(..) => "a typed value",
    }
}

//! Shows a plan on a terminal, in the form that Terraform's users know.

use std::fmt::Write;

use sparki_core::{Attribute, Dynamic, Kind, ObjectSchema, Path, Schema, Step};

use crate::blocks::is_absent;
use crate::{Action, InstancePlan};

/// The plan of one object as text, ending with a line break. Sensitive values are not shown. An object that stays as
/// it is gives no text.
#[must_use]
pub fn render(address: &str, schema: &Schema, prior: &Dynamic, plan: &InstancePlan) -> String {
    let (symbol, verb) = match plan.action {
        Action::NoOp => return String::new(),
        Action::Create => ("+", "will be created"),
        Action::Update => ("~", "will be updated in place"),
        Action::Replace => ("-/+", "must be replaced"),
        Action::Delete => ("-", "will be destroyed"),
    };
    let mut text = format!("# {address} {verb}\n{symbol} {address} {{\n");
    let renderer = Renderer { replace: &plan.requires_replace };
    renderer.object(&schema.object, prior, &plan.planned, &Path::root(), 1, &mut text);
    text.push_str("}\n");
    text
}

struct Renderer<'a> {
    replace: &'a [Path],
}

impl Renderer<'_> {
    fn object(
        &self,
        schema: &ObjectSchema,
        prior: &Dynamic,
        planned: &Dynamic,
        at: &Path,
        depth: usize,
        text: &mut String,
    ) {
        for attribute in &schema.attributes {
            let (prior, planned) = (prior.attribute(attribute.name), planned.attribute(attribute.name));
            // A block that is not there is no line.
            let is_nothing = attribute.block && is_absent(attribute, prior) && is_absent(attribute, planned);
            if prior != planned && !is_nothing {
                self.attribute(attribute, prior, planned, &at.then(attribute.name), depth, text);
            }
        }
    }

    fn attribute(
        &self,
        attribute: &Attribute,
        prior: &Dynamic,
        planned: &Dynamic,
        path: &Path,
        depth: usize,
        text: &mut String,
    ) {
        let indent = "  ".repeat(depth);
        let symbol = match (prior.is_null(), planned.is_null()) {
            (true, _) => "+",
            (false, true) => "-",
            (false, false) => "~",
        };
        let reason = if self.replace.contains(path) { " # forces replacement" } else { "" };
        let name = attribute.name;
        if let Kind::Nested(_, object) = &attribute.kind
            && !attribute.sensitive
            && !planned.is_unknown()
            && !(prior.is_null() && is_empty_collection(planned))
        {
            let _ = writeln!(text, "{indent}{symbol} {name} = {{{reason}");
            self.elements(object, prior, planned, path, depth + 1, text);
            let _ = writeln!(text, "{indent}  }}");
            return;
        }
        let show = |value: &Dynamic| {
            match (&attribute.kind, value) {
                (_, Dynamic::Null) => "null".to_owned(),
                _ if attribute.sensitive => "(sensitive value)".to_owned(),
                // Something inside may be sensitive, so only what stands in for it is shown.
                (Kind::Nested(..), known) if !known.is_unknown() && !is_empty_collection(known) => {
                    "{...}".to_owned()
                }
                _ => value_text(value),
            }
        };
        let change = match (prior.is_null(), planned.is_null()) {
            (true, _) => show(planned),
            (false, true) => format!("{} -> null", show(prior)),
            (false, false) => format!("{} -> {}", show(prior), show(planned)),
        };
        let _ = writeln!(text, "{indent}{symbol} {name} = {change}{reason}");
    }

    fn elements(
        &self,
        schema: &ObjectSchema,
        prior: &Dynamic,
        planned: &Dynamic,
        path: &Path,
        depth: usize,
        text: &mut String,
    ) {
        if let (Dynamic::Object(_) | Dynamic::Null, Dynamic::Object(_) | Dynamic::Null) = (prior, planned) {
            return self.object(schema, prior, planned, path, depth, text);
        }
        let (priors, plans) = (keyed(prior), keyed(planned));
        let labels: std::collections::BTreeSet<_> = priors.keys().chain(plans.keys()).collect();
        for label in labels {
            let side = |side: &Keyed<'_>| side.get(label).map_or(Dynamic::Null, |entry| entry.2.clone());
            let (before, after) = (side(&priors), side(&plans));
            let Some((step, shown, _)) = plans.get(label).or_else(|| priors.get(label)) else { continue };
            if before == after {
                continue;
            }
            let indent = "  ".repeat(depth);
            if after.is_unknown() {
                let _ = writeln!(text, "{indent}  {shown} = {}", value_text(&after));
                continue;
            }
            let _ = writeln!(text, "{indent}  {shown} = {{");
            self.object(schema, &before, &after, &path.step(step.clone()), depth + 2, text);
            let _ = writeln!(text, "{indent}  }}");
        }
    }
}

/// Elements of a collection by what identifies them, with the step to each and the label it is shown with.
type Keyed<'a> = std::collections::BTreeMap<(usize, Dynamic), (Step, String, &'a Dynamic)>;

fn keyed(collection: &Dynamic) -> Keyed<'_> {
    match collection {
        Dynamic::List(elements) => elements
            .iter()
            .enumerate()
            .map(|(index, value)| ((index, Dynamic::Null), (Step::Index(index), format!("[{index}]"), value)))
            .collect(),
        Dynamic::Map(members) => members
            .iter()
            .map(|(key, value)| {
                ((0, key.as_str().into()), (Step::Key(key.clone()), format!("{key:?}"), value))
            })
            .collect(),
        // A set element is its own identity: one that changed is gone, and another one is new.
        Dynamic::Set(elements) => {
            // Several elements may be the same as long as they are not known; they stand side by side.
            let (mut keyed, mut same, mut last) = (Keyed::new(), 0, None);
            for value in elements {
                same = if last == Some(value) { same + 1 } else { 0 };
                last = Some(value);
                keyed.insert((same, value.clone()), (Step::Element, "element".into(), value));
            }
            keyed
        }
        Dynamic::Null
        | Dynamic::Unknown(_)
        | Dynamic::Bool(_)
        | Dynamic::Number(_)
        | Dynamic::String(_)
        | Dynamic::Object(_)
        | Dynamic::Typed(..) => Keyed::new(),
    }
}

fn is_empty_collection(value: &Dynamic) -> bool {
    match value {
        Dynamic::List(elements) => elements.is_empty(),
        Dynamic::Set(elements) => elements.is_empty(),
        Dynamic::Map(members) => members.is_empty(),
        Dynamic::Null
        | Dynamic::Unknown(_)
        | Dynamic::Bool(_)
        | Dynamic::Number(_)
        | Dynamic::String(_)
        | Dynamic::Object(_)
        | Dynamic::Typed(..) => false,
    }
}

fn value_text(value: &Dynamic) -> String {
    let list =
        |values: &mut dyn Iterator<Item = &Dynamic>| values.map(value_text).collect::<Vec<_>>().join(", ");
    match value {
        Dynamic::Null => "null".into(),
        Dynamic::Unknown(_) => "(known after apply)".into(),
        Dynamic::Bool(value) => value.to_string(),
        Dynamic::Number(number) => number.to_string(),
        Dynamic::String(text) => format!("{text:?}"),
        Dynamic::List(elements) => format!("[{}]", list(&mut elements.iter())),
        Dynamic::Set(elements) => format!("[{}]", list(&mut elements.iter())),
        Dynamic::Map(members) | Dynamic::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| format!("{name} = {}", value_text(value)))
                .collect();
            if members.is_empty() { "{}".into() } else { format!("{{ {} }}", members.join(", ")) }
        }
        Dynamic::Typed(_, inner) => value_text(inner),
    }
}

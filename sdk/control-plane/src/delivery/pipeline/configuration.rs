//! The configuration of a pipeline, schema v1. It is checked here and stored as it was sent.

use serde_json::Value;

use crate::document::Fields;

/// Takes the configuration out of a body and checks it.
pub(super) fn read(fields: &mut Fields<'_>) -> Value {
    let Some(value) = fields.value("configuration") else {
        fields.missing("configuration");
        return Value::Null;
    };
    let Value::Object(map) = &value else {
        fields.error("configuration", "type", "\"configuration\" has to be an object.");
        return Value::Null;
    };
    fields.read_at("configuration", map.clone(), check);
    value
}

/// The number of steps in all stages of a configuration that was checked.
pub(super) fn steps_count(configuration: &Value) -> usize {
    let stages = configuration["stages"].as_array().map(Vec::as_slice).unwrap_or_default();
    stages.iter().filter_map(|stage| stage["steps"].as_array()).map(Vec::len).sum()
}

fn check(fields: &mut Fields<'_>) {
    let version = fields.required_text("version", 10);
    if !version.is_empty() && version != "v1" {
        fields.error("version", "choice", "The only version of the schema is \"v1\".");
    }
    at_least_one(fields, "stages", |stage| {
        stage.required_text("name", 100);
        at_least_one(stage, "steps", check_step);
    });
    fields.text_map("environment");
}

fn check_step(step: &mut Fields<'_>) {
    step.required_text("name", 100);
    step.required_text("command", 10_000);
    step.text_map("env");
    step.integer("retry", 0..=5);
    if let Some(timeout) = step.text("timeout", 20)
        && !is_duration(&timeout)
    {
        step.error("timeout", "format", "Use a whole number and a unit: 90s, 10m or 2h.");
    }
}

fn at_least_one(fields: &mut Fields<'_>, name: &str, check: impl FnMut(&mut Fields<'_>)) {
    let present = fields.is_present(name);
    let is_empty = fields.is_empty_list(name);
    fields.objects(name, check);
    if !present {
        fields.missing(name);
    } else if is_empty {
        fields.error(name, "length", format!("{name:?} has to have at least one item."));
    }
}

/// `^[0-9]+[smh]$`.
fn is_duration(text: &str) -> bool {
    let digits = text.strip_suffix(['s', 'm', 'h']).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_a_number_and_a_unit() {
        assert!(is_duration("90s") && is_duration("10m") && is_duration("2h"));
        assert!(!is_duration("90") && !is_duration("s") && !is_duration("1d") && !is_duration("1.5h"));
    }
}

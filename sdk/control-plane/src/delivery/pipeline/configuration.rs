//! The configuration of a pipeline, schema v1. It is checked here and stored as it was sent.

use schemars::{Schema, SchemaGenerator};
use serde_json::Value;

use crate::document::{Fields, Outline, Purpose, choice::choice, form::Form};

static DURATION: Form = Form::new("^[0-9]+[smh]$", "Use a whole number and a unit: 90s, 10m or 2h.");

choice! {
    /// The versions of the schema.
    Version { V1 = "v1" }
}

/// Takes the configuration out of a body and checks it.
pub(super) fn read(fields: &mut Fields<'_>) -> Value {
    fields.required_document("configuration", check)
}

/// What a configuration is, which is the same sent as answered.
pub(super) fn schema(_generator: &mut SchemaGenerator) -> Schema {
    Schema::from(Outline::of(check).schema(Purpose::Whole))
}

/// The number of steps in all stages of a configuration that was checked.
pub(super) fn steps_count(configuration: &Value) -> usize {
    let stages = configuration["stages"].as_array().map(Vec::as_slice).unwrap_or_default();
    stages.iter().filter_map(|stage| stage["steps"].as_array()).map(Vec::len).sum()
}

fn check(fields: &mut Fields<'_>) {
    fields.explain("version", "Version of the schema.");
    fields.explain("stages", "Stages, run in order.");
    fields.explain("environment", "Variables of every step.");
    let Version::V1 = fields.required_choice("version");
    fields.required_objects("stages", 1..=usize::MAX, |stage| {
        stage.explain("name", "Name, for people.");
        stage.explain("steps", "Steps, run in order.");
        stage.required_text("name", 100);
        stage.required_objects("steps", 1..=usize::MAX, check_step);
    });
    fields.text_map("environment");
}

fn check_step(step: &mut Fields<'_>) {
    step.explain("name", "Name, for people.");
    step.explain("command", "Command line that is run.");
    step.explain("env", "Variables of this step.");
    step.explain("retry", "How often the step is tried again after it failed; 0 by default.");
    step.explain("timeout", "How long the step may take: a whole number and s, m or h.");
    step.required_text("name", 100);
    step.required_text("command", 10_000);
    step.text_map("env");
    step.integer("retry", 0..=5);
    step.text_in("timeout", 20, &DURATION);
}

/// The seconds in a timeout such as `90s`, `10m` or `2h`.
pub(crate) fn timeout_seconds(text: &str) -> Option<i64> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let factor = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    digits.parse::<i64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_a_number_and_a_unit() {
        for good in ["90s", "10m", "2h"] {
            assert!(DURATION.admits(good), "{good}");
        }
        for bad in ["90", "s", "1d", "1.5h"] {
            assert!(!DURATION.admits(bad), "{bad}");
        }
    }
}

//! Rules of `sparki_pipeline`.

use serde_json::Value as Json;
use sparki_core::{
    Config, Diagnostic, Diagnostics, Draft, Dynamic, JsonText, Model, Path, Plan, UnknownMembers, Value,
};

use super::{Configuration, Pipeline, PipelineModel, Stage};

impl Plan for Pipeline {
    fn validate(config: &Config<PipelineModel>) -> Diagnostics {
        // Text that is no JSON at all is reported by the attribute's own check.
        match config.configuration_json.known().map(JsonText::document) {
            Some(Ok(document)) => validate_document(&document),
            Some(Err(_)) | None => Diagnostics::new(),
        }
    }

    fn plan(draft: &mut Draft<'_, PipelineModel>) -> Diagnostics {
        // The number of steps follows from what is written, so it need not be "known after apply".
        if let Some(count) = steps_count(draft.planned()) {
            draft.planned_mut().steps_count = Value::Known(count);
        }
        Diagnostics::new()
    }
}

fn validate_document(document: &Json) -> Diagnostics {
    let path = Path::attribute("configuration_json");
    let schema = Configuration::schema();
    let report = |place: &Path, problem: &str| {
        let place = if place.steps().is_empty() {
            "The document".to_owned()
        } else {
            format!("In the document, {place}")
        };
        Diagnostic::error("Invalid pipeline configuration", format!("{place}: {problem}")).at(path.clone())
    };
    match Dynamic::from_json(document, &schema.ty(), UnknownMembers::Refuse) {
        Err(error) => report(&error.path, &format!("{}.", error.problem)).into(),
        Ok(configuration) => sparki_plan::validate(&schema, &configuration)
            .into_iter()
            .map(|found| report(found.path.as_ref().unwrap_or(&Path::root()), &found.detail))
            .collect(),
    }
}

/// How many steps the planned stages have, if all of them are known.
fn steps_count(planned: &PipelineModel) -> Option<i64> {
    let count = |stages: &Vec<Stage>| -> Option<usize> {
        stages.iter().map(|stage| stage.steps.known().map(Vec::len)).sum()
    };
    let steps = match (&planned.stages, &planned.configuration_json) {
        (Value::Known(stages), _) => count(stages)?,
        (Value::Null, Value::Known(text)) => {
            let stages = text.document().ok()?;
            let steps = |stage: &Json| stage.get("steps").and_then(Json::as_array).map(Vec::len);
            stages.get("stages")?.as_array()?.iter().map(steps).sum::<Option<usize>>()?
        }
        (Value::Null, Value::Null | Value::Unknown(_)) | (Value::Unknown(_), _) => return None,
    };
    i64::try_from(steps).ok()
}

//! How `sparki_pipeline` talks to the control plane.

use serde_json::{Map, Value as Json, json};
use sparki_client::{Call, Client};
use sparki_core::{Id, JsonText, Path, Planned, RemoteError, State, Step, Value};

use super::{Pipeline, PipelineModel};
use crate::control_plane::{
    Object, PIPELINE, PROJECT, Segment, Segments, WORKSPACE, creation_body, model, on_control_plane,
    patch_body,
};

impl Object for Pipeline {
    const COLLECTION: &'static str = PIPELINE.collection;
    const NOUN: &'static str = PIPELINE.noun;
    const KEY: &'static str = PIPELINE.key;

    fn id(model: &PipelineModel) -> Option<&str> {
        model.id.known().map(Id::as_str)
    }

    async fn creation(
        _client: &Client,
        planned: &Planned<PipelineModel>,
        _call: &Call,
    ) -> Result<Map<String, Json>, RemoteError> {
        Ok(with_configuration(creation_body(&**planned), planned))
    }

    fn patch(prior: &State<PipelineModel>, planned: &Planned<PipelineModel>) -> Map<String, Json> {
        with_configuration(patch_body(&**prior, &**planned), planned)
    }

    fn state(
        document: &Json,
        reference: Option<&PipelineModel>,
    ) -> Result<State<PipelineModel>, RemoteError> {
        let mut document = document.clone();
        let configuration = document.get_mut("configuration").map(Json::take).unwrap_or_default();
        if let Some(fields) = document.as_object_mut() {
            for name in ["stages", "environment"] {
                fields.insert(name.into(), configuration.get(name).cloned().unwrap_or_default());
            }
        }
        let mut found = model::<PipelineModel>(&document, Self::NOUN)?.into_inner();
        if reference.is_some_and(|reference| reference.configuration_json.is_set()) {
            found.configuration_json = Value::Known(JsonText::new(&configuration));
            found.stages = Value::Null;
            found.environment = Value::Null;
        }
        Ok(State::new(found))
    }

    fn attribute(field: Path, planned: &PipelineModel) -> Path {
        let Some((Step::Attribute(first), rest)) = field.steps().split_first() else { return field };
        if first != "configuration" {
            return field;
        }
        if planned.configuration_json.is_set() {
            return Path::attribute("configuration_json");
        }
        rest.iter().cloned().collect()
    }
}

/// Moves what is written in either form to the one field that the control plane has for it.
fn with_configuration(mut body: Map<String, Json>, planned: &PipelineModel) -> Map<String, Json> {
    let mut take = |name: &str| body.remove(name).filter(|value| !value.is_null());
    let (stages, _, environment) = (take("stages"), take("configuration_json"), take("environment"));
    let written = planned.configuration_json.known().and_then(|text| text.document().ok()).map(without_nulls);
    let configuration = written.or_else(|| {
        let stages = stages?;
        let mut configuration = json!({ "version": "v1", "stages": stages });
        if let Some(environment) = environment {
            configuration["environment"] = environment;
        }
        Some(configuration)
    });
    if let Some(configuration) = configuration {
        body.insert("configuration".into(), configuration);
    }
    body
}

/// The document without members that are null: in a merge patch they would say "remove".
fn without_nulls(document: Json) -> Json {
    match document {
        Json::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Json::Array(elements) => elements.into_iter().map(without_nulls).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => document,
    }
}

impl Segments for Pipeline {
    const SEGMENTS: &'static [Segment] = &[WORKSPACE, PROJECT, PIPELINE];
}

on_control_plane!(
    Pipeline,
    PipelineModel,
    &[
        ("acme/web/ci", "slugs of workspace and project, name of the pipeline"),
        ("0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e", "id of the pipeline"),
    ]
);

//! How `sparki_deployment_target` talks to the control plane.

use serde_json::{Map, Value as Json};
use sparki_client::{Call, Client};
use sparki_core::{Id, Path, Planned, RemoteError, State, Step};

use super::{DeploymentTarget, DeploymentTargetModel, Platform};
use crate::control_plane::{
    DEPLOYMENT_TARGET, ENVIRONMENT, Notice, Object, PROJECT, Segment, Segments, WORKSPACE, creation_body,
    model, on_control_plane, patch_body,
};

impl Object for DeploymentTarget {
    const COLLECTION: &'static str = DEPLOYMENT_TARGET.collection;
    const NOUN: &'static str = DEPLOYMENT_TARGET.noun;
    const KEY: &'static str = DEPLOYMENT_TARGET.key;

    fn id(model: &DeploymentTargetModel) -> Option<&str> {
        model.id.known().map(Id::as_str)
    }

    async fn creation(
        _client: &Client,
        planned: &Planned<DeploymentTargetModel>,
        _call: &Call,
    ) -> Result<Map<String, Json>, RemoteError> {
        let mut body = with_settings(creation_body(&**planned), planned);
        if let Some(platform) = planned.configured_platform() {
            body.insert("platform".into(), platform.as_str().into());
        }
        Ok(with_secret(body, planned))
    }

    fn patch(
        prior: &State<DeploymentTargetModel>,
        planned: &Planned<DeploymentTargetModel>,
    ) -> Map<String, Json> {
        let body = with_settings(patch_body(&**prior, &**planned), planned);
        let version = |model: &DeploymentTargetModel| {
            model.custom.known().and_then(|custom| custom.signing_secret_wo_version.known().copied())
        };
        if version(prior) == version(planned) { body } else { with_secret(body, planned) }
    }

    fn state(
        document: &Json,
        _reference: Option<&DeploymentTargetModel>,
    ) -> Result<State<DeploymentTargetModel>, RemoteError> {
        let mut document = document.clone();
        if let Some(fields) = document.as_object_mut() {
            let settings = fields.remove("settings").unwrap_or_default();
            let fingerprint = settings.get("signing_secret_fingerprint").cloned().unwrap_or_default();
            fields.insert("signing_secret_fingerprint".into(), fingerprint);
            if let Some(platform) = fields.get("platform").and_then(Json::as_str).map(str::to_owned) {
                fields.insert(platform, settings);
            }
        }
        model(&document, Self::NOUN)
    }

    fn notice(prior: &DeploymentTargetModel, now: &DeploymentTargetModel) -> Option<Notice> {
        let ours = prior.custom.known().is_some_and(|custom| custom.signing_secret_wo_version.is_set());
        let changed = prior.signing_secret_fingerprint != now.signing_secret_fingerprint;
        (ours && changed).then_some(Notice {
            summary: "Signing secret changed elsewhere",
            detail: "The signing secret of the deployment target is not the one that was last applied. To send yours \
                     again, raise \"signing_secret_wo_version\".",
        })
    }

    fn attribute(field: Path, planned: &DeploymentTargetModel) -> Path {
        let platform = planned.configured_platform().map(|platform| platform.as_str());
        match (field.steps().split_first(), platform) {
            (Some((Step::Attribute(first), rest)), Some(platform)) if first == "settings" => {
                std::iter::once(Step::Attribute(platform.into()))
                    .chain(rest.iter().map(|step| match step {
                        Step::Attribute(name) if name == "signing_secret" => {
                            Step::Attribute("signing_secret_wo".into())
                        }
                        other => other.clone(),
                    }))
                    .collect()
            }
            _ => field,
        }
    }
}

/// Moves the attribute of the platform that is set to the one field that the control plane has for all of them.
fn with_settings(mut body: Map<String, Json>, planned: &DeploymentTargetModel) -> Map<String, Json> {
    for platform in Platform::ALL {
        let Some(mut settings) = body.remove(platform.as_str()) else { continue };
        if planned.configured_platform() != Some(*platform) {
            continue;
        }
        // The secret is sent by itself, and only when it is new.
        if let Some(fields) = settings.as_object_mut() {
            fields.remove("signing_secret_wo");
        }
        body.insert("settings".into(), settings);
    }
    body
}

fn with_secret(mut body: Map<String, Json>, planned: &DeploymentTargetModel) -> Map<String, Json> {
    let Some(custom) = planned.custom.known() else { return body };
    let secret = custom.signing_secret_wo.known().map(|secret| Json::from(secret.expose().as_str()));
    if let Some(settings) = body.get_mut("settings").and_then(Json::as_object_mut) {
        settings.insert("signing_secret".into(), secret.unwrap_or_default());
    }
    body
}

impl Segments for DeploymentTarget {
    const SEGMENTS: &'static [Segment] = &[WORKSPACE, PROJECT, ENVIRONMENT, DEPLOYMENT_TARGET];
}

on_control_plane!(
    DeploymentTarget,
    DeploymentTargetModel,
    &[
        (
            "acme/web/production/use1",
            "slugs of workspace, project and environment, name of the deployment target"
        ),
        ("0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e", "id of the deployment target"),
    ]
);

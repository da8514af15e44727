//! How `sparki_environment` talks to the control plane.

use sparki_core::Id;

use super::{Environment, EnvironmentModel};
use crate::control_plane::{
    Advice, ENVIRONMENT, Object, PROJECT, Segment, Segments, WORKSPACE, on_control_plane,
};

impl Object for Environment {
    const COLLECTION: &'static str = ENVIRONMENT.collection;
    const NOUN: &'static str = ENVIRONMENT.noun;
    const KEY: &'static str = ENVIRONMENT.key;

    fn id(model: &EnvironmentModel) -> Option<&str> {
        model.id.known().map(Id::as_str)
    }

    fn advice(code: &str) -> Option<Advice> {
        (code == "cycle").then_some(Advice {
            attribute: "promotes_from",
            text: "Change \"promotes_from\" of one of them, so that releases move in one direction.",
        })
    }
}

impl Segments for Environment {
    const SEGMENTS: &'static [Segment] = &[WORKSPACE, PROJECT, ENVIRONMENT];
}

on_control_plane!(
    Environment,
    EnvironmentModel,
    &[
        ("acme/web/production", "slugs of workspace, project and environment"),
        ("0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e", "id of the environment"),
    ]
);

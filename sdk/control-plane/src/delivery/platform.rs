//! The platforms deployments go to, and what each can do.

use axum::{extract::RawQuery, response::Response};
use serde_json::{Value, json};

use crate::{
    auth::Caller,
    document::choice::{Choice, choice},
    http::{answer::Answer, query::Query},
    object::routes::respond,
};

choice! {
    /// Something that runs what is deployed to it.
    Platform {
        Kubernetes = "kubernetes",
        Railway = "railway",
        Render = "render",
        Flyio = "flyio",
        Vercel = "vercel",
        Custom = "custom",
    }
}

choice! {
    /// How a deployment replaces the one before.
    Strategy {
        Direct = "direct",
        Rolling = "rolling",
        BlueGreen = "blue-green",
        Canary = "canary",
    }
}

impl Platform {
    /// The strategies it is capable of.
    pub(crate) fn strategies(self) -> &'static [Strategy] {
        match self {
            Self::Kubernetes | Self::Flyio => {
                &[Strategy::Direct, Strategy::Rolling, Strategy::BlueGreen, Strategy::Canary]
            }
            Self::Render | Self::Railway => &[Strategy::Direct, Strategy::Rolling],
            Self::Vercel => &[Strategy::Direct, Strategy::Canary],
            Self::Custom => &[Strategy::Direct],
        }
    }
}

pub(crate) async fn list(_caller: Caller, RawQuery(query): RawQuery) -> Response {
    let result = Query::parse(query.as_deref()).finish().map(|()| {
        let data: Vec<Value> = Platform::ALL
            .iter()
            .map(|(_, platform)| json!({"platform": platform, "strategies": platform.strategies()}))
            .collect();
        Answer::json(json!({"data": data}).to_string())
    });
    respond(result)
}

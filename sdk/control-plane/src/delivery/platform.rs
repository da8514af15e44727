//! The platforms deployments go to, and what each can do.

use axum::{extract::RawQuery, http::StatusCode, response::Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    auth::Caller,
    document::choice::{Choice, choice},
    http::{answer::Answer, query::Query},
    object::routes::respond,
    openapi::{Heading, Operation, Place, Reply, Verb},
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

/// A platform, and what it can do.
#[derive(Debug, Serialize, JsonSchema)]
struct PlatformCapabilities {
    /// Name of the platform.
    platform: Platform,
    /// Strategies that deployments to it can have.
    strategies: &'static [Strategy],
}

/// Every platform there is.
#[derive(Debug, Serialize, JsonSchema)]
struct Platforms {
    /// The platforms.
    data: Vec<PlatformCapabilities>,
}

pub(crate) fn operation() -> Operation {
    Operation::new(
        Heading {
            place: Place::Guarded,
            method: Verb::Get,
            path: "/platforms".into(),
            id: "listPlatforms".into(),
            tag: "platforms",
            summary: "Lists platforms".into(),
            about: "Says which strategies each is capable of.".into(),
        },
        list,
    )
    .answers(Reply::json::<Platforms>(StatusCode::OK, "Every platform."))
}

async fn list(_caller: Caller, RawQuery(query): RawQuery) -> Response {
    let result = Query::parse(query.as_deref()).finish().map(|()| {
        let capabilities = |(_, platform): &(&str, Platform)| PlatformCapabilities {
            platform: *platform,
            strategies: platform.strategies(),
        };
        Answer::of(&Platforms { data: Platform::ALL.iter().map(capabilities).collect() })
    });
    respond(result)
}

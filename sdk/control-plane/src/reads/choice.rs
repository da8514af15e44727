//! Choosing where a read is answered from.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sqlx::AnyPool;

use crate::{
    app::App,
    http::{
        intent::Intent,
        problem::{Code, Problem},
    },
    reads::{HeldBack, Replica, revision},
    region::Standing,
};

/// How long the database may take to lend a connection to a read the replica could not answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The copies of the database that reads may go to.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    pub(crate) replica: Option<Replica>,
    /// Only with fault injection.
    pub(crate) held_back: Option<HeldBack>,
}

impl Reads {
    pub(crate) async fn close(&self) {
        if let Some(replica) = &self.replica {
            replica.close().await;
        }
    }
}

/// Where a request reads from; travels in its extensions. Without one it is the database itself.
#[derive(Debug, Clone)]
pub(crate) struct Source(pub(crate) AnyPool);

/// Finds the source of every read, and refuses a read that none can answer.
pub(crate) async fn choose(State(app): State<App>, request: Request, next: Next) -> Response {
    match Intent::of(request.method(), request.uri().path()) {
        Intent::Read if is_followed(request.uri().path()) => match revision::wanted(request.headers()) {
            Ok(_) => next.run(request).await,
            Err(problem) => problem.into_response(),
        },
        Intent::Read => read(&app, request, next).await,
        Intent::Change => change(&app, request, next).await,
    }
}

/// Whether the answer waits for something to happen. It does so where things happen: on a copy it would be told of news that are
/// not there yet.
fn is_followed(path: &str) -> bool {
    path.ends_with("/events") || path.contains("/operations/")
}

async fn read(app: &App, mut request: Request, next: Next) -> Response {
    let place = match find(app, request.headers()).await {
        Ok(place) => place,
        Err(problem) => return problem.into_response(),
    };
    let replica = match place {
        Place::Database => None,
        Place::HeldBack(pool) => {
            request.extensions_mut().insert(Source(pool));
            None
        }
        Place::Replica(pool, replica) => {
            request.extensions_mut().insert(Source(pool));
            Some(replica)
        }
    };
    let response = next.run(request).await;
    if let Some(replica) = replica
        && response.status() == StatusCode::SERVICE_UNAVAILABLE
    {
        replica.rest();
    }
    response
}

/// Changes go to the database. The copies that tests read are taken after each.
async fn change(app: &App, request: Request, next: Next) -> Response {
    let Some(held_back) = &app.reads.held_back else { return next.run(request).await };
    if let Err(problem) = held_back.admit_change().await {
        return problem.into_response();
    }
    let response = next.run(request).await;
    match held_back.observe(&app.database, app.settings.clock.now()).await {
        Ok(()) => response,
        Err(error) => Problem::from(error).into_response(),
    }
}

enum Place<'a> {
    Database,
    HeldBack(AnyPool),
    Replica(AnyPool, &'a Replica),
}

async fn find<'a>(app: &'a App, headers: &HeaderMap) -> Result<Place<'a>, Problem> {
    let wanted = revision::wanted(headers)?;
    let least = wanted.unwrap_or_default();
    if let Some(held_back) = &app.reads.held_back
        && let Some(pool) = held_back.find(&app.database, app.settings.clock.now(), least).await?
    {
        return Ok(Place::HeldBack(pool));
    }
    if let Some(replica) = &app.reads.replica {
        if let Some(pool) = replica.at(least).await {
            return Ok(Place::Replica(pool, replica));
        }
        return match tokio::time::timeout(PATIENCE, app.database.reader().acquire()).await {
            Ok(Ok(_)) => Ok(Place::Database),
            Ok(Err(_)) | Err(_) => Err(lagging()),
        };
    }
    // The database of a region that takes no changes is a copy itself, and there is nothing behind it. One that takes
    // them is always up to date: a higher number is from a history that was lost.
    if let Some(wanted) = wanted
        && matches!(app.region.standing(&app.database).await?, Standing::ReadOnly { .. })
        && revision::newest(app.database.reader()).await? < wanted
    {
        return Err(lagging());
    }
    Ok(Place::Database)
}

/// No copy at hand has seen what the client has.
pub(super) fn lagging() -> Problem {
    Problem::new(
        Code::ReplicaLagging,
        "This server has not seen your last change yet. Ask again in a moment.",
    )
    .retry_after(1)
}

//! Following events: as a stream of server-sent events, or page by page with a wait.

use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use axum::{
    http::{HeaderMap, header},
    response::{
        IntoResponse, Response,
        sse::{self, KeepAlive, Sse},
    },
};
use futures_util::{Stream, StreamExt as _, stream};

use crate::{
    app::App,
    events::{
        event::{EventPage, Told},
        pulse::{Listener, Woken},
        right::Right,
        store::{self, Scope},
    },
    http::{answer::Answer, problem::Problem, query::Query},
};

/// The contract's heartbeat.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a stream lives before its client has to prove again who they are: as long as an access token.
const LONGEST: Duration = Duration::from_secs(900);
/// Longest wait for a page.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
const PAGE: u32 = 200;

/// What is followed.
pub(crate) struct Following {
    pub(crate) scope: Scope,
    pub(crate) right: Right,
    pub(crate) start: Start,
    pub(crate) ending: Ending,
}

/// Where a client starts who names no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// At the first event there is.
    Beginning,
    /// After the last event there is.
    Now,
}

/// Which event is the last of a stream.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    Never,
    /// The one this function picks; after it comes `end`.
    At(fn(&Told) -> bool),
}

impl Following {
    /// Everything in a workspace from now on.
    pub(crate) fn workspace(id: &str, right: Right) -> Self {
        Self { scope: Scope::Workspace(id.to_owned()), right, start: Start::Now, ending: Ending::Never }
    }

    /// The events of one object from its first, until the one that `ends` picks.
    pub(crate) fn resource(id: &str, right: Right, ends: fn(&Told) -> bool) -> Self {
        Self {
            scope: Scope::Resource(id.to_owned()),
            right,
            start: Start::Beginning,
            ending: Ending::At(ends),
        }
    }
}

/// Answers a request to follow: with a stream if the client takes one, with a page otherwise.
///
/// Takes `after` (an event's number; `Last-Event-ID` says the same) and, for pages, `wait` (such as `30s`) from the query.
pub(crate) async fn follow(
    app: &App,
    headers: &HeaderMap,
    mut query: Query,
    following: Following,
) -> Result<Response, Problem> {
    // Before the first look: what happens between the look and the wait must end the wait.
    let listener = app.pulse.listener();
    let from_header = headers.get("last-event-id").map(|value| value.to_str().unwrap_or_default());
    let from_header = from_header.map(event_number).transpose()?;
    let from_query = query.take("after")?.map(|text| event_number(&text)).transpose()?;
    let wait = query.take("wait")?;
    query.finish()?;
    let after = match (from_query.or(from_header), following.start) {
        (Some(after), _) => after,
        (None, Start::Beginning) => 0,
        (None, Start::Now) => store::newest(&app.database).await?,
    };
    let follower = Follower { app: app.clone(), following, listener, after, until: Instant::now() + LONGEST };
    if takes_stream(headers) {
        let events = follower.stream();
        let keep_alive = KeepAlive::new().interval(HEARTBEAT).text("heartbeat");
        let mut response = Sse::new(events).keep_alive(keep_alive).into_response();
        // Proxies that hold answers back would turn a stream into silence.
        response.headers_mut().insert("x-accel-buffering", header::HeaderValue::from_static("no"));
        return Ok(response);
    }
    let wait = match wait {
        None => Duration::ZERO,
        Some(text) => seconds(&text)?,
    };
    Ok(follower.page(wait).await?.into_response())
}

fn event_number(text: &str) -> Result<i64, Problem> {
    text.parse()
        .ok()
        .filter(|after| *after >= 0)
        .ok_or_else(|| Problem::malformed("\"after\" and Last-Event-ID have to be the id of an event, or 0."))
}

fn takes_stream(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted
        .split(',')
        .any(|media| media.split(';').next().is_some_and(|media| media.trim() == "text/event-stream"))
}

/// Reads a wait: whole seconds, such as `30s`, at most thirty.
pub(crate) fn seconds(text: &str) -> Result<Duration, Problem> {
    let seconds = text.strip_suffix('s').and_then(|digits| digits.parse().ok()).map(Duration::from_secs);
    seconds
        .filter(|wait| *wait <= LONGEST_WAIT)
        .ok_or_else(|| Problem::malformed("\"wait\" has to be 0s to 30s, in whole seconds."))
}

struct Follower {
    app: App,
    following: Following,
    listener: Listener,
    after: i64,
    until: Instant,
}

impl Follower {
    /// What has happened since, for whom it still concerns: rights may have ended since the following began.
    async fn news(&mut self) -> Result<Vec<Told>, Problem> {
        let news = store::since(&self.app.database, &self.following.scope, self.after, PAGE).await?;
        if !news.is_empty() {
            self.following.right.require(&self.app).await?;
        }
        if let Some(last) = news.last() {
            self.after = last.id;
        }
        Ok(news)
    }

    fn is_last(&self, told: &Told) -> bool {
        match self.following.ending {
            Ending::Never => false,
            Ending::At(ends) => ends(told),
        }
    }

    /// A page of what is there, or of what comes first within `wait`.
    async fn page(mut self, wait: Duration) -> Result<Answer, Problem> {
        let until = Instant::now() + wait;
        let news = loop {
            let news = self.news().await?;
            let left = until.saturating_duration_since(Instant::now());
            if !news.is_empty() || left.is_zero() || self.listener.wait(left).await == Woken::Stopping {
                break news;
            }
        };
        let ended = news.iter().any(|told| self.is_last(told));
        Ok(Answer::of(&EventPage { data: news, next_cursor: (!ended).then(|| self.after.to_string()) }))
    }

    /// Begins with an id and no event: where the stream starts, so that whoever loses it before the first event goes on
    /// from there. Ends with the last event, with the server, with the connection, with the right to follow, or when the
    /// client has to prove themselves anew.
    fn stream(self) -> impl Stream<Item = Result<sse::Event, Infallible>> + Send {
        let start = sse::Event::default().id(self.after.to_string());
        let batches = stream::unfold(Some(self), |follower| async move {
            let mut follower = follower?;
            loop {
                match follower.news().await {
                    Ok(news) if !news.is_empty() => {
                        let ended = news.iter().position(|told| follower.is_last(told));
                        let shown = ended.map_or(news.len(), |last| last + 1);
                        let mut events: Vec<sse::Event> = news[..shown].iter().map(Told::sent).collect();
                        if ended.is_some() {
                            let id = follower.after.to_string();
                            events.push(sse::Event::default().id(id).event("end").data("{}"));
                            return Some((events, None));
                        }
                        return Some((events, Some(follower)));
                    }
                    Ok(_) => {}
                    Err(problem) => {
                        let detail = problem.detail();
                        tracing::warn!(component = "events", detail, "a stream of events broke off");
                        return None;
                    }
                }
                let left = follower.until.saturating_duration_since(Instant::now());
                match follower.listener.wait(left).await {
                    Woken::News => {}
                    Woken::Stopping | Woken::Late => return None,
                }
            }
        });
        stream::once(async { vec![start] })
            .chain(batches)
            .flat_map(|events| stream::iter(events.into_iter().map(Ok)))
    }
}

impl Told {
    fn sent(&self) -> sse::Event {
        let data = serde_json::to_string(self).expect("an event holds only texts, numbers and JSON");
        sse::Event::default().id(self.id.to_string()).event(&self.name).data(data)
    }
}

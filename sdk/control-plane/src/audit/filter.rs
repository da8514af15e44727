//! What a list of audit events is narrowed to.

use serde_json::json;

use crate::{
    clock::stamp,
    database::Statement,
    document::form::TIME,
    http::{
        problem::Problem,
        query::{Query, Words},
    },
    openapi::Parameter,
};

/// Parameters that a column has to be equal to, and what the column holds.
const EQUAL: [(&str, &str); 6] = [
    ("workspace_id", "Narrows the list to this workspace."),
    ("resource_type", "Narrows the list to what was done to objects of this kind."),
    ("resource_id", "Narrows the list to what was done to this object."),
    ("event_type", "Narrows the list to events of this type, such as `project.update`."),
    ("action", "Narrows the list to this action, such as `update`."),
    ("correlation_id", "Narrows the list to what came of this request."),
];

/// How something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Any,
    Success,
    Refused,
}

static ENDING: Words<Ending> = Words {
    name: "result",
    about: "Narrows the list to what was done, or to what was refused.",
    words: &[("any", Ending::Any), ("success", Ending::Success), ("refused", Ending::Refused)],
};

/// Which end of the log comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    OldestFirst,
    NewestFirst,
}

static ORDER: Words<Order> = Words {
    name: "order",
    about: "Oldest first, or newest first.",
    words: &[("asc", Order::OldestFirst), ("desc", Order::NewestFirst)],
};

/// Everything that was asked for, but for where the page begins.
#[derive(Debug)]
pub(super) struct Filter {
    equal: Vec<(&'static str, String)>,
    actor: Option<String>,
    ending: Ending,
    since: Option<String>,
    until: Option<String>,
    pub(super) order: Order,
}

impl Filter {
    pub(super) fn take(query: &mut Query) -> Result<Self, Problem> {
        let mut equal = Vec::new();
        for (name, _) in EQUAL {
            equal.extend(query.take(name)?.map(|value| (name, value)));
        }
        Ok(Self {
            equal,
            actor: query.take("actor")?,
            ending: query.take_choice(&ENDING)?,
            since: take_time(query, "since")?,
            until: take_time(query, "until")?,
            order: query.take_choice(&ORDER)?,
        })
    }

    pub(super) fn parameters() -> Vec<Parameter> {
        let time = || json!({"type": "string", "format": "date-time"});
        let mut parameters: Vec<Parameter> =
            EQUAL.iter().map(|(name, about)| Parameter::text(name, about)).collect();
        let actor = "Narrows the list to what this user did: id, email address or name.";
        parameters.extend([
            Parameter::text("actor", actor),
            ENDING.parameter(),
            Parameter::query("since", "Narrows the list to what happened then or later.", time()),
            Parameter::query("until", "Narrows the list to what happened earlier.", time()),
            ORDER.parameter(),
        ]);
        parameters
    }

    /// The workspace, if the list is narrowed to one.
    pub(super) fn workspace_id(&self) -> Option<&str> {
        self.equal.iter().find(|(name, _)| *name == "workspace_id").map(|(_, value)| value.as_str())
    }

    /// Adds conditions to a statement that has one already.
    pub(super) fn narrow(&self, statement: &mut Statement) {
        for (column, value) in &self.equal {
            statement.push(" AND ").push(column).push(" = ").push_bind(value);
        }
        if let Some(actor) = &self.actor {
            let parameter = statement.bind(actor);
            statement.push(&format!(" AND (user_id = {parameter} OR actor = {parameter})"));
        }
        match self.ending {
            Ending::Any => {}
            Ending::Success => {
                statement.push(" AND result = 'success'");
            }
            Ending::Refused => {
                statement.push(" AND result LIKE 'refused:%'");
            }
        }
        if let Some(since) = &self.since {
            statement.push(" AND created_at >= ").push_bind(since);
        }
        if let Some(until) = &self.until {
            statement.push(" AND created_at < ").push_bind(until);
        }
    }
}

/// A time in the one form in which text order is time order.
fn take_time(query: &mut Query, name: &str) -> Result<Option<String>, Problem> {
    let Some(text) = query.take(name)? else { return Ok(None) };
    let time = if TIME.admits(&text) { text.parse().ok() } else { None };
    match time {
        Some(time) => Ok(Some(stamp(time))),
        None => Err(Problem::malformed(format!(
            "{name:?} has to be a time as in RFC 3339: 2026-01-31T12:00:00Z."
        ))),
    }
}

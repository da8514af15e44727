//! EC2 by script.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// Answers by action, in order; the last one stays. What was asked is kept.
#[derive(Clone, Default)]
pub(super) struct Script {
    answers: Arc<Mutex<BTreeMap<&'static str, Vec<Answer>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
pub(super) enum Answer {
    /// What is in the answer.
    Ok(String),
    /// An error with this status and code.
    Error(u16, &'static str),
    /// A refusal with this code and text.
    Refused(&'static str, &'static str),
}

pub(super) const DENIED: Answer = Answer::Error(403, "UnauthorizedOperation");

/// A good answer with this in it.
pub(super) fn ok(text: &str) -> Answer {
    Answer::Ok(text.to_owned())
}

impl Script {
    pub(super) fn on<const N: usize>(self, action: &'static str, answers: [Answer; N]) -> Self {
        // In reverse, so that the next one is taken from the end.
        let answers = answers.into_iter().rev().collect();
        self.answers.lock().expect("no test panics with the lock").insert(action, answers);
        self
    }

    pub(super) async fn serve(&self) -> MockServer {
        let server = MockServer::start().await;
        Mock::given(wiremock::matchers::any()).respond_with(self.clone()).mount(&server).await;
        server
    }

    /// How often an action was asked for.
    pub(super) fn count(&self, action: &str) -> usize {
        let asked = self.asked.lock().expect("no test panics with the lock");
        asked.iter().filter(|other| *other == action).count()
    }
}

impl Respond for Script {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let action = body.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or_default();
        self.asked.lock().expect("no test panics with the lock").push(action.to_owned());
        let mut answers = self.answers.lock().expect("no test panics with the lock");
        let answer = match answers.get_mut(action) {
            Some(list) if list.len() > 1 => list.pop(),
            Some(list) => list.last().cloned(),
            None => None,
        };
        let refused = |status, code, message| {
            let error = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
            let text = format!("<Response><Errors>{error}</Errors><RequestID>r-1</RequestID></Response>");
            (status, text)
        };
        let (status, text) = match answer.unwrap_or(Answer::Error(400, "Unscripted")) {
            Answer::Ok(text) => (200, format!("<{action}Response>{text}</{action}Response>")),
            Answer::Error(status, code) => refused(status, code, action),
            Answer::Refused(code, message) => refused(400, code, message),
        };
        ResponseTemplate::new(status).set_body_raw(text, "text/xml")
    }
}

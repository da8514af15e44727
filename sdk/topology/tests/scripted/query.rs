//! A service of AWS's query protocols that says what it is told to say.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// Answers by action, in order; the last one stays. Those of `Action text` are for requests with this text in them. What was
/// asked is kept.
#[derive(Clone, Default)]
pub(super) struct Script {
    answers: Arc<Mutex<BTreeMap<&'static str, Vec<Answer>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
pub(super) enum Answer {
    /// What is in the answer.
    Ok(Cow<'static, str>),
    /// An error with this status and code.
    Error(u16, &'static str),
    /// A refusal with this code and text.
    Refused(&'static str, &'static str),
}

/// What EC2 says to whom it does not let do something.
pub(super) const DENIED: Answer = Answer::Error(403, "UnauthorizedOperation");

/// A good answer with this in it.
pub(super) fn ok(text: &str) -> Answer {
    Answer::Ok(text.to_owned().into())
}

/// The same for a text that is always the same.
pub(super) const fn fixed(text: &'static str) -> Answer {
    Answer::Ok(Cow::Borrowed(text))
}

impl Script {
    pub(super) fn on<const N: usize>(self, request: &'static str, answers: [Answer; N]) -> Self {
        // In reverse, so that the next one is taken from the end.
        let answers = answers.into_iter().rev().collect();
        self.answers.lock().expect("no test panics with the lock").insert(request, answers);
        self
    }

    pub(super) async fn serve(&self) -> MockServer {
        let server = MockServer::start().await;
        Mock::given(wiremock::matchers::any()).respond_with(self.clone()).mount(&server).await;
        server
    }

    /// The actions that were asked for, in order; the same in a row counts once.
    pub(super) fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().expect("no test panics with the lock").clone();
        asked.dedup();
        asked
    }

    /// How often an action was asked for.
    pub(super) fn count(&self, action: &str) -> usize {
        let asked = self.asked.lock().expect("no test panics with the lock");
        asked.iter().filter(|other| *other == action).count()
    }

    fn answer(&self, action: &str, body: &str) -> Option<Answer> {
        let mut answers = self.answers.lock().expect("no test panics with the lock");
        let is_about = |request: &str| {
            request.split_once(' ').is_some_and(|(named, text)| named == action && body.contains(text))
        };
        let key = answers.keys().copied().find(|request| is_about(request)).unwrap_or(action).to_owned();
        let list = answers.get_mut(key.as_str())?;
        if list.len() > 1 { list.pop() } else { list.last().cloned() }
    }
}

impl Respond for Script {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let action = body.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or_default();
        self.asked.lock().expect("no test panics with the lock").push(action.to_owned());
        // EC2 has a protocol of its own.
        let is_ec2 = body.contains("Version=2016-11-15");
        let refused = |code: &str, message: &str| {
            let error = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
            if is_ec2 {
                format!("<Response><Errors>{error}</Errors><RequestID>r-1</RequestID></Response>")
            } else {
                format!("<ErrorResponse>{error}<RequestId>r-1</RequestId></ErrorResponse>")
            }
        };
        let (status, text) = match self.answer(action, &body).unwrap_or(Answer::Error(400, "Unscripted")) {
            Answer::Ok(text) if is_ec2 => (200, format!("<{action}Response>{text}</{action}Response>")),
            Answer::Ok(text) => {
                let result = format!("<{action}Result>{text}</{action}Result>");
                (200, format!("<{action}Response>{result}</{action}Response>"))
            }
            Answer::Error(status, code) => (status, refused(code, action)),
            Answer::Refused(code, message) => (400, refused(code, message)),
        };
        ResponseTemplate::new(status).set_body_raw(text, "text/xml")
    }
}

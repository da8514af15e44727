//! Work that goes on after its request was answered.

use crate::call::Call;
use crate::client::Client;
use crate::exchange::{Completion, Wait, Work};
use crate::request::Request;
use crate::response::Response;

/// An answer after which work may go on.
#[derive(Clone, Debug)]
pub struct Started<T> {
    /// The answer: the object as it is when the work begins.
    pub response: Response<T>,
    client: Client,
    call: Call,
    work: Work,
    /// What reads the object.
    object: Request,
}

impl<T> Started<T> {
    pub(crate) fn new((client, call): (Client, Call), response: Response<T>, object: Request) -> Self {
        let work = operation_of(&response).map_or(Work::None, |id| Work::Operation(id.to_owned()));
        // What bounds a request is far too short for the work that it begins.
        Self { response, client, call: call.without_deadline(), work, object }
    }

    /// Says that the work is a promotion, if there is any.
    pub(crate) fn promoted_by(self, promotion_id: impl FnOnce(&T) -> Option<String>) -> Self {
        let work = promotion_id(&self.response.value).map_or(Work::None, Work::Promotion);
        Self { work, ..self }
    }

    /// Returns the id of the operation that the work goes on in; `None` if there is nothing more to do, or if a promotion
    /// does it.
    #[must_use]
    pub fn operation_id(&self) -> Option<&str> {
        operation_of(&self.response)
    }

    /// Waits for the end of the work, and reads the object then. Nothing is sent before the wait is sent, and nothing
    /// bounds it but [`Completion::timeout`].
    pub fn wait(&self) -> Completion<T>
    where
        T: Clone,
    {
        let wait = Wait::new(self.client.clone(), self.call.clone(), self.work.clone());
        Completion { wait, begun: self.response.clone(), object: self.object.clone() }
    }
}

fn operation_of<T>(response: &Response<T>) -> Option<&str> {
    let (parent, id) = response.location.as_deref()?.rsplit_once('/')?;
    parent.ends_with("/operations").then_some(id)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{Credential, Endpoint, Settings};

    fn client() -> Client {
        let endpoint = Endpoint::parse("https://api.sparki.io").unwrap();
        Client::new(Settings::new(endpoint, Credential::ApiKey("spk_demo_secret".into()))).unwrap()
    }

    fn response(location: Option<&str>) -> Response<()> {
        Response {
            value: (),
            etag: None,
            correlation_id: None,
            revision: None,
            location: location.map(str::to_owned),
            attempts: 1,
        }
    }

    fn started(response: Response<()>) -> Started<()> {
        Started::new((client(), Call::new("build")), response, Request::get("/builds"))
    }

    fn check_operation(location: Option<&str>, expected: Option<&str>) {
        let started = started(response(location));
        assert_eq!(started.operation_id(), expected);
    }

    #[test]
    fn what_bounds_the_request_does_not_bound_the_wait() {
        let call = Call::new("build").deadline(Duration::from_secs(1));
        let started = Started::new((client(), call), response(None), Request::get("/builds"));
        let hour = Duration::from_secs(3600);
        assert_eq!(started.call.deadline_or(hour), hour);
    }

    #[test]
    fn the_operation_is_where_the_answer_says() {
        check_operation(Some("/api/v1/operations/0190b5c4"), Some("0190b5c4"));
        check_operation(Some("/api/v1/builds/0190b5c4"), None);
        check_operation(None, None);
    }
}

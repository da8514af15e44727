//! Work that goes on after its request was answered.

use crate::call::Call;
use crate::client::Client;
use crate::exchange::Wait;
use crate::response::Response;

/// An answer after which work may go on (202).
#[derive(Clone, Debug)]
pub struct Started<T> {
    /// The answer.
    pub response: Response<T>,
    client: Client,
    call: Call,
}

impl<T> Started<T> {
    pub(crate) fn new(client: Client, call: Call, response: Response<T>) -> Self {
        // What bounds a request is far too short for the work that it begins.
        Self { response, client, call: call.without_deadline() }
    }

    /// Returns the id of the operation that the work goes on in; `None` if there is nothing more to do.
    #[must_use]
    pub fn operation_id(&self) -> Option<&str> {
        let (parent, id) = self.response.location.as_deref()?.rsplit_once('/')?;
        parent.ends_with("/operations").then_some(id)
    }

    /// Waits for the end of the work. Nothing is sent before the wait is sent, and nothing bounds it but
    /// [`Wait::timeout`].
    pub fn wait(&self) -> Wait {
        Wait::new(self.client.clone(), self.call.clone(), self.operation_id().map(str::to_owned))
    }
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

    fn check_operation(location: Option<&str>, expected: Option<&str>) {
        let started = Started::new(client(), Call::new("build"), response(location));
        assert_eq!(started.operation_id(), expected);
    }

    #[test]
    fn what_bounds_the_request_does_not_bound_the_wait() {
        let call = Call::new("build").deadline(Duration::from_secs(1));
        let started = Started::new(client(), call, response(None));
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

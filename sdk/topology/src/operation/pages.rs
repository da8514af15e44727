//! Lists that AWS tells page by page.

use std::future::Future;

use sparki_aws::{AwsError, Consistency, ServiceClient};
use sparki_core::RemoteError;

use super::Session;

/// A list of which some pages may still have to be asked for.
#[derive(Debug)]
pub(crate) struct Pages {
    token: Token,
}

#[derive(Debug)]
enum Token {
    First,
    Next(String),
    Done,
}

impl Pages {
    /// A list of which nothing has been asked for.
    pub(crate) fn new() -> Self {
        Self { token: Token::First }
    }

    /// The next page of whatever `send` asks for, which may be empty; `None` after the last one. `send` gets the token
    /// of the page, and answers with what is on it and the token of the one after it.
    pub(crate) async fn next<C: ServiceClient, T, S, F>(
        &mut self,
        session: &Session<'_, C>,
        doing: &str,
        send: S,
    ) -> Result<Option<Vec<T>>, RemoteError>
    where
        S: Fn(Option<String>) -> F,
        F: Future<Output = Result<(Option<Vec<T>>, Option<String>), AwsError>>,
    {
        let Some(token) = self.token() else { return Ok(None) };
        let answer = session.send(Consistency::Propagation, doing, || send(token.clone())).await?;
        let (found, token) = answer.map_err(|error| error.reading(doing))?;
        self.go_on(token);
        Ok(Some(found.unwrap_or_default()))
    }

    /// What to ask for; nothing if everything was answered.
    fn token(&self) -> Option<Option<String>> {
        match &self.token {
            Token::First => Some(None),
            Token::Next(token) => Some(Some(token.clone())),
            Token::Done => None,
        }
    }

    fn go_on(&mut self, token: Option<String>) {
        self.token = token.filter(|token| !token.is_empty()).map_or(Token::Done, Token::Next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_names_no_other() {
        let mut pages = Pages::new();
        assert_eq!(pages.token(), Some(None));
        pages.go_on(Some("next".into()));
        assert_eq!(pages.token(), Some(Some("next".into())));
        pages.go_on(Some(String::new()));
        assert_eq!(pages.token(), None);
    }
}

//! Pages: a limit and an opaque cursor on `(created_at, id)`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use jiff::Timestamp;

use crate::{
    http::{problem::Problem, query::Query},
    object::id::Id,
};

/// Most objects a client may ask for; the default is [`DEFAULT`]. Both are the contract's.
pub(crate) const MOST: u32 = 200;
pub(crate) const DEFAULT: u32 = 50;

/// Most bytes of documents in one answer; clients read no more than twice that.
pub(crate) const LARGEST: usize = 8 * 1024 * 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) limit: u32,
    pub(crate) after: Option<Position>,
}

/// The last object of the page before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) created_at: String,
    pub(crate) id: String,
}

/// How many of the first of some documents there is room for in one answer: at least one, if there is one.
pub(crate) fn fitting(sizes: impl Iterator<Item = usize>) -> usize {
    let mut sizes = sizes.peekable();
    let least = usize::from(sizes.peek().is_some());
    let sums = sizes.scan(0, |taken, size| {
        *taken += size;
        Some(*taken)
    });
    sums.take_while(|taken| *taken <= LARGEST).count().max(least)
}

impl Page {
    /// Takes `limit` and `cursor`. `ceiling` is the server's own limit and lowers the answer silently.
    pub(crate) fn take(query: &mut Query, ceiling: u32) -> Result<Self, Problem> {
        let limit = Self::take_limit(query, ceiling)?;
        let after = match query.take("cursor")? {
            None => None,
            Some(text) => Some(Position::decode(&text).ok_or_else(|| {
                Problem::malformed("\"cursor\" is not one of ours. Use the next_cursor of a page, unchanged.")
            })?),
        };
        Ok(Self { limit, after })
    }

    /// Takes `limit` alone, for pages with cursors of another kind.
    pub(crate) fn take_limit(query: &mut Query, ceiling: u32) -> Result<u32, Problem> {
        let limit = match query.take("limit")? {
            None => DEFAULT,
            Some(text) => text.parse().ok().filter(|limit| (1..=MOST).contains(limit)).ok_or_else(|| {
                Problem::malformed(format!("\"limit\" has to be a number from 1 to {MOST}."))
            })?,
        };
        Ok(limit.min(ceiling.max(1)))
    }
}

impl Position {
    pub(crate) fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{} {}", self.created_at, self.id))
    }

    fn decode(text: &str) -> Option<Self> {
        let plain = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (created_at, id) = plain.split_once(' ')?;
        created_at.parse::<Timestamp>().ok()?;
        Id::<()>::parse(id)?;
        Some(Self { created_at: created_at.to_owned(), id: id.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_what_there_is_room_for_and_never_nothing() {
        let fitting = |sizes: &[usize]| fitting(sizes.iter().copied());
        assert_eq!(fitting(&[]), 0);
        assert_eq!(fitting(&[LARGEST + 1, 1]), 1);
        assert_eq!(fitting(&[LARGEST - 1, 1, 1]), 2);
        assert_eq!(fitting(&[1, 2, 3]), 3);
    }

    #[test]
    fn a_cursor_survives_the_journey() {
        let position = Position {
            created_at: "2026-01-01T00:00:00.000001Z".into(),
            id: Id::<()>::generate().to_string(),
        };
        assert_eq!(Position::decode(&position.encode()), Some(position));
        let foreign = ["!", "", "eCB5", "MjAyNi0wMS0wMVQwMDowMDowMFogeA"];
        assert!(foreign.iter().all(|text| Position::decode(text).is_none()));
    }
}

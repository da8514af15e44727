//! Which lists are read, and how far.

use std::collections::BTreeMap;
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::entry::is_recent;
use super::locator::Parent;
use super::policy::{READS_PER_PAGE, SCATTERED_READS};
use crate::request::Request;

/// The objects that a list shows. In their order the narrower comes first, and is read first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// Those of one parent.
    Under {
        /// The field that holds the parent's id.
        field: &'static str,
        /// The parent's id.
        id: String,
    },
    /// All that the credentials may see.
    Everywhere,
}

/// One page to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageOrder {
    pub(super) scope: Scope,
    pub(super) cursor: Option<String>,
}

/// The lists of one kind.
#[derive(Default)]
pub(super) struct Listing {
    /// Reads of objects that no list has shown, by the list that might have.
    strays: BTreeMap<Scope, usize>,
    /// When each list was begun.
    begun: BTreeMap<Scope, Instant>,
    /// Lists that have more pages, with the cursor of the next.
    open: BTreeMap<Scope, Option<String>>,
    pages: usize,
    /// The list of which a page is under way, and what ends with the request.
    under_way: Option<(Scope, CancellationToken)>,
}

impl Scope {
    pub(super) fn of(parent: Option<Parent<'_>>) -> Self {
        parent.map_or(Self::Everywhere, |Parent { field, id }| Self::Under { field, id: id.to_owned() })
    }
}

impl PageOrder {
    pub(super) fn request(&self, collection: &'static str) -> Request {
        match &self.scope {
            Scope::Under { field, id } => Request::get(collection).query(*field, id),
            Scope::Everywhere => Request::get(collection),
        }
    }
}

impl Listing {
    /// Learns of a read whose object no list has shown.
    pub(super) fn missed(&mut self, parent: Option<Parent<'_>>, now: Instant) {
        let scope = Scope::of(parent);
        if !self.is_begun(&scope, now) && !self.is_whole(&Scope::Everywhere, now) {
            *self.strays.entry(scope).or_default() += 1;
        }
    }

    /// The page to read next, if there is one and that many reads pay for it.
    pub(super) fn next(&mut self, reads: usize, now: Instant) -> Option<(PageOrder, CancellationToken)> {
        if self.page_under_way().is_some() || (self.pages + 1) * READS_PER_PAGE > reads {
            return None;
        }
        if let Some(scope) = self.wanted(now) {
            match &scope {
                Scope::Under { .. } => {
                    self.strays.remove(&scope);
                }
                Scope::Everywhere => self.strays.clear(),
            }
            self.begun.insert(scope.clone(), now);
            self.open.insert(scope, None);
        }
        let (scope, cursor) = self.open.pop_first()?;
        self.pages += 1;
        let done = CancellationToken::new();
        self.under_way = Some((scope.clone(), done.clone()));
        Some((PageOrder { scope, cursor }, done))
    }

    /// Learns that a page was read, and where the next one is.
    pub(super) fn turned(&mut self, order: PageOrder, next: Option<String>) {
        self.under_way = None;
        // A cursor that leads to its own page leads nowhere.
        if let Some(next) = next.filter(|next| Some(next) != order.cursor.as_ref()) {
            self.open.insert(order.scope, Some(next));
        }
    }

    /// The list to begin, if reads ask for one.
    fn wanted(&self, now: Instant) -> Option<Scope> {
        let (scope, most) = self.strays.iter().max_by_key(|(_, reads)| **reads)?;
        let is_everywhere = self.is_begun(&Scope::Everywhere, now);
        // A list of everything will show the objects of this parent, too, unless there is too much else in it.
        if *most >= if is_everywhere { SCATTERED_READS } else { READS_PER_PAGE } {
            return Some(scope.clone());
        }
        let is_scattered = self.strays.values().sum::<usize>() >= SCATTERED_READS;
        (is_scattered && !is_everywhere).then_some(Scope::Everywhere)
    }

    fn page_under_way(&self) -> Option<&Scope> {
        self.under_way.as_ref().filter(|(_, done)| !done.is_cancelled()).map(|(scope, _)| scope)
    }

    /// Whether every page of a list was read.
    fn is_whole(&self, scope: &Scope, now: Instant) -> bool {
        let has_more = self.open.contains_key(scope) || self.page_under_way() == Some(scope);
        self.is_begun(scope, now) && !has_more
    }

    fn is_begun(&self, scope: &Scope, now: Instant) -> bool {
        self.begun.get(scope).is_some_and(|begun| is_recent(*begun, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn miss(listing: &mut Listing, parent: &str, reads: usize, now: Instant) {
        for _ in 0..reads {
            listing.missed(Some(Parent { field: "parent_id", id: parent }), now);
        }
    }

    #[test]
    fn a_parent_is_listed_by_itself_where_a_list_of_everything_shows_too_much_else() {
        let (mut listing, now) = (Listing::default(), Instant::now());
        for number in 0..SCATTERED_READS {
            miss(&mut listing, &format!("p-{number}"), 1, now);
        }
        let mut reads = SCATTERED_READS;
        let (everything, _) = listing.next(reads, now).unwrap();
        assert_eq!(everything, PageOrder { scope: Scope::Everywhere, cursor: None });
        // What is read meanwhile counts, but a few reads are not worth a list when all is being listed.
        miss(&mut listing, "p-7", READS_PER_PAGE, now);
        listing.turned(everything, Some("2".into()));
        let (second, _) = listing.next(reads, now).unwrap();
        assert_eq!(second, PageOrder { scope: Scope::Everywhere, cursor: Some("2".into()) });
        listing.turned(second, Some("3".into()));
        miss(&mut listing, "p-7", SCATTERED_READS - READS_PER_PAGE, now);
        reads += SCATTERED_READS;
        let (own, _) = listing.next(reads, now).unwrap();
        assert_eq!(
            own,
            PageOrder { scope: Scope::Under { field: "parent_id", id: "p-7".into() }, cursor: None }
        );
        listing.turned(own, None);
        let (third, _) = listing.next(reads, now).unwrap();
        assert_eq!(third, PageOrder { scope: Scope::Everywhere, cursor: Some("3".into()) });
    }

    #[test]
    fn nothing_more_is_listed_when_everything_is() {
        let (mut listing, now) = (Listing::default(), Instant::now());
        for number in 0..SCATTERED_READS {
            miss(&mut listing, &format!("p-{number}"), 1, now);
        }
        let (everything, _) = listing.next(1_000, now).unwrap();
        listing.turned(everything, None);
        miss(&mut listing, "p-7", 1_000, now);
        assert!(listing.next(1_000, now).is_none());
        let later = now + super::super::policy::MAX_AGE;
        miss(&mut listing, "p-7", READS_PER_PAGE, later);
        assert!(listing.next(1_000, later).is_some(), "there may be new ones after a minute");
    }
}

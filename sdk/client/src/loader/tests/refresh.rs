//! How many requests and round trips a refresh takes.

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::super::errand::{Answer, Asked, Errand};
use super::super::listing::{PageOrder, Scope};
use super::super::policy::{AHEAD_AT_FIRST, READS_PER_PAGE};
use super::super::shelf::BatchOrder;
use super::super::{BatchReads, Loader, Locator};
use super::{StoppedTimer, loader};
use crate::batch::BatchOutcome;
use crate::response::Response;

/// Reads at once, as Terraform does.
const AT_ONCE: usize = 10;
const PAGE: usize = 200;

/// Where the own objects are among those of others, in the order in which all were created.
#[derive(Clone, Copy, Debug)]
enum Place {
    First,
    Middle,
    Last,
    Mixed,
}

/// What there is to read. Every object stands under one of the parents.
struct Account {
    own: usize,
    foreign: usize,
    place: Place,
    parents: usize,
}

/// What it took.
#[derive(Debug, Default, PartialEq)]
struct Cost {
    single: usize,
    pages: usize,
    batches: usize,
    items: usize,
    /// Times that the slowest chain of requests waited for an answer.
    round_trips: usize,
}

enum Request {
    Single,
    Page(Errand<PageOrder>),
    Batch(Errand<BatchOrder>),
}

/// A read that is not done: its id, and what it waits for if that is not a request of its own.
type Reading = (String, Option<CancellationToken>);

impl Cost {
    fn requests(&self) -> usize {
        self.single + self.pages + self.batches
    }

    /// What is counted against the rate limit, in tenths of a request.
    fn charge(&self) -> usize {
        10 * (self.single + self.pages) + self.items
    }
}

impl Account {
    fn own(own: usize) -> Self {
        Self { own, foreign: 0, place: Place::First, parents: 1 }
    }

    fn ids(&self) -> Vec<String> {
        (0..self.own + self.foreign).map(|number| format!("{number:08}")).collect()
    }

    /// The ids to read, in the order that a graph walk happens upon.
    fn asked(&self) -> Vec<String> {
        let total = self.own + self.foreign;
        let positions: Vec<usize> = match self.place {
            Place::First => (0..self.own).collect(),
            Place::Middle => (self.foreign / 2..self.foreign / 2 + self.own).collect(),
            Place::Last => (self.foreign..total).collect(),
            Place::Mixed => (0..self.own).map(|number| number * total / self.own).collect(),
        };
        let mut ids: Vec<String> = positions.into_iter().map(|position| format!("{position:08}")).collect();
        let mut random: u64 = 42;
        for position in (1..ids.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ids.swap(position, (random >> 33) as usize % (position + 1));
        }
        ids
    }

    fn parent(&self, id: &str) -> String {
        format!("parent-{}", id.parse::<usize>().unwrap() % self.parents)
    }

    /// Reads every own object, where each request takes one unit of time and nothing else takes any.
    fn refresh(&self, loader: &Loader) -> Cost {
        let (all, mut waiting) = (self.ids(), self.asked());
        let mut cost = Cost::default();
        let mut reading: Vec<Reading> = Vec::new();
        let mut under_way: Vec<Request> = Vec::new();
        loop {
            while reading.len() < AT_ONCE {
                let Some(id) = waiting.pop() else { break };
                let parent = self.parent(&id);
                let asked = loader.ask(&Locator::new("/things", "thing", &id).under("parent_id", &parent));
                reading.extend(follow(asked, id, &mut under_way));
            }
            if reading.is_empty() {
                return cost;
            }
            cost.round_trips += 1;
            for request in std::mem::take(&mut under_way) {
                match request {
                    Request::Single => cost.single += 1,
                    Request::Page(errand) => {
                        cost.pages += 1;
                        under_way.extend(self.answer_page(loader, errand, &all).map(Request::Page));
                    }
                    Request::Batch(errand) => {
                        cost.batches += 1;
                        cost.items += errand.order.items.len();
                        answer_batch(loader, errand);
                    }
                }
            }
            for (id, waits_for) in std::mem::take(&mut reading) {
                // What was read alone has come, and what was waited for has as well.
                let Some(done) = waits_for else { continue };
                assert!(done.is_cancelled(), "one request was waited for");
                if loader.serve(&Locator::new("/things", "thing", &id)).is_none() {
                    under_way.push(Request::Single);
                    reading.push((id, None));
                }
            }
        }
    }

    fn answer_page(
        &self,
        loader: &Loader,
        errand: Errand<PageOrder>,
        all: &[String],
    ) -> Option<Errand<PageOrder>> {
        let start: usize = errand.order.cursor.as_ref().map_or(0, |cursor| cursor.parse().unwrap());
        let shown: Vec<&String> = match &errand.order.scope {
            Scope::Everywhere => all.iter().collect(),
            Scope::Under { id, .. } => all.iter().filter(|child| self.parent(child) == *id).collect(),
        };
        let ids = shown.iter().skip(start).take(PAGE).map(|id| (*id).clone()).collect();
        let next = (start + PAGE < shown.len()).then(|| (start + PAGE).to_string());
        loader.listed(errand, ids, next)
    }
}

/// Sends what is to be sent for a read, and says what it waits for if it is not done.
fn follow(asked: Asked, id: String, under_way: &mut Vec<Request>) -> Option<Reading> {
    under_way.extend(asked.batch.map(Request::Batch));
    under_way.extend(asked.page.map(Request::Page));
    match asked.answer {
        Answer::Here(found) => {
            assert_eq!(found.value["id"], *id);
            None
        }
        Answer::Soon(done) => Some((id, Some(done))),
        Answer::Alone => {
            under_way.push(Request::Single);
            Some((id, None))
        }
    }
}

fn answer_batch(loader: &Loader, errand: Errand<BatchOrder>) {
    let sent = loader.now();
    let found = |id: &str| {
        let value = json!({ "id": id });
        let etag = Some("\"1\"".into());
        BatchOutcome::Found(Box::new(Response {
            value,
            etag,
            correlation_id: None,
            revision: None,
            location: None,
            attempts: 1,
        }))
    };
    let outcomes = errand.order.items.iter().map(|item| found(&item.id)).collect();
    loader.read(errand, sent, outcomes);
}

/// What a refresh costs with the read-ahead and without it.
fn both(account: &Account) -> (Cost, Cost) {
    let timer = StoppedTimer::new();
    let ahead = account.refresh(&loader(&timer, BatchReads::Enabled));
    let alone = account.refresh(&loader(&timer, BatchReads::Disabled));
    assert_eq!(alone.requests(), account.own);
    (ahead, alone)
}

#[test]
fn four_objects_or_fewer_take_one_request_each() {
    for own in 1..=4 {
        let (ahead, alone) = both(&Account { foreign: 20_000, ..Account::own(own) });
        assert_eq!(ahead, alone, "{own}");
    }
}

#[test]
fn a_small_refresh_takes_one_request_more_and_no_more_time() {
    for own in 5..=10 {
        let (ahead, alone) = both(&Account::own(own));
        assert_eq!((ahead.requests(), ahead.round_trips), (own + 1, alone.round_trips), "{own}");
    }
}

#[test]
fn no_refresh_takes_more_round_trips_than_one_by_one() {
    for place in [Place::First, Place::Middle, Place::Mixed, Place::Last] {
        for parents in [1, 7, 250] {
            for (own, foreign) in [(11, 0), (20, 500), (45, 3), (150, 150), (300, 3_000), (1_000, 20_000)] {
                let (ahead, alone) = both(&Account { own, foreign, place, parents });
                assert!(
                    ahead.round_trips <= alone.round_trips,
                    "{own} {foreign} {place:?} {parents}: {ahead:?}"
                );
            }
        }
    }
}

#[test]
fn a_thousand_objects_take_at_most_fifty_requests() {
    let (ahead, alone) = both(&Account::own(1_000));
    assert!(ahead.requests() <= 50, "{ahead:?}");
    assert!(10 * ahead.round_trips <= alone.round_trips, "{ahead:?}, not {alone:?}");
}

#[test]
fn objects_under_many_parents_are_found_together() {
    for parents in [10, 250] {
        let (ahead, alone) = both(&Account { parents, ..Account::own(1_000) });
        assert!(ahead.requests() <= 65, "{parents}: {ahead:?}");
        assert!(10 * ahead.round_trips <= alone.round_trips, "{parents}: {ahead:?}, not {alone:?}");
    }
}

#[test]
fn the_more_objects_of_others_come_first_the_less_is_won_and_little_is_lost() {
    for (place, requests, round_trips) in [
        (Place::First, 60, 10),
        (Place::Middle, 650, 60),
        (Place::Mixed, 900, 80),
        // A fifth of the requests may be for lists in vain, and none of the time.
        (Place::Last, 1_200, 100),
    ] {
        let (ahead, alone) = both(&Account { foreign: 19_000, place, ..Account::own(1_000) });
        assert!(ahead.requests() <= requests, "{place:?}: {ahead:?}");
        assert!(100 * ahead.round_trips <= round_trips * alone.round_trips, "{place:?}: {ahead:?}");
    }
}

#[test]
fn a_refresh_is_never_charged_more_than_the_policy_says() {
    for place in [Place::First, Place::Middle, Place::Mixed, Place::Last] {
        for (own, foreign) in [(5, 20_000), (11, 20_000), (50, 20_000), (300, 3_000), (1_000, 20_000)] {
            let (ahead, alone) = both(&Account { foreign, place, ..Account::own(own) });
            // Once for batches, a fifth for lists, and what is granted at first.
            let most = 22 * alone.charge() / 10 + AHEAD_AT_FIRST;
            assert!(ahead.charge() <= most, "{own} {foreign} {place:?}: {ahead:?}");
            assert!(ahead.pages * READS_PER_PAGE <= own, "{own} {foreign} {place:?}: {ahead:?}");
        }
    }
}

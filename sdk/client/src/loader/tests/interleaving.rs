//! Whatever happens in whatever order, nothing is served that is too old.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use super::super::errand::{Answer, Errand};
use super::super::listing::PageOrder;
use super::super::policy::{AHEAD_AT_FIRST, AHEAD_PER_READ, MAX_AGE, READS_PER_PAGE, WRITTEN_FOR};
use super::super::shelf::BatchOrder;
use super::super::write::Writing;
use super::super::{BatchReads, Loader, Locator};
use super::{StoppedTimer, loader};
use crate::batch::BatchOutcome;
use crate::request::Request;
use crate::response::Response;

/// So many that lists have pages, and so few that the same ones are met often.
const OBJECTS: usize = 60;
const PAGE: usize = 25;

/// Something that happens.
#[derive(Clone, Debug)]
enum Event {
    /// The client reads an object.
    Read(Index),
    /// The client reads several, one after another.
    ReadMany(Index, usize),
    /// The client sends a request that changes an object.
    Write(Index),
    /// The control plane carries out such a request.
    Apply(Index),
    /// The client has the answer to such a request, or has given it up.
    Answer(Index),
    /// Somebody else changes an object.
    Foreign(Index),
    /// Somebody else removes an object.
    Remove(Index),
    /// A page or a batch arrives.
    Arrive(Index),
    /// A page or a batch fails.
    Fail(Index),
    /// Seconds pass.
    Pass(u64),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => any::<Index>().prop_map(Event::Read),
        4 => (any::<Index>(), 1..20_usize).prop_map(|(first, many)| Event::ReadMany(first, many)),
        1 => any::<Index>().prop_map(Event::Write),
        1 => any::<Index>().prop_map(Event::Apply),
        1 => any::<Index>().prop_map(Event::Answer),
        2 => any::<Index>().prop_map(Event::Foreign),
        1 => any::<Index>().prop_map(Event::Remove),
        8 => any::<Index>().prop_map(Event::Arrive),
        1 => any::<Index>().prop_map(Event::Fail),
        2 => prop_oneof![1..5_u64, 20..70_u64, 500..700_u64].prop_map(Event::Pass),
    ]
}

/// A write of the client.
struct OpenWrite<'a> {
    number: usize,
    is_applied: bool,
    _writing: Writing<'a>,
}

/// A request that was answered, while the answer is still under way.
enum UnderWay {
    Page(Errand<PageOrder>, Vec<String>, Option<String>),
    Batch(Errand<BatchOrder>, Instant, Vec<BatchOutcome<Json>>),
}

/// The control plane, the client's requests, and what is true of them.
struct World<'a> {
    loader: &'a Loader,
    timer: StoppedTimer,
    /// Each version of each object with the time since when it is; 0 if it is gone.
    histories: Vec<Vec<(Instant, u64)>>,
    /// The oldest version of each object that may be served after the last write.
    floors: Vec<u64>,
    /// When each object was last asked for since the last write, and last touched by one.
    asked: BTreeMap<usize, Instant>,
    written: BTreeMap<usize, Instant>,
    writes: Vec<OpenWrite<'a>>,
    under_way: Vec<UnderWay>,
    waiting: Vec<(usize, CancellationToken)>,
    /// Times that nothing is known of what was read.
    phases: usize,
    reads: usize,
    pages: usize,
    items: usize,
    hits: usize,
}

fn id(number: usize) -> String {
    format!("t-{number:03}")
}

impl<'a> World<'a> {
    fn new(loader: &'a Loader, timer: StoppedTimer) -> Self {
        let now = *timer.0.lock().unwrap();
        Self {
            loader,
            timer,
            histories: vec![vec![(now, 1)]; OBJECTS],
            floors: vec![0; OBJECTS],
            asked: BTreeMap::new(),
            written: BTreeMap::new(),
            writes: Vec::new(),
            under_way: Vec::new(),
            waiting: Vec::new(),
            phases: 1,
            reads: 0,
            pages: 0,
            items: 0,
            hits: 0,
        }
    }

    fn now(&self) -> Instant {
        self.loader.now()
    }

    fn version(&self, number: usize) -> u64 {
        self.histories[number].last().unwrap().1
    }

    /// The version that an object had at a time.
    fn version_at(&self, number: usize, time: Instant) -> u64 {
        let past = self.histories[number].iter().rev().find(|(since, _)| *since <= time);
        past.unwrap_or(&self.histories[number][0]).1
    }

    fn change(&mut self, number: usize, version: impl FnOnce(u64) -> u64) {
        let (now, last) = (self.now(), self.version(number));
        if last > 0 {
            self.histories[number].push((now, version(last)));
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Read(which) => self.read(which.index(OBJECTS)),
            Event::ReadMany(first, many) => {
                let first = first.index(OBJECTS);
                (first..first + many).for_each(|number| self.read(number % OBJECTS));
            }
            Event::Write(which) => {
                let number = which.index(OBJECTS);
                let request = Request::patch("/things").segment(id(number));
                let writing = self.loader.writing(&request).expect("a patch writes");
                self.written.insert(number, self.now());
                self.asked.clear();
                self.phases += 1;
                self.writes.push(OpenWrite { number, is_applied: false, _writing: writing });
            }
            Event::Apply(which) if !self.writes.is_empty() => {
                let write = which.index(self.writes.len());
                if !std::mem::replace(&mut self.writes[write].is_applied, true) {
                    self.change(self.writes[write].number, |version| version + 1);
                }
            }
            Event::Answer(which) if !self.writes.is_empty() => {
                let write = self.writes.swap_remove(which.index(self.writes.len()));
                self.written.insert(write.number, self.now());
                self.asked.clear();
                self.phases += 1;
                drop(write);
                self.floors = (0..OBJECTS).map(|number| self.version(number)).collect();
            }
            Event::Foreign(which) => self.change(which.index(OBJECTS), |version| version + 1),
            Event::Remove(which) => self.change(which.index(OBJECTS), |_| 0),
            Event::Arrive(which) if !self.under_way.is_empty() => {
                match self.under_way.swap_remove(which.index(self.under_way.len())) {
                    UnderWay::Page(errand, ids, next) => {
                        let next = self.loader.listed(errand, ids, next);
                        next.into_iter().for_each(|errand| self.send_page(errand));
                    }
                    UnderWay::Batch(errand, sent, outcomes) => self.loader.read(errand, sent, outcomes),
                }
            }
            Event::Fail(which) if !self.under_way.is_empty() => {
                match self.under_way.swap_remove(which.index(self.under_way.len())) {
                    UnderWay::Page(errand, ..) => self.loader.failed(errand),
                    UnderWay::Batch(errand, ..) => self.loader.failed(errand),
                }
            }
            Event::Pass(seconds) => {
                self.timer.pass(Duration::from_secs(seconds));
                // What nobody has used for long is forgotten.
                self.phases += usize::from(seconds > 100);
            }
            Event::Apply(_) | Event::Answer(_) | Event::Arrive(_) | Event::Fail(_) => {}
        }
        self.wake();
        assert!(self.pages * READS_PER_PAGE <= self.reads, "{} pages for {} reads", self.pages, self.reads);
        // Every write begins anew.
        let most = (AHEAD_PER_READ + 2) * self.reads + AHEAD_AT_FIRST * self.phases;
        assert!(self.items <= most, "{} items for {} reads", self.items, self.reads);
    }

    fn read(&mut self, number: usize) {
        self.reads += 1;
        let id = id(number);
        let asked = self.loader.ask(&Locator::new("/things", "thing", &id).under("parent_id", "p"));
        let last = self.asked.insert(number, self.now());
        let is_again = last.is_some_and(|last| self.now() - last < MAX_AGE);
        assert!(!is_again || matches!(asked.answer, Answer::Alone), "{number} was asked for just before");
        match asked.answer {
            Answer::Alone => {}
            Answer::Here(found) => self.check(number, &found),
            Answer::Soon(done) => self.waiting.push((number, done)),
        }
        asked.page.into_iter().for_each(|errand| self.send_page(errand));
        asked.batch.into_iter().for_each(|errand| self.send_batch(errand));
    }

    fn send_page(&mut self, errand: Errand<PageOrder>) {
        self.pages += 1;
        let start: usize = errand.order.cursor.as_ref().map_or(0, |cursor| cursor.parse().unwrap());
        let present: Vec<usize> = (0..OBJECTS).filter(|number| self.version(*number) > 0).collect();
        let ids = present.iter().skip(start).take(PAGE).map(|number| id(*number)).collect();
        let next = (start + PAGE < present.len()).then(|| (start + PAGE).to_string());
        self.under_way.push(UnderWay::Page(errand, ids, next));
    }

    fn send_batch(&mut self, errand: Errand<BatchOrder>) {
        self.items += errand.order.items.len();
        let outcomes = errand.order.items.iter().map(|item| {
            let version = self.version(item.id[2..].parse().unwrap());
            let etag = format!("\"{version}\"");
            match &item.if_none_match {
                _ if version == 0 => BatchOutcome::Gone,
                Some(known) if known.as_str() == etag => BatchOutcome::Unchanged,
                Some(_) | None => BatchOutcome::Found(Box::new(Response {
                    value: json!({ "id": item.id, "version": version }),
                    etag: Some(etag.into()),
                    correlation_id: None,
                    revision: None,
                    location: None,
                    attempts: 1,
                })),
            }
        });
        let outcomes = outcomes.collect();
        self.under_way.push(UnderWay::Batch(errand, self.now(), outcomes));
    }

    /// Lets the reads go on whose waiting has ended.
    fn wake(&mut self) {
        for (number, done) in std::mem::take(&mut self.waiting) {
            if !done.is_cancelled() {
                self.waiting.push((number, done));
                continue;
            }
            let id = id(number);
            if let Some(found) = self.loader.serve(&Locator::new("/things", "thing", &id)) {
                self.check(number, &found);
            }
        }
    }

    fn check(&mut self, number: usize, found: &Response<Json>) {
        self.hits += 1;
        let (now, version) = (self.now(), found.value["version"].as_u64().unwrap());
        assert_eq!(found.value["id"], id(number));
        assert_eq!(found.etag.as_ref().unwrap().as_str(), format!("\"{version}\""));
        assert!(version >= self.floors[number], "{number} was written, or what it depends on");
        // What is gone has the version 0, and may be seen for as long as anything else that has changed.
        let oldest = self.version_at(number, now - MAX_AGE);
        assert!(oldest > 0 && version >= oldest, "{number} is older than a minute");
        let written = self.written.get(&number);
        assert!(written.is_none_or(|written| now - *written >= WRITTEN_FOR), "{number} was written lately");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_is_served_that_is_too_old(events in prop::collection::vec(event(), 1..120)) {
        let timer = StoppedTimer::new();
        let loader = loader(&timer, BatchReads::Enabled);
        let mut world = World::new(&loader, timer);
        events.into_iter().for_each(|event| world.happen(event));
    }
}

#[test]
fn the_world_of_these_tests_serves_from_what_was_read_ahead() {
    let timer = StoppedTimer::new();
    let loader = loader(&timer, BatchReads::Enabled);
    let mut world = World::new(&loader, timer);
    let mut runner = TestRunner::deterministic();
    for _ in 0..2_000 {
        let event = event().new_tree(&mut runner).unwrap().current();
        // Writes end a phase, so that with one in every few events nothing is ever read ahead.
        if !matches!(event, Event::Write(_)) {
            world.happen(event);
        }
    }
    assert!(world.hits > 100, "{} of {} reads", world.hits, world.reads);
}

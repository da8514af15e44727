//! Times that come again, by the five fields of cron.

use cronexpr::{Crontab, parse_crontab};
use jiff::{SignedDuration, Timestamp};

use crate::document::form::Form;

const RULE: &str = "Use five fields: minute, hour, day of the month, month and day of the week, such as \"30 3 * * 1-5\"; \
                    there has to be such a day within four years.";
pub(super) static CRON: Form = Form::new("^[0-9A-Za-z*/,#-]+( [0-9A-Za-z*/,#-]+){4}$", RULE)
    .checked(|text| (!occurs(text)).then_some(RULE));

/// How far to look back for the latest time, nearest first: few times are in the first of these that has one.
const BACK: [SignedDuration; 5] = [
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(24),
    SignedDuration::from_hours(32 * 24),
    SignedDuration::from_hours(366 * 24),
    SignedDuration::from_hours(4 * 366 * 24),
];

/// Times that come again. One that the clock leaves out in spring is left out, and one that it has twice in autumn comes twice.
#[derive(Debug)]
pub(super) struct Cron(Crontab);

impl Cron {
    /// Reads what was checked when it was stored; `None` if the time zone is not known any more.
    pub(super) fn parse(fields: &str, timezone: &str) -> Option<Self> {
        parse_crontab(&format!("{fields} {timezone}")).ok().map(Self)
    }

    /// The first times after another, at most `count`.
    pub(super) fn next(&self, after: Timestamp, count: usize) -> Vec<Timestamp> {
        let follow = |at: &Timestamp| self.find(*at);
        std::iter::successors(self.find(after), follow).take(count).collect()
    }

    /// The latest time that has come, not before the one that was due first.
    pub(super) fn latest(&self, due: Timestamp, now: Timestamp) -> Timestamp {
        let within = |back: &SignedDuration| self.find(now - *back).filter(|at| *at <= now);
        let Some(first) = BACK.iter().find_map(within) else { return due };
        let follow = |at: &Timestamp| self.find(*at).filter(|at| *at <= now);
        std::iter::successors(Some(first), follow).last().unwrap_or(first).max(due)
    }

    fn find(&self, after: Timestamp) -> Option<Timestamp> {
        self.0.find_next(after).ok().map(|at| at.timestamp())
    }
}

/// Whether there is such a time at all, as seen from the beginning of a leap year.
fn occurs(fields: &str) -> bool {
    let year = Timestamp::constant(1_704_067_200, 0);
    Cron::parse(fields, "UTC").is_some_and(|cron| cron.find(year).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn check_next(fields: &str, timezone: &str, after: &str, expected: &[&str]) {
        let cron = Cron::parse(fields, timezone).unwrap();
        let expected: Vec<Timestamp> = expected.iter().map(|text| at(text)).collect();
        assert_eq!(cron.next(at(after), expected.len()), expected);
    }

    #[test]
    fn times_follow_the_clock_of_their_zone() {
        let summer = ["2026-03-28T02:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T01:30:00Z"];
        check_next("30 3 * * *", "Europe/Berlin", "2026-03-27T02:30:00Z", &summer);
        // There is no half past two on that day.
        let left_out = ["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"];
        check_next("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", &left_out);
        check_next("0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", &["2028-02-29T00:00:00Z"]);
    }

    #[test]
    fn of_the_times_that_have_passed_the_latest_counts() {
        let check = |fields: &str, due: &str, now: &str, expected: &str| {
            let cron = Cron::parse(fields, "UTC").unwrap();
            assert_eq!(cron.latest(at(due), at(now)), at(expected), "{fields}");
        };
        check("* * * * *", "2020-01-01T00:00:00Z", "2026-01-01T12:00:30Z", "2026-01-01T12:00:00Z");
        check("0 3 * * *", "2026-01-01T03:00:00Z", "2026-01-05T02:00:00Z", "2026-01-04T03:00:00Z");
        check("0 3 * * *", "2026-01-05T03:00:00Z", "2026-01-05T03:00:00Z", "2026-01-05T03:00:00Z");
        check("0 0 29 2 *", "2024-02-29T00:00:00Z", "2027-01-01T00:00:00Z", "2024-02-29T00:00:00Z");
    }

    #[test]
    fn five_fields_that_mean_something_are_a_schedule() {
        for good in ["* * * * *", "*/15 8-18 * * MON-FRI", "0 0 1 JAN,JUL *", "0 0 29 2 *"] {
            assert!(CRON.admits(good), "{good}");
        }
        for bad in ["* * * *", "0 0 31 2 *", "61 * * * *", "@daily", "0 3 * * * UTC", "H 3 * * *", ""] {
            assert!(!CRON.admits(bad), "{bad}");
        }
    }
}

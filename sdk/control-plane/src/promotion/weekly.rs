//! Times of the week: on which days something begins, when, and for how long.

use jiff::{
    SignedDuration, Timestamp, ToSpan as _, Zoned,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::{
    Fields,
    choice::choice,
    form::{Form, TIME_ZONE},
};

const WEEK_MINUTES: i64 = 7 * 24 * 60;
/// Longest run of times that begin before the one before has ended; one that never ends is cut off here.
const LONGEST: SignedDuration = SignedDuration::from_hours(14 * 24);

static TIME_OF_DAY: Form =
    Form::new("^([01][0-9]|2[0-3]):[0-5][0-9]$", "Use hours and minutes from 00:00 to 23:59, such as 17:30.");

choice! {
    /// A day of the week.
    #[schemars(rename = "Weekday")]
    Day {
        Monday = "monday",
        Tuesday = "tuesday",
        Wednesday = "wednesday",
        Thursday = "thursday",
        Friday = "friday",
        Saturday = "saturday",
        Sunday = "sunday",
    }
}

/// A time that comes again every week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WeeklyTime")]
pub(crate) struct Weekly {
    /// Days on which it begins.
    pub(crate) days: Vec<Day>,
    /// When it begins on those days: hours and minutes, such as `17:30`.
    pub(crate) start: String,
    /// Minutes that it lasts, at most a week; it may go on into the next day.
    pub(crate) duration_minutes: i64,
    /// Time zone of days and hours.
    pub(crate) timezone: String,
}

impl Weekly {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        fields.require("days");
        let mut days: Vec<Day> = fields.choices("days").unwrap_or_default();
        days.sort();
        if days.is_empty() {
            fields.error("days", "length", "At least one day is required.");
        }
        fields.require("duration_minutes");
        Self {
            days,
            start: fields.required_text_in("start", 5, &TIME_OF_DAY),
            duration_minutes: fields.integer("duration_minutes", 1..=WEEK_MINUTES).unwrap_or(1),
            timezone: fields.text_in_or("timezone", 255, &TIME_ZONE, "UTC"),
        }
    }

    /// When the time that it is now ends; `None` if it is not now.
    pub(crate) fn open_until(&self, now: Timestamp) -> Option<Timestamp> {
        let mut end = None;
        let mut at = now;
        // One may begin before the one before has ended.
        while let Some(later) =
            self.spans(at).filter(|(from, to)| *from <= at && at < *to).map(|span| span.1).max()
        {
            end = Some(later);
            at = later;
            if later > now + LONGEST {
                break;
            }
        }
        end
    }

    /// When it begins next, after now.
    pub(crate) fn opens_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.spans(now).map(|(from, _)| from).filter(|from| *from > now).min()
    }

    /// Everything that may be under way now or begin within a week.
    fn spans(&self, now: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let zone = TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC);
        let today = now.to_zoned(zone.clone()).date();
        let time: Time = self.start.parse().unwrap_or(Time::midnight());
        let length = SignedDuration::from_mins(self.duration_minutes);
        (-8_i64..=8).filter_map(move |days| {
            let date: Date = today.checked_add(days.days()).ok()?;
            if !self.days.iter().any(|day| day.weekday() == date.weekday()) {
                return None;
            }
            let start: Zoned = date.to_datetime(time).to_zoned(zone.clone()).ok()?;
            Some((start.timestamp(), start.timestamp() + length))
        })
    }
}

impl Day {
    fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Monday,
            Self::Tuesday => Weekday::Tuesday,
            Self::Wednesday => Weekday::Wednesday,
            Self::Thursday => Weekday::Thursday,
            Self::Friday => Weekday::Friday,
            Self::Saturday => Weekday::Saturday,
            Self::Sunday => Weekday::Sunday,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weekly(days: &[Day], start: &str, duration_minutes: i64, timezone: &str) -> Weekly {
        Weekly {
            days: days.to_vec(),
            start: start.to_owned(),
            duration_minutes,
            timezone: timezone.to_owned(),
        }
    }

    fn check(weekly: &Weekly, now: &str, until: Option<&str>, next: &str) {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(weekly.open_until(time(now)), until.map(time), "{now}");
        assert_eq!(weekly.opens_at(time(now)), Some(time(next)), "{now}");
    }

    #[test]
    fn a_weekend_begins_on_friday_and_ends_on_monday() {
        let weekend = weekly(&[Day::Friday], "17:00", 63 * 60, "UTC");
        // 2026-01-02 is a Friday.
        check(&weekend, "2026-01-02T16:59:59Z", None, "2026-01-02T17:00:00Z");
        check(&weekend, "2026-01-02T17:00:00Z", Some("2026-01-05T08:00:00Z"), "2026-01-09T17:00:00Z");
        check(&weekend, "2026-01-05T07:59:59Z", Some("2026-01-05T08:00:00Z"), "2026-01-09T17:00:00Z");
        check(&weekend, "2026-01-05T08:00:00Z", None, "2026-01-09T17:00:00Z");
    }

    #[test]
    fn hours_are_those_of_the_time_zone_in_summer_and_winter() {
        let office = weekly(&[Day::Monday], "09:00", 60, "Europe/Berlin");
        check(&office, "2026-01-05T08:30:00Z", Some("2026-01-05T09:00:00Z"), "2026-01-12T08:00:00Z");
        check(&office, "2026-07-06T07:30:00Z", Some("2026-07-06T08:00:00Z"), "2026-07-13T07:00:00Z");
    }

    #[test]
    fn times_that_touch_are_one() {
        let days = weekly(&[Day::Saturday, Day::Sunday], "00:00", 24 * 60, "UTC");
        check(&days, "2026-01-03T12:00:00Z", Some("2026-01-05T00:00:00Z"), "2026-01-04T00:00:00Z");
    }
}

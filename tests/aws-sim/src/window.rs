//! Maintenance windows: `sun:05:00-sun:06:00`.

use jiff::{SignedDuration, Timestamp, civil::Weekday, tz::TimeZone};

/// When the next window opens, strictly after a time. A window that cannot be read opens a week later.
pub(crate) fn next(window: &str, after: Timestamp) -> Timestamp {
    const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
    let opening = parse(window).and_then(|(weekday, hour, minute)| {
        let today = after.to_zoned(TimeZone::UTC).date();
        let first = today.at(hour, minute, 0, 0).to_zoned(TimeZone::UTC).ok()?.timestamp();
        let days = today.weekday().until(weekday);
        Some(first + SignedDuration::from_hours(24 * i64::from(days)))
    });
    match opening {
        Some(opening) if opening > after => opening,
        Some(opening) => opening + WEEK,
        None => after + WEEK,
    }
}

fn parse(window: &str) -> Option<(Weekday, i8, i8)> {
    let (opening, _) = window.split_once('-')?;
    let mut parts = opening.split(':');
    let weekday = match parts.next()? {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    };
    Some((weekday, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_next(window: &str, after: &str, expected: &str) {
        assert_eq!(next(window, after.parse().unwrap()).to_string(), expected);
    }

    #[test]
    fn a_window_opens_on_its_day() {
        // The first of January 2026 is a Thursday.
        check_next("sun:05:00-sun:06:00", "2026-01-01T00:00:00Z", "2026-01-04T05:00:00Z");
        check_next("thu:05:00-thu:06:00", "2026-01-01T00:00:00Z", "2026-01-01T05:00:00Z");
    }

    #[test]
    fn a_window_that_has_opened_opens_again_in_a_week() {
        check_next("thu:05:00-thu:06:00", "2026-01-01T05:00:00Z", "2026-01-08T05:00:00Z");
    }
}

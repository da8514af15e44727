//! Times of the day and of the week that AWS keeps for itself: `05:00-06:00` and `sun:05:00-sun:06:00`, in UTC.

use std::ops::Range;

use sparki_core::Dynamic;

const DAY: u32 = 24 * 60;
const WEEK: u32 = 7 * DAY;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Refuses what is no window of the day.
pub(crate) fn daily_window(value: &Dynamic) -> Result<(), String> {
    let is_one = value.as_str().is_none_or(|text| span(text, DAY, minute).is_some());
    if is_one { Ok(()) } else { Err("must be a window of the day, such as \"03:00-04:00\"".to_owned()) }
}

/// Refuses what is no window of the week.
pub(crate) fn weekly_window(value: &Dynamic) -> Result<(), String> {
    let is_one = value.as_str().is_none_or(|text| span(text, WEEK, minute_of_week).is_some());
    if is_one {
        Ok(())
    } else {
        Err("must be a window of the week in small letters, such as \"sun:05:00-sun:06:00\"".to_owned())
    }
}

/// Whether a window of the day and one of the week are ever open at the same time. Text that is no window is never.
pub(crate) fn overlap(daily: &str, weekly: &str) -> bool {
    let (Some(daily), Some(weekly)) = (span(daily, DAY, minute), span(weekly, WEEK, minute_of_week)) else {
        return false;
    };
    // Both go round the end of the week, so the days around it count as well.
    let days = (0..21).map(|day| daily.start + day * DAY..daily.end + day * DAY);
    let (start, end) = (weekly.start + WEEK, weekly.end + WEEK);
    days.into_iter().any(|day| day.start < end && start < day.end)
}

/// The minutes from start to end of a window, which may go on in the next period.
fn span(window: &str, period: u32, read: fn(&str) -> Option<u32>) -> Option<Range<u32>> {
    let (start, end) = window.split_once('-')?;
    let (start, end) = (read(start)?, read(end)?);
    Some(start..if end > start { end } else { end + period })
}

/// `05:30`, with two digits each, as AWS answers it.
fn minute(time: &str) -> Option<u32> {
    let (hour, minute) = time.split_once(':')?;
    let number = |text: &str, end: u32| {
        let is_form = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|number: &u32| is_form && *number < end)
    };
    Some(number(hour, 24)? * 60 + number(minute, 60)?)
}

fn minute_of_week(time: &str) -> Option<u32> {
    let (day, time) = time.split_once(':')?;
    let day = DAYS.iter().position(|name| *name == day)?;
    Some(u32::try_from(day).ok()? * DAY + minute(time)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_open_at_the_same_time_or_not() {
        assert!(overlap("05:00-06:00", "sun:05:30-sun:06:30"));
        assert!(!overlap("03:00-04:00", "sun:05:00-sun:06:00"));
        assert!(!overlap("04:00-05:00", "sun:05:00-sun:06:00"));
        assert!(!overlap("now", "sun:05:00-sun:06:00"));
    }

    #[test]
    fn only_windows_are_taken() {
        let daily = |text: &str| daily_window(&text.into()).is_ok();
        assert!(daily("03:00-04:00") && daily("23:30-00:30"));
        assert!(
            !daily("3:00-4:00") && !daily("24:00-25:00") && !daily("03:00") && !daily("sun:03:00-sun:04:00")
        );
        let weekly = |text: &str| weekly_window(&text.into()).is_ok();
        assert!(weekly("sun:23:30-mon:00:30"));
        assert!(!weekly("Sun:05:00-Sun:06:00") && !weekly("05:00-06:00"));
    }

    #[test]
    fn windows_go_round_midnight_and_the_end_of_the_week() {
        assert!(overlap("23:30-00:30", "mon:00:00-mon:01:00"));
        assert!(overlap("00:00-01:00", "sun:23:30-mon:00:30"));
        assert!(overlap("23:00-23:59", "sun:23:30-mon:00:30"));
        assert!(!overlap("01:00-02:00", "sun:23:30-mon:00:30"));
    }
}

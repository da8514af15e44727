//! Times in headers.

use std::time::{Duration, UNIX_EPOCH};

use http::HeaderMap;

use crate::response::header;

/// The contract's window of the rate limit is an hour, so that a longer wait is a mistake.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Reads `Retry-After`, in seconds or as a date.
pub(crate) fn retry_after(headers: &HeaderMap, local_unix_seconds: i64) -> Option<Duration> {
    let text = header(headers, "retry-after")?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(LONGEST_WAIT));
    }
    let until = unix_seconds(text)?.saturating_sub(server_unix_seconds(headers, local_unix_seconds));
    Some(Duration::from_secs(u64::try_from(until).unwrap_or(0)).min(LONGEST_WAIT))
}

/// The time at the server as it said itself, since absolute times it names are on its clock, not on ours.
pub(crate) fn server_unix_seconds(headers: &HeaderMap, local_unix_seconds: i64) -> i64 {
    header(headers, "date").and_then(unix_seconds).unwrap_or(local_unix_seconds)
}

fn unix_seconds(date: &str) -> Option<i64> {
    let since_epoch = httpdate::parse_http_date(date.trim()).ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since_epoch.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn check_retry_after(pairs: &[(&'static str, &'static str)], expected: Option<u64>) {
        let headers: HeaderMap = pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect();
        assert_eq!(retry_after(&headers, 784_111_700), expected.map(Duration::from_secs));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_on_the_servers_clock() {
        check_retry_after(&[("retry-after", "7")], Some(7));
        // 784_111_777 in Unix seconds.
        check_retry_after(&[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], Some(77));
        // The older forms, which have to be understood still.
        check_retry_after(&[("retry-after", "Sunday, 06-Nov-94 08:49:37 GMT")], Some(77));
        check_retry_after(&[("retry-after", "Sun Nov  6 08:49:37 1994")], Some(77));
        let (date, later) = ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:07 GMT");
        check_retry_after(&[("retry-after", later), ("date", date)], Some(30));
        check_retry_after(&[("retry-after", date), ("date", later)], Some(0));
        check_retry_after(&[("retry-after", "18446744073709551615")], Some(3_600));
        check_retry_after(&[("retry-after", "soon")], None);
        check_retry_after(&[("retry-after", "-1")], None);
        check_retry_after(&[], None);
    }
}

//! Telling failures that pass from those that stay.

/// Whether the same statement may well succeed a moment later: the database is busy, starting, stopping or out of reach.
pub(crate) fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(inner) => inner.code().is_some_and(|code| is_passing_code(&code)),
        _ => false,
    }
}

/// PostgreSQL's codes have five characters, SQLite's are numbers below 10,000.
fn is_passing_code(code: &str) -> bool {
    /// Serialization failure, deadlock, lock not available, and statement timeout.
    const CODES: [&str; 4] = ["40001", "40P01", "55P03", "57014"];
    /// Connection exceptions, too few resources, and the server being told to stop or still starting.
    const CLASSES: [&str; 3] = ["08", "53", "57P"];
    if code.len() == 5 {
        return CODES.contains(&code) || CLASSES.iter().any(|class| code.starts_with(class));
    }
    // 5 is SQLITE_BUSY, 6 is SQLITE_LOCKED; extended codes keep them in the low byte.
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_stays() {
        for passing in ["5", "517", "6", "40001", "55P03", "08006", "53300", "57P01"] {
            assert!(is_passing_code(passing), "{passing}");
        }
        for staying in ["1", "19", "2067", "23505", "42601", "22P05"] {
            assert!(!is_passing_code(staying), "{staying}");
        }
    }
}

//! The hour each meter is in, and what was used of it: in memory, or where all servers see it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;

use crate::database::Database;

/// Seconds a window lasts.
const HOUR: i64 = 3600;
/// Past this many windows in memory, those that ended are dropped.
const MANY: usize = 10_000;
/// Seconds from one look for those that ended to the next.
const SWEEP: i64 = 60;
/// Past this many windows in memory, addresses that have none yet share one. Keys and users are as many as were let in.
const MOST: usize = 200_000;
const OTHERS: &str = "address:others";

#[derive(Debug)]
pub(super) enum Windows {
    Here(Mutex<InMemory>),
    Shared(Database),
}

/// What one server counts for itself.
#[derive(Debug, Default)]
pub(super) struct InMemory {
    windows: BTreeMap<String, Window>,
    /// When it was last looked for windows that ended, in Unix seconds.
    swept_at: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Unix seconds.
    pub(super) ends_at: i64,
    /// Tenths of requests.
    pub(super) used: u64,
}

/// What became of a wish to use more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    Within(Window),
    /// Nothing was taken, because it would have been too much.
    Full(Window),
}

impl Default for Windows {
    fn default() -> Self {
        Self::Here(Mutex::default())
    }
}

impl Windows {
    /// Takes so many tenths if no more than `allowed` are used then.
    pub(super) async fn take(
        &self,
        name: &str,
        tenths: u64,
        allowed: u64,
        now: Timestamp,
    ) -> Result<Taken, sqlx::Error> {
        let now = now.as_second();
        match self {
            Self::Here(windows) => {
                let mut windows = windows.lock().unwrap_or_else(PoisonError::into_inner);
                let window = windows.window(name, now);
                if window.used + tenths > allowed {
                    return Ok(Taken::Full(*window));
                }
                window.used += tenths;
                Ok(Taken::Within(*window))
            }
            Self::Shared(database) => {
                let tenths = i64::try_from(tenths).unwrap_or(i64::MAX);
                let allowed = i64::try_from(allowed).unwrap_or(i64::MAX);
                let taken: Option<(i64, i64)> = sqlx::query_as(
                    "INSERT INTO rate_limit_windows AS w (name, ends_at, used) SELECT $1, $2, $3 WHERE $3 <= $4 \
                     ON CONFLICT (name) DO UPDATE SET \
                     ends_at = CASE WHEN w.ends_at <= $5 THEN excluded.ends_at ELSE w.ends_at END, \
                     used = CASE WHEN w.ends_at <= $5 THEN excluded.used ELSE w.used + excluded.used END \
                     WHERE w.ends_at <= $5 OR w.used + excluded.used <= $4 RETURNING ends_at, used",
                )
                .bind(name)
                .bind(now + HOUR)
                .bind(tenths)
                .bind(allowed)
                .bind(now)
                .fetch_optional(database.reader())
                .await?;
                match taken {
                    Some(row) => Ok(Taken::Within(row.into())),
                    None => {
                        let full = Window { ends_at: now + HOUR, used: u64::MAX };
                        Ok(Taken::Full(self.adjust(name, 0).await?.unwrap_or(full)))
                    }
                }
            }
        }
    }

    /// Adds to what was used, or takes from it; never below nothing. `None` if the meter never ran.
    pub(super) async fn adjust(&self, name: &str, tenths: i64) -> Result<Option<Window>, sqlx::Error> {
        match self {
            Self::Here(windows) => {
                let mut windows = windows.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(windows.windows.get_mut(name).map(|window| {
                    window.used = window.used.saturating_add_signed(tenths);
                    *window
                }))
            }
            Self::Shared(database) => {
                let row: Option<(i64, i64)> = sqlx::query_as(
                    "UPDATE rate_limit_windows SET used = GREATEST(0, used + $1) WHERE name = $2 \
                     RETURNING ends_at, used",
                )
                .bind(tenths)
                .bind(name)
                .fetch_optional(database.reader())
                .await?;
                Ok(row.map(Window::from))
            }
        }
    }
}

impl InMemory {
    /// The window that a meter is in.
    fn window(&mut self, name: &str, now: i64) -> &mut Window {
        if self.windows.len() > MANY && now - self.swept_at >= SWEEP {
            self.windows.retain(|_, window| window.ends_at > now);
            self.swept_at = now;
        }
        let is_one_too_many = self.windows.len() >= MOST && !self.windows.contains_key(name);
        let name = if is_one_too_many && name.starts_with("address:") { OTHERS } else { name };
        let fresh = Window { ends_at: now + HOUR, used: 0 };
        let window = self.windows.entry(name.to_owned()).or_insert(fresh);
        if window.ends_at <= now {
            *window = fresh;
        }
        window
    }
}

impl From<(i64, i64)> for Window {
    fn from((ends_at, used): (i64, i64)) -> Self {
        Self { ends_at, used: used.try_into().unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_addresses_takes_no_more_than_so_much_memory() {
        let mut here = InMemory::default();
        for index in 0..MOST {
            here.window(&format!("address:{index}"), 1).used += 1;
        }
        here.window("address:one", 2).used += 1;
        here.window("address:two", 2).used += 1;
        assert_eq!((here.windows.len(), here.windows[OTHERS].used), (MOST + 1, 2));
        assert_eq!((here.window("user:jane", 2).used, here.window("address:0", 2).used), (0, 1));
        here.window("address:three", HOUR + SWEEP).used += 1;
        assert_eq!(here.windows.len(), 1, "those of the hour before are gone");
    }
}

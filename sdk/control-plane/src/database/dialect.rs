//! What the two databases say differently.

use sqlx::AnyConnection;

/// Which SQL a database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// By the scheme of a database URL.
    pub(super) fn of_url(url: &str) -> Option<Self> {
        match url.split_once(':')?.0 {
            "sqlite" => Some(Self::Sqlite),
            "postgres" | "postgresql" => Some(Self::Postgres),
            _ => None,
        }
    }

    /// Its name in traces.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
        }
    }

    pub(crate) fn of(connection: &AnyConnection) -> Self {
        match connection.backend_name() {
            "PostgreSQL" => Self::Postgres,
            _ => Self::Sqlite,
        }
    }

    /// A condition that holds where the label `key` of the object in `document` has the value `value`; both are
    /// parameters such as `$3`.
    pub(crate) fn has_label(self, document: &str, key: &str, value: &str) -> String {
        match self {
            Self::Sqlite => format!(
                "EXISTS (SELECT 1 FROM json_each({document}, '$.labels') l WHERE l.key = {key} AND l.value = {value})"
            ),
            Self::Postgres => format!("(({document})::jsonb -> 'labels' ->> {key}) = {value}"),
        }
    }

    /// What follows a `SELECT` of rows to work on, so that several servers share them out without waiting.
    pub(crate) fn skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_tells_the_dialect() {
        assert_eq!(Dialect::of_url("sqlite::memory:"), Some(Dialect::Sqlite));
        assert_eq!(Dialect::of_url("postgres://localhost/sparki"), Some(Dialect::Postgres));
        assert_eq!(Dialect::of_url("mysql://localhost/sparki"), None);
        assert_eq!(Dialect::of_url("sparki.db"), None);
    }
}

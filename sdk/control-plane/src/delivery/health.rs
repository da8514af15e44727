//! How something that was deployed is.

use crate::document::choice::choice;

choice! {
    /// How something is; unknown before anyone has looked, and where nobody looks.
    Health { Passing = "passing", Warning = "warning", Critical = "critical", Unknown = "unknown" }
}

impl Health {
    /// How the whole is whose parts are so: as bad as the worst of those that are known.
    pub(crate) fn of(parts: impl IntoIterator<Item = Self>) -> Self {
        let severity = |health: &Self| match health {
            Self::Unknown => 0,
            Self::Passing => 1,
            Self::Warning => 2,
            Self::Critical => 3,
        };
        parts.into_iter().max_by_key(severity).unwrap_or(Self::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_is_as_bad_as_the_worst_part_that_is_known() {
        use Health::{Critical, Passing, Unknown, Warning};
        assert_eq!(Health::of([]), Unknown);
        assert_eq!(Health::of([Unknown, Passing]), Passing);
        assert_eq!(Health::of([Warning, Passing]), Warning);
        assert_eq!(Health::of([Warning, Critical, Passing]), Critical);
    }
}

//! Versions of the engines, and what follows from them.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use sparki_aws::{AwsError, Consistency};
use sparki_core::RemoteError;

use super::Session;

/// A version as configuration has it, `15` or `15.7`, or as an instance has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version(Vec<u32>);

impl FromStr for Version {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        text.split('.').map(|part| part.parse().map_err(|_| ())).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&parts.join("."))
    }
}

impl Version {
    /// Whether an instance of the engine with this version is what is asked for: the same as far as it is said, or a later
    /// one of the same major version, which AWS may go on to by itself.
    pub(crate) fn is_met_by(&self, actual: &Self, engine: &str) -> bool {
        !self.is_of_another_major(actual, engine) && self.compare(actual) != Ordering::Greater
    }

    /// Whether the two are of different major versions of an engine, as far as both say. MySQL and MariaDB count them in two
    /// numbers: 8.4 is another one than 8.0.
    pub(crate) fn is_of_another_major(&self, other: &Self, engine: &str) -> bool {
        let counted = if matches!(engine, "mysql" | "mariadb") { 2 } else { 1 };
        let parts = self.0.len().min(other.0.len()).min(counted);
        self.0[..parts] != other.0[..parts]
    }

    /// Whether an instance of that version would have to go back.
    pub(crate) fn is_before(&self, actual: &Self) -> bool {
        self.compare(actual) == Ordering::Less
    }

    /// As far as both say something.
    fn compare(&self, other: &Self) -> Ordering {
        let parts = self.0.len().min(other.0.len());
        self.0[..parts].cmp(&other.0[..parts])
    }
}

/// The family of the parameters of a version; none if AWS does not know the version.
pub(crate) async fn family(
    session: &Session<'_>,
    doing: &str,
    (engine, version): (&str, &str),
) -> Result<Option<String>, RemoteError> {
    let send = || async {
        let request = session.client.describe_db_engine_versions().engine(engine).engine_version(version);
        // Instances go on running versions that AWS does not offer any more.
        let request = request.include_all(true);
        request.send().await.map_err(AwsError::from)
    };
    let answer = session.send(Consistency::Propagation, doing, send).await?;
    let versions = answer.map_err(|error| error.reading(doing))?.db_engine_versions.unwrap_or_default();
    Ok(versions.into_iter().find_map(|version| version.db_parameter_group_family))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn a_version_is_met_by_what_aws_goes_on_to() {
        let met =
            |engine: &str, wanted: &str, actual: &str| version(wanted).is_met_by(&version(actual), engine);
        assert!(met("postgres", "15", "15.7") && met("postgres", "15.5", "15.7"));
        assert!(!met("postgres", "15.8", "15.7") && !met("postgres", "15", "16.1"));
        assert!(!met("postgres", "16", "15.7"));
        assert!(met("mysql", "8.0.35", "8.0.36") && met("mysql", "8", "8.4.3"));
        assert!(!met("mysql", "8.0", "8.4.3") && !met("mariadb", "10.6", "10.11.6"));
    }

    #[test]
    fn mysql_and_mariadb_count_major_versions_in_two_numbers() {
        let other = |engine: &str, wanted: &str, actual: &str| {
            version(wanted).is_of_another_major(&version(actual), engine)
        };
        assert!(other("mysql", "8.4", "8.0.35") && other("mariadb", "10.11.6", "10.6.16"));
        assert!(!other("mysql", "8.0.36", "8.0.35") && !other("mysql", "8", "8.0.35"));
        assert!(!other("postgres", "15.7", "15.5") && other("postgres", "16.1", "15.5"));
    }

    #[test]
    fn only_an_earlier_version_leads_back() {
        let back = |wanted: &str, actual: &str| version(wanted).is_before(&version(actual));
        assert!(back("15.5", "15.7") && back("14", "15.7"));
        assert!(!back("15", "15.7") && !back("15.8", "15.7") && !back("16", "15.7"));
        assert_eq!(version("15.7").to_string(), "15.7");
        assert!("15.x".parse::<Version>().is_err());
    }
}

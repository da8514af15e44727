//! Versions of the engines, and what follows from them.

use std::fmt;
use std::str::FromStr;

use sparki_aws::AwsError;
use sparki_core::RemoteError;
use sparki_derive::Choice;

use super::Session;
use crate::operation::Pages;

/// What runs on the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum Engine {
    /// Redis OSS, up to 7.1.
    Redis,
    /// Valkey, its successor, from 7.2 on.
    Valkey,
}

/// A version as configuration has it, `7.0`, `7` or `7.x`, or as nodes have it, `7.0.7`. What is behind the second
/// number is AWS's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    major: u32,
    /// None stands for any.
    minor: Option<u32>,
}

impl FromStr for Version {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('.');
        let major = parts.next().and_then(|part| part.parse().ok()).ok_or(())?;
        let minor = match parts.next() {
            None | Some("x") => None,
            Some(part) => Some(part.parse().map_err(|_| ())?),
        };
        Ok(Self { major, minor })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minor {
            Some(minor) => write!(f, "{}.{minor}", self.major),
            None => write!(f, "{}.x", self.major),
        }
    }
}

impl Version {
    /// A version of two numbers.
    pub(crate) const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor: Some(minor) }
    }

    /// Whether nodes with this version are what is asked for: the same, or a later one of the same major version, which
    /// AWS may go on to by itself.
    pub(crate) fn is_met_by(self, actual: Self) -> bool {
        self.major == actual.major && self.minor.unwrap_or(0) <= actual.minor.unwrap_or(u32::MAX)
    }

    /// Whether it names one minor version.
    pub(crate) fn is_exact(self) -> bool {
        self.minor.is_some()
    }

    /// Whether nodes of that version would have to go back.
    pub(crate) fn is_before(self, actual: Self) -> bool {
        self.major < actual.major
            || (self.major == actual.major && self.minor.unwrap_or(u32::MAX) < actual.minor.unwrap_or(0))
    }

    /// The engine whose version this is: no number belongs to both.
    pub(crate) fn engine(self) -> Engine {
        if self.major > 7 || (self.major == 7 && self.minor.is_some_and(|minor| minor > 1)) {
            Engine::Valkey
        } else {
            Engine::Redis
        }
    }

    /// The family of its parameters.
    pub(crate) fn family(self, engine: Engine) -> String {
        match (engine, self.major) {
            (Engine::Redis, 6) => "redis6.x".to_owned(),
            (Engine::Redis, major @ ..6) => format!("redis{major}.{}", self.minor.unwrap_or(0)),
            (Engine::Redis | Engine::Valkey, major) => format!("{engine}{major}"),
        }
    }
}

/// The versions of an engine that AWS offers, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offers(Vec<Version>);

impl Offers {
    /// Asks AWS for all of them; none if the endpoint does not know any, as some stand-ins do not.
    pub(crate) async fn ask(
        session: &Session<'_>,
        doing: &str,
        engine: Engine,
    ) -> Result<Option<Self>, RemoteError> {
        let client = &session.client;
        let send = |token: Option<String>| async move {
            let request = client.describe_cache_engine_versions().engine(engine.as_str()).set_marker(token);
            let answer = request.send().await.map_err(AwsError::from)?;
            Ok::<_, AwsError>((answer.cache_engine_versions, answer.marker))
        };
        let (mut pages, mut known) = (Pages::new(), Vec::new());
        while let Some(page) = pages.next(session, doing, send).await? {
            let versions = page.iter().filter_map(|it| it.engine_version()?.parse::<Version>().ok());
            known.extend(versions);
        }
        known.sort_by_key(|version| (version.major, version.minor));
        known.dedup();
        Ok((!known.is_empty()).then_some(Self(known)))
    }

    /// Whether a version is among them.
    pub(crate) fn have(&self, wanted: Version) -> bool {
        self.newest(wanted).is_some()
    }

    /// The newest one that is what is asked for.
    pub(crate) fn newest(&self, wanted: Version) -> Option<Version> {
        let fits =
            |it: &&Version| it.major == wanted.major && (wanted.minor.is_none() || it.minor == wanted.minor);
        self.0.iter().rfind(fits).copied()
    }
}

impl fmt::Display for Offers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<_> = self.0.iter().map(Version::to_string).collect();
        f.write_str(&texts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn a_version_is_met_by_patches_and_by_what_aws_goes_on_to() {
        let met = |wanted: &str, actual: &str| version(wanted).is_met_by(version(actual));
        assert!(met("7.0", "7.0.7") && met("7.x", "7.0.7") && met("7", "7.1.0") && met("7.0", "7.1.0"));
        assert!(!met("7.1", "7.0.7") && !met("7.0", "8.0.1") && !met("8.0", "7.2.6"));
    }

    #[test]
    fn only_an_earlier_version_leads_back() {
        let back = |wanted: &str, actual: &str| version(wanted).is_before(version(actual));
        assert!(back("7.0", "7.1.0") && back("6.x", "7.0.7"));
        assert!(!back("7.x", "7.1.0") && !back("7.1", "7.1.0") && !back("8.0", "7.2.6"));
    }

    #[test]
    fn the_family_of_parameters_follows_from_the_version() {
        let family = |text: &str| version(text).family(version(text).engine());
        let families = ["5.0.6", "6.2", "7.0.7", "7.1", "7.2", "8.1.0"].map(family);
        assert_eq!(families, ["redis5.0", "redis6.x", "redis7", "redis7", "valkey7", "valkey8"]);
    }

    #[test]
    fn the_newest_offer_of_a_major_version_is_found() {
        let offers = Offers(["7.2", "8.0", "8.1"].map(version).to_vec());
        assert_eq!(offers.newest(version("8.x")), Some(version("8.1")));
        assert_eq!(offers.newest(version("8.0")), Some(version("8.0")));
        assert!(!offers.have(version("9.0")));
        assert_eq!(offers.to_string(), "7.2, 8.0, 8.1");
    }
}

//! Regions, and which one is the default.

use std::fmt;
use std::str::FromStr;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::ProvideRegion;
use aws_config::profile::ProfileFileRegionProvider;
use sparki_core::{DecodeError, Dynamic, Field, Kind, Path, RemoteError, RemoteErrorKind, Type, Validator};

use crate::Settings;

/// The name of an AWS region, such as `us-east-1`. Only the form is checked: new regions need no new release.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region(String);

/// The text has not the form of a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotARegion;

const MUST: &str = "must be the name of a region, such as \"us-east-1\"";

impl Region {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Region {
    type Err = NotARegion;

    fn from_str(text: &str) -> Result<Self, NotARegion> {
        let parts: Vec<_> = text.split('-').collect();
        let (Some((number, words)), true) = (parts.split_last(), parts.len() >= 3) else {
            return Err(NotARegion);
        };
        let number_fits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let word_fits = |word: &&str| {
            word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if number_fits && words.iter().all(word_fits) { Ok(Self(text.to_owned())) } else { Err(NotARegion) }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for NotARegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MUST)
    }
}

impl std::error::Error for NotARegion {}

impl Field for Region {
    fn kind() -> Kind {
        Kind::Plain(Type::String)
    }

    fn validators() -> Vec<Validator> {
        vec![Validator::Custom(|value| match value.as_str().map(Self::from_str) {
            Some(Err(error)) => Err(error.to_string()),
            Some(Ok(_)) | None => Ok(()),
        })]
    }

    fn encode(&self) -> Dynamic {
        Dynamic::string(self.as_str())
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        let text = String::decode(value, path)?;
        let region = text.map(|text| text.parse()).transpose();
        region.map_err(|error: NotARegion| DecodeError { path: path.clone(), problem: error.to_string() })
    }
}

impl From<&Region> for aws_types::region::Region {
    fn from(region: &Region) -> Self {
        Self::new(region.0.clone())
    }
}

/// Finds the region for resources that name none. The instance's own metadata is not asked: the region of a build
/// machine says nothing about where a cluster belongs, and asking takes seconds where there is no such service.
pub(crate) async fn default_region(settings: &Settings) -> Result<Region, RemoteError> {
    if let Some(region) = &settings.region {
        return Ok(region.clone());
    }
    if let Some(found) = EnvironmentVariableRegionProvider::new().region().await {
        return parse(found.as_ref(), "the environment variable AWS_REGION or AWS_DEFAULT_REGION");
    }
    let mut profile = ProfileFileRegionProvider::builder();
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
    }
    match ProvideRegion::region(&profile.build()).await {
        Some(found) => parse(found.as_ref(), "the profile in the AWS configuration files"),
        None => Err(no_region(settings.profile.as_deref())),
    }
}

fn parse(text: &str, source: &str) -> Result<Region, RemoteError> {
    text.parse().map_err(|error: NotARegion| {
        RemoteError::new(RemoteErrorKind::Invalid, "failed to choose an AWS region")
            .with_detail(format!("{source} says {text:?}, which {error}"))
    })
}

fn no_region(profile: Option<&str>) -> RemoteError {
    let profile = match profile {
        Some(name) => format!("\"region\" of the profile {name:?}"),
        None => "\"region\" of the profile that AWS_PROFILE names, else of the profile \"default\",".into(),
    };
    RemoteError::new(RemoteErrorKind::Invalid, "failed to choose an AWS region").with_detail(format!(
        "The resource names no region, and there is no default. These were tried, in this order: \"region\" in the \
         \"aws\" settings of the provider; the environment variables AWS_REGION and AWS_DEFAULT_REGION; {profile} in \
         the AWS configuration files. Set one of them, or \"region\" on the resource."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_a_region_is_checked_and_nothing_else() {
        for text in ["us-east-1", "ap-southeast-4", "us-gov-west-1", "us-isob-east-1", "mx-central-1"] {
            assert_eq!(text.parse::<Region>().map(|region| region.to_string()), Ok(text.to_owned()));
        }
        for text in
            ["", "us", "us-east", "us-east-", "US-EAST-1", "us-east-1a", "us east 1", "us-east-1/main"]
        {
            assert_eq!(text.parse::<Region>(), Err(NotARegion), "{text}");
        }
    }

    #[tokio::test]
    async fn the_settings_win_over_everything_else() {
        let settings = Settings { region: Some("eu-west-1".parse().unwrap()), ..Settings::default() };
        assert_eq!(default_region(&settings).await.unwrap().as_str(), "eu-west-1");
    }

    #[test]
    fn a_missing_region_lists_what_was_tried() {
        assert_eq!(
            no_region(Some("prod")).into_diagnostics().to_string(),
            "error: Failed to choose an AWS region\n  The resource names no region, and there is no default. These were \
             tried, in this order: \"region\" in the \"aws\" settings of the provider; the environment variables \
             AWS_REGION and AWS_DEFAULT_REGION; \"region\" of the profile \"prod\" in the AWS configuration files. Set \
             one of them, or \"region\" on the resource."
        );
    }
}

//! Settings as variables of the environment hold them.

use std::num::NonZeroUsize;
use std::path::Path;

use crate::credentials::ConfigError;
use crate::endpoint::Endpoint;
use crate::environment::Environment;
use crate::loader::BatchReads;

/// Takes PEM text as it is and anything else for the path of a PEM file.
pub(crate) fn pem(given: &str) -> Result<String, ConfigError> {
    if given.contains("-----BEGIN") {
        return Ok(given.to_owned());
    }
    std::fs::read_to_string(Path::new(given)).map_err(|error| ConfigError::CaCert {
        reason: format!("it is neither PEM text nor a file that can be read ({error})"),
    })
}

/// Reads `SPARKI_REGIONS`: base URLs, separated by commas.
pub(crate) fn regions(environment: &Environment) -> Result<Vec<Endpoint>, ConfigError> {
    const NAME: &str = "SPARKI_REGIONS";
    let text = environment.read(NAME).unwrap_or_default();
    let urls = text.split(',').map(str::trim).filter(|url| !url.is_empty());
    urls.map(|url| {
        Endpoint::parse(url)
            .map_err(|error| ConfigError::Setting { name: NAME.to_owned(), reason: error.to_string() })
    })
    .collect()
}

pub(crate) fn number(environment: &Environment, name: &str) -> Result<Option<NonZeroUsize>, ConfigError> {
    let Some(text) = environment.read(name) else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| ConfigError::Setting {
        name: name.to_owned(),
        reason: format!("{text:?} is not a whole number above 0"),
    })
}

/// Reads `SPARKI_BATCH_READS` as Terraform reads a bool.
pub(crate) fn batch_reads(environment: &Environment) -> Result<Option<BatchReads>, ConfigError> {
    const NAME: &str = "SPARKI_BATCH_READS";
    let Some(text) = environment.read(NAME) else { return Ok(None) };
    match text.trim() {
        "true" | "1" => Ok(Some(BatchReads::Enabled)),
        "false" | "0" => Ok(Some(BatchReads::Disabled)),
        _ => Err(ConfigError::Setting {
            name: NAME.to_owned(),
            reason: format!("{text:?} is neither true nor false"),
        }),
    }
}

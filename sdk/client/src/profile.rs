//! The profile file, `~/.config/sparki/config.toml`.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::credentials::ConfigError;
use crate::environment::Environment;

/// `[profiles.NAME]`. Keys it does not know are ignored, so that newer tools can share the file.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Profile {
    pub(crate) endpoint: Option<String>,
    pub(crate) api_key: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<String>,
    pub(crate) workspace: Option<String>,
}

/// Where a profile was looked for, and the profile if it is there.
pub(crate) struct Lookup {
    pub(crate) profile: Option<Profile>,
    pub(crate) origin: String,
    pub(crate) absence: String,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// Reads the profile `wanted`, or `default` if none is; only a profile that was asked for must exist.
pub(crate) fn look_up(wanted: Option<&str>, environment: &Environment) -> Result<Lookup, ConfigError> {
    let name = wanted.unwrap_or("default");
    let Some(path) = path(environment) else {
        return match wanted {
            Some(name) => Err(ConfigError::NoProfileFile {
                name: name.to_owned(),
                reason: "~/.config/sparki/config.toml cannot be found, because HOME is not set".to_owned(),
            }),
            None => Ok(Lookup {
                profile: None,
                origin: format!("the profile {name:?}"),
                absence: "there is no home directory (HOME is not set)".to_owned(),
            }),
        };
    };
    let shown = path.display().to_string();
    let origin = format!("the profile {name:?} in {shown}");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return match wanted {
                Some(name) => Err(ConfigError::NoProfileFile {
                    name: name.to_owned(),
                    reason: format!("{shown} does not exist"),
                }),
                None => Ok(Lookup { profile: None, origin, absence: "the file does not exist".to_owned() }),
            };
        }
        Err(error) => return Err(ConfigError::ProfileFile { path: shown, reason: error.to_string() }),
    };
    let mut file = parse(&text).map_err(|reason| ConfigError::ProfileFile { path: shown.clone(), reason })?;
    match file.profiles.remove(name) {
        Some(profile) => Ok(Lookup {
            profile: Some(profile),
            origin,
            absence: "it holds no token, api_key or client_id".to_owned(),
        }),
        None if wanted.is_none() => {
            Ok(Lookup { profile: None, origin, absence: "the file has no such profile".to_owned() })
        }
        None => Err(ConfigError::NoSuchProfile {
            name: name.to_owned(),
            path: shown,
            known: file.profiles.into_keys().collect(),
        }),
    }
}

fn path(environment: &Environment) -> Option<PathBuf> {
    if let Some(path) = environment.read("SPARKI_CONFIG_FILE") {
        return Some(PathBuf::from(path));
    }
    let home = environment.read("HOME").or_else(|| environment.read("USERPROFILE"))?;
    Some(Path::new(&home).join(".config").join("sparki").join("config.toml"))
}

/// Parses the file. The parser's own message quotes the line at fault, which may hold a secret; only its place is told.
fn parse(text: &str) -> Result<File, String> {
    toml_edit::de::from_str(text).map_err(|error| {
        let line =
            error.span().and_then(|span| text.get(..span.start)).map(|before| before.lines().count().max(1));
        match line {
            Some(line) => format!("it is not valid, see line {line}"),
            None => "it is not valid TOML with [profiles.NAME] tables of strings".to_owned(),
        }
    })
}

//! Addresses of Git repositories.

use sparki_core::{DecodeError, Dynamic, Equivalence, Field, FromText, Kind, Path, Type, Validator};

/// The address of a Git repository: `https://`, `ssh://` or `git@host:owner/repo`.
///
/// Two addresses are equivalent when host and path are, whatever the protocol and with or without `.git`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GitUrl(String);

impl GitUrl {
    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host in lower case and path without `.git`, if the text is the address of a repository.
    pub(crate) fn repository(&self) -> Option<(String, String)> {
        repository(&self.0)
    }
}

impl FromText for GitUrl {
    fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Host and path of a repository, if the text is the address of one.
fn repository(text: &str) -> Option<(String, String)> {
    let (host, path) = match text.split_once("://") {
        Some(("https" | "ssh", _)) => {
            let url = url::Url::parse(text).ok()?;
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            (format!("{}{port}", url.host_str()?), url.path().to_owned())
        }
        Some(_) => return None,
        None => {
            let (user_and_host, path) = text.split_once(':')?;
            let (_, host) = user_and_host.split_once('@')?;
            (host.to_owned(), path.to_owned())
        }
    };
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let whole = !host.is_empty() && path.contains('/') && !path.split('/').any(str::is_empty);
    (whole && !path.contains(char::is_whitespace)).then(|| (host.to_lowercase(), path.to_owned()))
}

/// Whether something stands before the host that may be secret. SSH needs a user there, and no password.
fn holds_credentials(text: &str) -> bool {
    let (scheme, rest) = text.split_once("://").unwrap_or(("ssh", text));
    // Up to the last "@", because a password may hold "/" and "@" itself.
    match rest.rsplit_once('@').map(|(before_host, _)| before_host) {
        Some(user) if scheme == "ssh" => user.contains(':'),
        Some(_) if scheme == "https" => {
            url::Url::parse(text).map_or(true, |url| !url.username().is_empty() || url.password().is_some())
        }
        Some(_) => true,
        None => false,
    }
}

impl Field for GitUrl {
    fn kind() -> Kind {
        Kind::Plain(Type::String)
    }

    fn validators() -> Vec<Validator> {
        vec![
            Validator::Length { min: 1, max: Some(255) },
            Validator::Custom(|value| {
                match value.as_str() {
                Some(text) if holds_credentials(text) => Err(
                    "must not hold a user, password or token before its host, which would stand in plan files; leave \
                     it out, or use the form \"git@github.com:acme/web.git\""
                        .into(),
                ),
                Some(text) if repository(text).is_none() => Err(
                    "must be the address of a Git repository, such as \"https://github.com/acme/web\" or \
                     \"git@github.com:acme/web.git\""
                        .into(),
                ),
                Some(_) | None => Ok(()),
            }
            }),
        ]
    }

    fn equivalent() -> Option<Equivalence> {
        Some(|a, b| {
            let repository = |value: &Dynamic| value.as_str().and_then(repository);
            repository(a).is_some_and(|a| repository(b) == Some(a))
        })
    }

    fn encode(&self) -> Dynamic {
        Dynamic::string(self.0.as_str())
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        Ok(String::decode(value, path)?.map(Self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_one_repository_are_equivalent() {
        let same = GitUrl::equivalent().unwrap();
        let https = &"https://github.com/acme/web".into();
        for other in [
            "https://GitHub.com/acme/web.git",
            "ssh://git@github.com/acme/web",
            "git@github.com:acme/web.git",
        ] {
            assert!(same(https, &other.into()), "{other}");
        }
        for other in
            ["https://github.com/acme/app", "https://gitlab.com/acme/web", "https://github.com:8443/acme/web"]
        {
            assert!(!same(https, &other.into()), "{other}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["web", "ftp://github.com/acme/web", "https://github.com", "git@github.com", "git@:a/b"] {
            assert!(repository(text).is_none(), "{text}");
        }
    }

    #[test]
    fn passwords_and_tokens_are_told_from_users() {
        for text in [
            "https://jane:hunter2@github.com/acme/web",
            "https://hunter2@github.com/acme/web",
            "https://jane:hun/ter@2@github.com/acme/web",
            "ssh://git:hunter2@github.com/acme/web",
            "http://jane:hunter2@github.com/acme/web",
            "git:hunter2@github.com:acme/web",
        ] {
            assert!(holds_credentials(text), "{text}");
        }
        for text in [
            "https://github.com/acme/web",
            "https://github.com/acme/web@next",
            "ssh://git@github.com/acme/web",
            "git@github.com:acme/web",
            "deploy@git.example.com:acme/web",
        ] {
            assert!(!holds_credentials(text), "{text}");
        }
    }
}

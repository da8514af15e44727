//! Addresses of Git repositories.

use std::net::Ipv6Addr;

use sparki_core::{DecodeError, Dynamic, Equivalence, Field, FromText, Kind, Path, Type, Validator};

/// The address of a Git repository: `https://`, `ssh://` or `git@host:owner/repo`.
///
/// Two addresses are equivalent when host and path are, whatever the protocol and with or without `.git`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GitUrl(String);

/// What an address leads to, however it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repository {
    /// In lower case, with the port if it is not the protocol's own.
    pub(crate) host: String,
    /// Two parts or more, without `.git`.
    pub(crate) path: String,
}

impl GitUrl {
    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the address leads to, if it is one.
    pub(crate) fn repository(&self) -> Option<Repository> {
        parse(&self.0).ok()
    }
}

impl FromText for GitUrl {
    fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Field for GitUrl {
    fn kind() -> Kind {
        Kind::Plain(Type::String)
    }

    fn validators() -> Vec<Validator> {
        vec![
            Validator::Length { min: 1, max: Some(255) },
            Validator::Custom(|value| match value.as_str().map(parse) {
                Some(Err(refusal)) => Err(refusal.must().to_owned()),
                Some(Ok(_)) | None => Ok(()),
            }),
        ]
    }

    fn equivalent() -> Option<Equivalence> {
        Some(|a, b| {
            let repository = |value: &Dynamic| value.as_str().and_then(|text| parse(text).ok());
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

/// Why a text is not taken as an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// It has a part where tokens are put, and repositories have none.
    Query,
    /// Something that may be secret stands before the host of an `https` address.
    User,
    /// A password stands before the host of an `ssh` address.
    Password,
    Scheme,
    Host,
    Path,
    Form,
}

impl Refusal {
    /// The rule that was broken, to follow the name of the attribute.
    fn must(self) -> &'static str {
        match self {
            Self::Query => {
                "must be an address without \"?\" and \"#\", which may hide a token, such as \
                 \"https://github.com/acme/web\""
            }
            Self::User => {
                "must be an address without a user, password or token, such as \"https://github.com/acme/web\""
            }
            Self::Password => {
                "must be an address without a password, such as \"ssh://git@github.com/acme/web\" or \
                 \"git@github.com:acme/web.git\""
            }
            Self::Scheme => {
                "must begin with \"https://\" or \"ssh://\", or have the form \"git@github.com:acme/web.git\""
            }
            Self::Host => {
                "must be an address whose host is a name or an IP address, with a port from 1 to 65535 or none, such \
                 as \"https://git.example.com:8443/acme/web\""
            }
            Self::Path => {
                "must be an address whose path is an owner and a repository, without white space, \"\\\" and parts \
                 like \"..\", such as \"https://github.com/acme/web\""
            }
            Self::Form => {
                "must be the address of a Git repository, such as \"https://github.com/acme/web\" or \
                 \"git@github.com:acme/web.git\""
            }
        }
    }
}

fn parse(text: &str) -> Result<Repository, Refusal> {
    if text.contains(['?', '#']) {
        return Err(Refusal::Query);
    }
    let (host, path) = match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            // A password may hold "/", and what stands before it then is no host.
            let host = host_with_port(host, 443);
            if host.is_none() && rest.contains('@') {
                return Err(Refusal::User);
            }
            (host, path)
        }
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("ssh") => {
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            let (user, host) = authority.rsplit_once('@').unwrap_or(("git", authority));
            let host = host_with_port(host, 22).filter(|_| is_user(user));
            let has_password = rest.rsplit_once('@').is_some_and(|(before, _)| before.contains(':'));
            if host.is_none() && has_password {
                return Err(Refusal::Password);
            }
            (host, path)
        }
        Some(_) => return Err(Refusal::Scheme),
        None => {
            let (user, rest) = text.split_once('@').ok_or(Refusal::Form)?;
            if user.contains(':') {
                return Err(Refusal::Password);
            }
            // The colons of an IPv6 address are no end of the host.
            let bracket = rest.find(']').filter(|_| rest.starts_with('[')).unwrap_or(0);
            let colon = rest[bracket..].find(':').ok_or(Refusal::Form)? + bracket;
            (host_name(&rest[..colon]).filter(|_| is_user(user)), &rest[colon + 1..])
        }
    };
    let host = host.ok_or(Refusal::Host)?;
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    // SSH may take a path that begins with "-" for an option.
    if !path.contains('/') || path.starts_with('-') || !path.split('/').all(is_part) {
        return Err(Refusal::Path);
    }
    Ok(Repository { host, path: path.to_owned() })
}

/// The host in lower case, with its port unless it is the usual one.
fn host_with_port(text: &str, usual: u16) -> Option<String> {
    let end = text.rfind(']').unwrap_or(0);
    let Some(colon) = text[end..].find(':').map(|colon| colon + end) else { return host_name(text) };
    let host = host_name(&text[..colon])?;
    let digits = &text[colon + 1..];
    let port = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u16>().ok())??;
    match port {
        0 => None,
        port if port == usual => Some(host),
        port => Some(format!("{host}:{port}")),
    }
}

/// The name or address of a host in lower case. None that SSH would take for an option.
fn host_name(text: &str) -> Option<String> {
    if let Some(address) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().ok().map(|address| format!("[{address}]"));
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
    };
    text.split('.').all(is_label).then(|| text.to_ascii_lowercase())
}

fn is_user(text: &str) -> bool {
    let is_word = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    !text.is_empty() && !text.starts_with('-') && text.chars().all(is_word)
}

/// Whether a part of a path names something below the one before, also to who decodes `%2e`.
fn is_part(part: &str) -> bool {
    let plain = part.to_ascii_lowercase().replace("%2e", ".");
    let is_allowed =
        |character: char| !character.is_control() && !character.is_whitespace() && character != '\\';
    let hides_more = ["%2f", "%5c", "%0", "%1", "%7f"].iter().any(|code| plain.contains(code));
    !matches!(plain.as_str(), "" | "." | "..") && plain.chars().all(is_allowed) && !hides_more
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        GitUrl::equivalent().expect("addresses have forms")(&a.into(), &b.into())
    }

    #[test]
    fn the_forms_of_one_repository_are_equivalent() {
        for other in [
            "https://GitHub.com/acme/web.git",
            "HTTPS://github.com:443/acme/web/",
            "ssh://git@github.com/acme/web",
            "SSH://git@github.com:22/acme/web",
            "git@github.com:acme/web.git",
            "git@github.com:/acme/web",
        ] {
            assert!(same("https://github.com/acme/web", other), "{other}");
        }
        for other in [
            "https://github.com/acme/app",
            "https://gitlab.com/acme/web",
            "https://github.com:8443/acme/web",
            "https://github.com:22/acme/web",
            "ssh://git@github.com:443/acme/web",
        ] {
            assert!(!same("https://github.com/acme/web", other), "{other}");
        }
        assert!(same("ssh://git@[::1]/acme/web", "git@[0:0::1]:acme/web"));
    }

    #[test]
    fn what_is_no_address_is_equivalent_to_none() {
        for text in
            ["https://github.com/acme/web?access_token=hunter2", "https://hunter2@github.com/acme/web", "web"]
        {
            assert!(!same(text, "https://github.com/acme/web"), "{text}");
            assert!(!same("https://github.com/acme/web", text), "{text}");
            assert!(!same(text, text), "{text}");
        }
    }

    #[test]
    fn what_may_be_secret_is_refused() {
        for (refusal, texts) in [
            (
                Refusal::Query,
                &[
                    "https://github.com/acme/web?access_token=hunter2",
                    "https://github.com/acme/web#hunter2",
                    "ssh://git@github.com/acme/web?hunter2",
                    "git@github.com:acme/web#hunter2",
                ][..],
            ),
            (
                Refusal::User,
                &[
                    "https://jane:hunter2@github.com/acme/web",
                    "https://hunter2@github.com/acme/web",
                    "https://jane:hun/ter@2@github.com/acme/web",
                ],
            ),
            (
                Refusal::Password,
                &[
                    "ssh://git:hunter2@github.com/acme/web",
                    "ssh://git:hun/ter2@github.com/acme/web",
                    "git:hunter2@github.com:acme/web",
                ],
            ),
            (Refusal::Scheme, &["http://jane:hunter2@github.com/acme/web"]),
        ] {
            for text in texts {
                assert_eq!(parse(text), Err(refusal), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_address_says_which_part_of_it() {
        for (refusal, texts) in [
            (Refusal::Form, &["", "web", "git@github.com", "github.com/acme/web"][..]),
            (Refusal::Scheme, &["ftp://github.com/acme/web", "git+ssh://git@github.com/acme/web", "://a/b"]),
            (
                Refusal::Host,
                &[
                    "git@:a/b",
                    "git@[:a/b",
                    "git@[::g]:a/b",
                    "git@git@evil:acme/web",
                    "git@-oProxyCommand=x:a/b",
                    "git@-evil:a/b",
                    "-git@evil:a/b",
                    "git@git hub:a/b",
                    "git@git\nhub:a/b",
                    "ssh://git@-oProxyCommand=x/a/b",
                    "ssh://-git@evil/a/b",
                    "https:///a/b",
                    "https://github..com/a/b",
                    "https://github.com:/a/b",
                    "https://github.com:0/a/b",
                    "https://github.com:+1/a/b",
                    "https://github.com:65536/a/b",
                    "https://[::1/a/b",
                ],
            ),
            (
                Refusal::Path,
                &[
                    "https://github.com",
                    "https://github.com/web",
                    "https://github.com/acme/.git",
                    "https://github.com/acme//web",
                    "https://github.com/acme/../web",
                    "https://github.com/acme/%2E./web",
                    "https://github.com/acme/%2e%2e%2fweb",
                    "https://github.com/acme/we\tb",
                    "https://github.com/acme\\web/x",
                    "git@github.com:../../etc",
                    "git@github.com:-x/web",
                    "git@github.com:acme/we\u{7}b",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(parse(text), Err(refusal), "{text}");
            }
        }
    }

    #[test]
    fn users_nested_groups_and_codes_are_part_of_addresses() {
        for text in [
            "https://github.com/acme/web@next",
            "deploy@git.example.com:acme/web",
            "ssh://git.example.com/acme/web",
            "git@ssh.dev.azure.com:v3/acme/My%20Project/web",
            "https://gitlab.com/acme/platform/edge/proxy.rs",
            "https://10.0.0.1:8443/~jane/web",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }
}

//! References of container images, by the grammar that Docker and the OCI distribution specification share.

/// Where images are that name no registry.
const DOCKER_HUB: &str = "docker.io";
/// What Docker Hub was called before, which Docker still takes for it.
const OLD_DOCKER_HUB: &str = "index.docker.io";
/// Longest repository, registry included, as the distribution specification has it.
const LONGEST_NAME: usize = 255;
/// Longest tag, as the distribution specification has it.
const LONGEST_TAG: usize = 128;

/// A reference taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) registry: String,
    pub(super) repository: String,
    pub(super) tag: Option<String>,
    pub(super) digest: Option<String>,
}

impl Reference {
    /// Reads a reference; the error says what is wrong, without a full stop.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("it is empty");
        }
        if text.contains("://") {
            return Err("it is an address. Leave the protocol out, as in \"ghcr.io/acme/web\"");
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        // A colon before the last slash belongs to a port.
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            Some(_) | None => (rest, None),
        };
        if name.len() > LONGEST_NAME {
            return Err("registry and repository have more than 255 characters");
        }
        // Docker takes it for the id of an image, which no registry knows.
        if name.len() == 64 && name.chars().all(|c| c.is_ascii_hexdigit() && !c.is_ascii_uppercase()) {
            return Err("64 hexadecimal digits alone are the id of an image on one machine");
        }
        let (registry, repository) = match name.split_once('/') {
            Some((first, rest)) if is_host(first) => (first.to_ascii_lowercase(), rest),
            Some(_) | None => (DOCKER_HUB.to_owned(), name),
        };
        let registry = if registry == OLD_DOCKER_HUB { DOCKER_HUB.to_owned() } else { registry };
        let is_own_image = registry == DOCKER_HUB && !repository.contains('/');
        let repository = if is_own_image { format!("library/{repository}") } else { repository.to_owned() };
        if !is_registry(&registry) {
            return Err("its registry is not a host with an optional port");
        }
        if !repository.split('/').all(is_component) {
            return Err(
                "its repository has to consist of lower-case letters and digits, with \".\", \"_\", \"__\" or \
                        hyphens between them and \"/\" between its parts",
            );
        }
        if !tag.is_none_or(is_tag) {
            return Err(
                "its tag has to be up to 128 letters, digits, \"_\", \".\" and \"-\", and not begin with \".\" or \"-\"",
            );
        }
        if !digest.is_none_or(is_digest) {
            return Err(
                "its digest has to be an algorithm, a colon and its hexadecimal digits, which are 64 for sha256",
            );
        }
        Ok(Self { registry, repository, tag: tag.map(str::to_owned), digest: digest.map(str::to_owned) })
    }
}

/// Whether what stands before the first slash is a host, and not a part of the repository.
fn is_host(first: &str) -> bool {
    first == "localhost" || first.contains(['.', ':'])
}

fn is_registry(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        Some(_) | None => (text, None),
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok() && !port.starts_with('+');
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let is_host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.split('.').all(is_label),
    };
    is_host && port.is_none_or(is_port)
}

/// Whether a part of the repository is one: runs of letters and digits, with one separator between two of them.
fn is_component(part: &str) -> bool {
    let is_alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_separator = |between: &str| {
        matches!(between, "." | "_" | "__") || (!between.is_empty() && between.chars().all(|c| c == '-'))
    };
    let ends = part.starts_with(is_alphanumeric) && part.ends_with(is_alphanumeric);
    ends && part.split(is_alphanumeric).filter(|between| !between.is_empty()).all(is_separator)
}

fn is_tag(tag: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (1..=LONGEST_TAG).contains(&tag.len())
        && tag.starts_with(is_word)
        && tag.chars().all(|c| is_word(c) || c == '.' || c == '-')
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.split_once(':') else { return false };
    let is_algorithm = algorithm.split(['+', '.', '_', '-']).all(|part| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    });
    let is_long_enough = match algorithm {
        "sha256" => hex.len() == 64,
        "sha512" => hex.len() == 128,
        _ => hex.len() >= 32,
    };
    is_algorithm && is_long_enough && hex.chars().all(|c| c.is_ascii_hexdigit() && !c.is_ascii_uppercase())
}

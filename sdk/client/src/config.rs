//! The settings from which a client is built.

use std::num::{NonZeroU16, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use sparki_core::Secret;

use crate::breaker::BreakerSettings;
use crate::credentials::{self, ConfigError, Credential, Explicit, Source};
use crate::endpoint::Endpoint;
use crate::environment::Environment;
use crate::layers::Layers;
use crate::limiter::RateLimitSettings;
use crate::loader::BatchReads;
use crate::oidc;
#[cfg(doc)]
use crate::oidc::Oidc;
use crate::profile;
use crate::retry::RetrySettings;
use crate::timer::{SystemTimer, Timer};
use crate::variables;
use crate::waiting::WaitObserver;

/// Everything a client needs to know. Build one with [`Settings::new`] or [`Settings::resolve`], then change fields.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Base URL of the control plane.
    pub endpoint: Endpoint,
    /// Other endpoints to which a read-only region may send a write on, with the credentials; by default none. Those of the
    /// endpoint's own host and domain need not be named.
    pub regions: Vec<Endpoint>,
    /// What the client identifies itself with.
    pub credential: Credential,
    /// Slug or id of the default workspace. The client only carries it.
    pub workspace: Option<String>,
    /// PEM of certificate authorities to trust besides the system's.
    pub ca_cert: Option<String>,
    /// `User-Agent` header; by default `sparki-client/<version>`.
    pub user_agent: String,
    /// `X-Correlation-Id` of every request; by default a new UUIDv7 for each operation.
    pub correlation_id: Option<String>,
    /// Time limit of one attempt, answer included; by default 30 s.
    pub request_timeout: Duration,
    /// Time limit of one operation with all its attempts and waits, unless its `Call` says otherwise; by
    /// default 5 min, enough for four attempts of 30 s and the waits between them.
    pub operation_timeout: Duration,
    /// How long nothing may be heard on a stream of events before it is made anew; by default 45 s, which is three of the
    /// contract's heartbeats.
    pub event_silence: Duration,
    /// Requests in flight at once; by default 10, which is Terraform's parallelism. What is read ahead comes on top: one
    /// page of a list, and batches for reads that wait for them instead of sending a request.
    pub max_concurrency: NonZeroUsize,
    /// Whether [`Client::read`](crate::Client::read) reads ahead; by default it does.
    pub batch_reads: BatchReads,
    /// Objects asked for per page of a list, at most 200; by default 200, to make the fewest requests.
    pub page_size: NonZeroU16,
    /// When and how often to repeat a request.
    pub retry: RetrySettings,
    /// How to live with the rate limit.
    pub rate_limit: RateLimitSettings,
    /// When to stop asking a host that fails.
    pub breaker: BreakerSettings,
    /// Layers of the user's own around the sending of requests; by default none.
    pub layers: Layers,
    /// Who is told when a request waits for a second or longer; by default nobody but the log.
    pub on_wait: Option<WaitObserver>,
    /// Source of time and jitter; by default the system's.
    pub timer: Arc<dyn Timer>,
}

impl Settings {
    /// Makes settings with the defaults for everything optional.
    #[must_use]
    pub fn new(endpoint: Endpoint, credential: Credential) -> Self {
        Self {
            endpoint,
            regions: Vec::new(),
            credential,
            workspace: None,
            ca_cert: None,
            user_agent: concat!("sparki-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            correlation_id: None,
            request_timeout: Duration::from_secs(30),
            operation_timeout: Duration::from_secs(300),
            event_silence: Duration::from_secs(45),
            max_concurrency: const { NonZeroUsize::new(10).expect("10 is not 0") },
            batch_reads: BatchReads::default(),
            page_size: const { NonZeroU16::new(200).expect("200 is not 0") },
            retry: RetrySettings::default(),
            rate_limit: RateLimitSettings::default(),
            breaker: BreakerSettings::default(),
            layers: Layers::default(),
            on_wait: None,
            timer: Arc::new(SystemTimer),
        }
    }

    /// Looks up what was not given explicitly: in the environment, then in the profile file. The identity of the CI at
    /// hand comes between the two, if a service account is named.
    ///
    /// Variables: `SPARKI_ENDPOINT`, `SPARKI_TOKEN`, `SPARKI_API_KEY`, `SPARKI_CLIENT_ID`,
    /// `SPARKI_CLIENT_SECRET`, `SPARKI_WORKSPACE`, `SPARKI_PROFILE`, `SPARKI_CONFIG_FILE`, `SPARKI_CA_CERT`,
    /// `SPARKI_SERVICE_ACCOUNT`, `SPARKI_OIDC_AUDIENCE`, those of [`Oidc::detect`], `SPARKI_REGIONS` (separated by commas),
    /// `SPARKI_CORRELATION_ID`, `SPARKI_REQUEST_TIMEOUT_SECONDS`, `SPARKI_MAX_CONCURRENCY`, `SPARKI_BATCH_READS`. An empty
    /// one counts as unset. A profile named explicitly outranks the environment.
    ///
    /// # Errors
    ///
    /// Fails when no source holds a credential (the error lists every source), when one source holds two, and
    /// when the endpoint, a variable or the profile file cannot be used.
    pub fn resolve(explicit: &Explicit, environment: &Environment) -> Result<Self, ConfigError> {
        let variable = |name: &str| environment.read(name);
        let secret = |name: &str| variable(name).map(Secret::from);

        let wanted = explicit.profile.clone().or_else(|| variable("SPARKI_PROFILE"));
        let lookup = profile::look_up(wanted.as_deref(), environment)?;
        let profile = lookup.profile.unwrap_or_default();
        let ranked = |given: &Option<String>, variable: Option<String>, profile: &Option<String>| {
            if explicit.profile.is_some() {
                given.clone().or_else(|| profile.clone()).or(variable)
            } else {
                given.clone().or(variable).or_else(|| profile.clone())
            }
        };

        let mut sources = vec![
            Source {
                origin: "the attributes".to_owned(),
                absence: "none of token, api_key, client_id and client_secret is set".to_owned(),
                token: explicit.token.clone(),
                api_key: explicit.api_key.clone(),
                client_id: explicit.client_id.clone(),
                client_secret: explicit.client_secret.clone(),
                oidc: None,
            },
            Source {
                origin: "the environment variables".to_owned(),
                absence:
                    "none of SPARKI_TOKEN, SPARKI_API_KEY, SPARKI_CLIENT_ID and SPARKI_CLIENT_SECRET is set"
                        .to_owned(),
                token: secret("SPARKI_TOKEN"),
                api_key: secret("SPARKI_API_KEY"),
                client_id: variable("SPARKI_CLIENT_ID"),
                client_secret: secret("SPARKI_CLIENT_SECRET"),
                oidc: None,
            },
            oidc::source(explicit, environment),
            Source {
                origin: lookup.origin,
                absence: lookup.absence,
                token: profile.token.map(Secret::from),
                api_key: profile.api_key.map(Secret::from),
                client_id: profile.client_id,
                client_secret: profile.client_secret.map(Secret::from),
                oidc: None,
            },
        ];
        if explicit.profile.is_some() {
            sources[1..].rotate_right(1);
        }
        let endpoint = ranked(&explicit.endpoint, variable("SPARKI_ENDPOINT"), &profile.endpoint);
        let endpoint = Endpoint::parse(endpoint.as_deref().unwrap_or(Endpoint::DEFAULT))?;

        let mut settings = Self::new(endpoint, credentials::choose(&sources)?);
        settings.workspace = ranked(&explicit.workspace, variable("SPARKI_WORKSPACE"), &profile.workspace);
        settings.ca_cert = explicit
            .ca_cert
            .clone()
            .or_else(|| variable("SPARKI_CA_CERT"))
            .map(|given| variables::pem(&given))
            .transpose()?;
        settings.regions = variables::regions(environment)?;
        settings.correlation_id = variable("SPARKI_CORRELATION_ID");
        if let Some(seconds) = variables::number(environment, "SPARKI_REQUEST_TIMEOUT_SECONDS")? {
            settings.request_timeout = Duration::from_secs(seconds.get() as u64);
        }
        if let Some(requests) = variables::number(environment, "SPARKI_MAX_CONCURRENCY")? {
            settings.max_concurrency = requests;
        }
        if let Some(batch_reads) = variables::batch_reads(environment)? {
            settings.batch_reads = batch_reads;
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const PROFILES: &str = r#"
        [profiles.default]
        api_key = "spk_default_key"
        workspace = "acme"

        [profiles.staging]
        endpoint = "https://staging.example.com"
        client_id = "ci"
        client_secret = "staging-secret"
        future = "ignored"

        [profiles.empty]
        workspace = "acme"
    "#;

    /// Resolves with the profile file above and returns where, as whom and in which workspace.
    fn resolve<const N: usize>(
        explicit: Explicit,
        variables: [(&str, &str); N],
    ) -> Result<String, ConfigError> {
        resolve_with(PROFILES, explicit, variables)
    }

    fn resolve_with<const N: usize>(
        profiles: &str,
        explicit: Explicit,
        variables: [(&str, &str); N],
    ) -> Result<String, ConfigError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(profiles.as_bytes()).unwrap();
        let path = file.path().to_str().unwrap().to_owned();
        let variables = Environment::of(variables);
        let environment = Environment::new({
            let path = path.clone();
            move |name| if name == "SPARKI_CONFIG_FILE" { Some(path.clone()) } else { variables.read(name) }
        });
        let settings = Settings::resolve(&explicit, &environment).map_err(|error| match error {
            ConfigError::NoCredentials { tried } => {
                let tried = tried.iter().map(|source| source.replace(&path, "FILE")).collect();
                ConfigError::NoCredentials { tried }
            }
            ConfigError::NoSuchProfile { name, known, .. } => {
                ConfigError::NoSuchProfile { name, known, path: "FILE".into() }
            }
            ConfigError::ProfileFile { reason, .. } => {
                ConfigError::ProfileFile { path: "FILE".into(), reason }
            }
            other => other,
        })?;
        let who = match &settings.credential {
            Credential::ApiKey(key) => format!("key {}", key.expose()),
            Credential::Token(token) => format!("token {}", token.expose()),
            Credential::ClientCredentials { client_id, client_secret } => {
                format!("client {client_id} {}", client_secret.expose())
            }
            Credential::Oidc(oidc) => {
                format!("{} as {} for {}", oidc.ci(), oidc.service_account(), oidc.audience())
            }
        };
        Ok(format!("{} {who} {}", settings.endpoint, settings.workspace.as_deref().unwrap_or("-")))
    }

    fn check_resolve<const N: usize>(explicit: Explicit, variables: [(&str, &str); N], expected: &str) {
        assert_eq!(resolve(explicit, variables).unwrap_or_else(|error| error.to_string()), expected);
    }

    #[test]
    fn what_is_explicit_outranks_the_environment_and_that_the_profile() {
        let explicit = Explicit { token: Some("j.w.t".into()), ..Explicit::default() };
        let variables = [("SPARKI_API_KEY", "spk_env"), ("SPARKI_ENDPOINT", "https://env.example.com")];
        check_resolve(explicit, variables, "https://env.example.com/api/v1 token j.w.t acme");
        check_resolve(Explicit::default(), variables, "https://env.example.com/api/v1 key spk_env acme");
        check_resolve(Explicit::default(), [], "https://api.sparki.io/api/v1 key spk_default_key acme");
        check_resolve(
            Explicit::default(),
            [("SPARKI_API_KEY", ""), ("SPARKI_WORKSPACE", "other")],
            "https://api.sparki.io/api/v1 key spk_default_key other",
        );
    }

    #[test]
    fn a_profile_named_explicitly_outranks_the_environment() {
        let variables = [("SPARKI_API_KEY", "spk_env"), ("SPARKI_ENDPOINT", "https://env.example.com")];
        let explicit = Explicit { profile: Some("staging".into()), ..Explicit::default() };
        check_resolve(explicit, variables, "https://staging.example.com/api/v1 client ci staging-secret -");
        check_resolve(
            Explicit::default(),
            [("SPARKI_PROFILE", "staging")],
            "https://staging.example.com/api/v1 client ci staging-secret -",
        );
    }

    #[test]
    fn the_halves_of_client_credentials_may_come_from_two_sources() {
        let explicit = Explicit { client_id: Some("ci".into()), ..Explicit::default() };
        check_resolve(
            explicit.clone(),
            [("SPARKI_CLIENT_SECRET", "s3cret")],
            "https://api.sparki.io/api/v1 client ci s3cret acme",
        );
        check_resolve(
            explicit,
            [],
            "incomplete credentials: the attributes give client_id but no source gives client_secret",
        );
    }

    #[test]
    fn two_kinds_of_credentials_in_one_source_conflict() {
        let explicit = Explicit { token: Some("t".into()), api_key: Some("k".into()), ..Explicit::default() };
        check_resolve(
            explicit,
            [],
            "conflicting credentials: the attributes give token and api_key; keep one",
        );
        check_resolve(
            Explicit::default(),
            [("SPARKI_API_KEY", "k"), ("SPARKI_CLIENT_ID", "ci")],
            "conflicting credentials: the environment variables give api_key and client_id and client_secret; keep one",
        );
    }

    #[test]
    fn missing_credentials_list_every_source() {
        check_resolve(
            Explicit::default(),
            [("SPARKI_PROFILE", "empty")],
            "no credentials for the control plane; tried:\n  \
             - the attributes: none of token, api_key, client_id and client_secret is set\n  \
             - the environment variables: none of SPARKI_TOKEN, SPARKI_API_KEY, SPARKI_CLIENT_ID and \
             SPARKI_CLIENT_SECRET is set\n  \
             - the identity of the CI: no service account is named (SPARKI_SERVICE_ACCOUNT), and none of GitHub \
             Actions, GitLab, Buildkite, HCP Terraform and EKS is detected\n  \
             - the profile \"empty\" in FILE: it holds no token, api_key or client_id",
        );
        let nowhere = Environment::of([("HOME", "/nonexistent")]);
        let error = Settings::resolve(&Explicit::default(), &nowhere).unwrap_err().to_string();
        let last =
            "- the profile \"default\" in /nonexistent/.config/sparki/config.toml: the file does not exist";
        assert!(error.ends_with(last), "{error}");
    }

    #[test]
    fn the_identity_of_the_ci_stands_between_the_environment_and_the_profile() {
        let ci = [("SPARKI_ID_TOKEN", "j.w.t"), ("SPARKI_SERVICE_ACCOUNT", "acme/ci")];
        check_resolve(
            Explicit::default(),
            ci,
            "https://api.sparki.io/api/v1 SPARKI_ID_TOKEN as acme/ci for sparki acme",
        );
        let explicit = Explicit {
            service_account: Some("acme/deploy".into()),
            oidc_audience: Some("own".into()),
            ..Explicit::default()
        };
        check_resolve(
            explicit.clone(),
            ci,
            "https://api.sparki.io/api/v1 SPARKI_ID_TOKEN as acme/deploy for own acme",
        );
        check_resolve(
            explicit.clone(),
            [("SPARKI_ID_TOKEN", "j.w.t"), ("SPARKI_API_KEY", "spk_env")],
            "https://api.sparki.io/api/v1 key spk_env acme",
        );
        let explicit = Explicit { profile: Some("default".into()), ..explicit };
        check_resolve(explicit, ci, "https://api.sparki.io/api/v1 key spk_default_key acme");
        check_resolve(Explicit::default(), [ci[0]], "https://api.sparki.io/api/v1 key spk_default_key acme");
    }

    #[test]
    fn a_ci_whose_identity_cannot_be_used_is_named_with_what_to_set() {
        let check_absence = |variables: [(&str, &str); 2], expected: &str| {
            let profile = [("SPARKI_PROFILE", "empty")];
            let variables = [variables[0], variables[1], profile[0]];
            let error = resolve(Explicit::default(), variables).unwrap_err().to_string();
            let told = error.lines().find_map(|line| line.strip_prefix("  - the identity of the CI: "));
            assert_eq!(told, Some(expected), "{error}");
        };
        check_absence(
            [("GITHUB_ACTIONS", "true"), ("SPARKI_SERVICE_ACCOUNT", "acme/ci")],
            "GitHub Actions is detected, but the job may not have a token; give it \"permissions: id-token: write\"",
        );
        check_absence(
            [("GITLAB_CI", "true"), ("SPARKI_SERVICE_ACCOUNT", "acme/ci")],
            "GitLab is detected, but SPARKI_ID_TOKEN is not set; declare it under \"id_tokens\" of the job, with the \
             audience as \"aud\"",
        );
        check_absence(
            [("TFC_RUN_ID", "run-1"), ("SPARKI_SERVICE_ACCOUNT", "acme/ci")],
            "HCP Terraform is detected, but gives the run no token; set TFC_WORKLOAD_IDENTITY_AUDIENCE_SPARKI to the \
             audience, as an environment variable of the HCP Terraform workspace",
        );
        check_absence(
            [("BUILDKITE", "true"), ("SPARKI_SERVICE_ACCOUNT", "")],
            "Buildkite is detected, but no service account is named; set SPARKI_SERVICE_ACCOUNT to its path, such as \
             acme/ci",
        );
    }

    #[test]
    fn a_profile_that_was_asked_for_must_exist() {
        check_resolve(
            Explicit::default(),
            [("SPARKI_PROFILE", "production")],
            "no profile \"production\" in FILE; it holds default, empty, staging",
        );
        let check_lost = |variables: [(&str, &str); 2], expected: &str| {
            let error = Settings::resolve(&Explicit::default(), &Environment::of(variables)).unwrap_err();
            assert_eq!(error.to_string(), expected);
        };
        check_lost(
            [("SPARKI_PROFILE", "production"), ("SPARKI_CONFIG_FILE", "/nonexistent.toml")],
            "no profile \"production\": /nonexistent.toml does not exist",
        );
        check_lost(
            [("SPARKI_PROFILE", "production"), ("HOME", "")],
            "no profile \"production\": ~/.config/sparki/config.toml cannot be found, because HOME is not set",
        );
    }

    #[test]
    fn a_broken_profile_file_is_told_without_quoting_it() {
        let check_file = |text: &str, expected: &str| {
            let error = resolve_with(text, Explicit::default(), []).unwrap_err();
            assert_eq!(error.to_string(), format!("failed to read the profiles in FILE: {expected}"));
        };
        check_file("[profiles.default]\napi_key = spk_hunter2", "it is not valid, see line 2");
        check_file("[profiles.default]\n\napi_key = 7", "it is not valid, see line 3");
    }

    #[test]
    fn settings_from_the_environment_are_checked() {
        check_resolve(
            Explicit::default(),
            [("SPARKI_MAX_CONCURRENCY", "0")],
            "invalid SPARKI_MAX_CONCURRENCY: \"0\" is not a whole number above 0",
        );
        check_resolve(
            Explicit::default(),
            [("SPARKI_BATCH_READS", "no")],
            "invalid SPARKI_BATCH_READS: \"no\" is neither true nor false",
        );
        check_resolve(
            Explicit::default(),
            [("SPARKI_CA_CERT", "/nonexistent.pem")],
            "invalid ca_cert: it is neither PEM text nor a file that can be read (No such file or directory (os error 2))",
        );
    }

    #[test]
    fn other_regions_are_named_by_their_endpoints() {
        let explicit = Explicit { api_key: Some("spk_a_b".into()), ..Explicit::default() };
        let environment =
            Environment::of([("SPARKI_REGIONS", "https://eu.example.com, https://us.example.org,")]);
        let regions = Settings::resolve(&explicit, &environment).unwrap().regions;
        let regions: Vec<String> = regions.iter().map(Endpoint::to_string).collect();
        assert_eq!(regions, ["https://eu.example.com/api/v1", "https://us.example.org/api/v1"]);
        check_resolve(
            explicit,
            [("SPARKI_REGIONS", "eu.example.com")],
            "invalid SPARKI_REGIONS: invalid endpoint: it is not a URL (relative URL without a base)",
        );
    }

    #[test]
    fn batch_reads_can_be_turned_off() {
        let explicit = Explicit { api_key: Some("spk_a_b".into()), ..Explicit::default() };
        let batch_reads = |text: &'static str| {
            let environment = Environment::of([("SPARKI_BATCH_READS", text)]);
            Settings::resolve(&explicit, &environment).unwrap().batch_reads
        };
        assert_eq!(["false", "0"].map(batch_reads), [BatchReads::Disabled; 2]);
        assert_eq!(["true", "1", ""].map(batch_reads), [BatchReads::Enabled; 3]);
    }

    #[test]
    fn debug_shows_no_credential() {
        let explicit = Explicit { api_key: Some("spk_hunter2".into()), ..Explicit::default() };
        let settings = Settings::resolve(&explicit, &Environment::of([])).expect("a key was given");
        assert!(!format!("{explicit:?} {settings:?}").contains("hunter2"));
    }
}

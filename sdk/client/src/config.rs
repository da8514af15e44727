//! The settings from which a client is built.

use std::num::{NonZeroU16, NonZeroUsize};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sparki_core::Secret;

use crate::breaker::BreakerSettings;
use crate::credentials::{self, ConfigError, Credential, Explicit, Source};
use crate::endpoint::Endpoint;
use crate::environment::Environment;
use crate::limiter::RateLimitSettings;
use crate::profile;
use crate::retry::RetrySettings;
use crate::timer::{SystemTimer, Timer};

/// Everything a client needs to know. Build one with [`Settings::new`] or [`Settings::resolve`], then change fields.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Base URL of the control plane.
    pub endpoint: Endpoint,
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
    /// Requests in flight at once; by default 10, which is Terraform's parallelism.
    pub max_concurrency: NonZeroUsize,
    /// Objects asked for per page of a list, at most 200; by default 200, to make the fewest requests.
    pub page_size: NonZeroU16,
    /// When and how often to repeat a request.
    pub retry: RetrySettings,
    /// How to live with the rate limit.
    pub rate_limit: RateLimitSettings,
    /// When to stop asking a host that fails.
    pub breaker: BreakerSettings,
    /// Source of time and jitter; by default the system's.
    pub timer: Arc<dyn Timer>,
}

impl Settings {
    /// Makes settings with the defaults for everything optional.
    #[must_use]
    pub fn new(endpoint: Endpoint, credential: Credential) -> Self {
        Self {
            endpoint,
            credential,
            workspace: None,
            ca_cert: None,
            user_agent: concat!("sparki-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            correlation_id: None,
            request_timeout: Duration::from_secs(30),
            operation_timeout: Duration::from_secs(300),
            max_concurrency: const { NonZeroUsize::new(10).expect("10 is not 0") },
            page_size: const { NonZeroU16::new(200).expect("200 is not 0") },
            retry: RetrySettings::default(),
            rate_limit: RateLimitSettings::default(),
            breaker: BreakerSettings::default(),
            timer: Arc::new(SystemTimer),
        }
    }

    /// Looks up what was not given explicitly: in the environment, then in the profile file.
    ///
    /// Variables: `SPARKI_ENDPOINT`, `SPARKI_TOKEN`, `SPARKI_API_KEY`, `SPARKI_CLIENT_ID`,
    /// `SPARKI_CLIENT_SECRET`, `SPARKI_WORKSPACE`, `SPARKI_PROFILE`, `SPARKI_CONFIG_FILE`, `SPARKI_CA_CERT`,
    /// `SPARKI_CORRELATION_ID`, `SPARKI_REQUEST_TIMEOUT_SECONDS`, `SPARKI_MAX_CONCURRENCY`. An empty one
    /// counts as unset. A profile named explicitly outranks the environment.
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
            },
            Source {
                origin: "the environment variables".to_owned(),
                absence: "none of SPARKI_TOKEN, SPARKI_API_KEY, SPARKI_CLIENT_ID and SPARKI_CLIENT_SECRET is set"
                    .to_owned(),
                token: secret("SPARKI_TOKEN"),
                api_key: secret("SPARKI_API_KEY"),
                client_id: variable("SPARKI_CLIENT_ID"),
                client_secret: secret("SPARKI_CLIENT_SECRET"),
            },
            Source {
                origin: lookup.origin,
                absence: lookup.absence,
                token: profile.token.map(Secret::from),
                api_key: profile.api_key.map(Secret::from),
                client_id: profile.client_id,
                client_secret: profile.client_secret.map(Secret::from),
            },
        ];
        if explicit.profile.is_some() {
            sources.swap(1, 2);
        }
        let endpoint = ranked(&explicit.endpoint, variable("SPARKI_ENDPOINT"), &profile.endpoint);
        let endpoint = Endpoint::parse(endpoint.as_deref().unwrap_or(Endpoint::DEFAULT))?;

        let mut settings = Self::new(endpoint, credentials::choose(&sources)?);
        settings.workspace = ranked(&explicit.workspace, variable("SPARKI_WORKSPACE"), &profile.workspace);
        settings.ca_cert =
            explicit.ca_cert.clone().or_else(|| variable("SPARKI_CA_CERT")).map(|given| pem(&given)).transpose()?;
        settings.correlation_id = variable("SPARKI_CORRELATION_ID");
        if let Some(seconds) = number(environment, "SPARKI_REQUEST_TIMEOUT_SECONDS")? {
            settings.request_timeout = Duration::from_secs(seconds.get() as u64);
        }
        if let Some(requests) = number(environment, "SPARKI_MAX_CONCURRENCY")? {
            settings.max_concurrency = requests;
        }
        Ok(settings)
    }
}

/// Takes PEM text as it is and anything else for the path of a PEM file.
fn pem(given: &str) -> Result<String, ConfigError> {
    if given.contains("-----BEGIN") {
        return Ok(given.to_owned());
    }
    std::fs::read_to_string(Path::new(given)).map_err(|error| ConfigError::CaCert {
        reason: format!("it is neither PEM text nor a file that can be read ({error})"),
    })
}

fn number(environment: &Environment, name: &str) -> Result<Option<NonZeroUsize>, ConfigError> {
    let Some(text) = environment.read(name) else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| ConfigError::Setting {
        name: name.to_owned(),
        reason: format!("{text:?} is not a whole number above 0"),
    })
}

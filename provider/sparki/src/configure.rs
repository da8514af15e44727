//! From the provider block to connections.

use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use sparki_aws::{Aws, DefaultTags, Keys, Pace, Preflight};
use sparki_client::{BatchReads, Client, ConfigError, Environment, Explicit, Settings};
use sparki_core::{DecodeError, Diagnostic, Diagnostics, Path, Remotes, Value};

use crate::assume_role::assume_role;
use crate::endpoints::{endpoints, regional_endpoints};
use crate::{PreflightModel, ProviderModel};

/// Checks what can be checked without looking anywhere else.
pub(super) fn validate(config: &ProviderModel) -> Diagnostics {
    let mut found = Diagnostics::new();
    if let Some(endpoint) = config.endpoint.known()
        && let Err(error) = sparki_client::Endpoint::parse(endpoint)
    {
        found.push(invalid("Invalid endpoint", &error).at(Path::attribute("endpoint")));
    }
    found
}

/// Connects to the remotes whose settings are known. The reason why one is missing is kept for the resources that
/// need it: a configuration of AWS alone needs no credentials for the control plane, and the other way round.
pub(super) fn configure(config: &ProviderModel, host_version: &str) -> (Remotes, Diagnostics) {
    let remotes = match control_plane(config, host_version) {
        Ok(client) => Remotes::new().with(Arc::new(client)),
        Err(Missing::Pending(reason)) => Remotes::new().pending::<Client>(reason),
        Err(Missing::Refused(reason)) => Remotes::new().without::<Client>(reason),
    };
    // Other settings of AWS may be unknown, and the tags be known all the same.
    let remotes = remotes.with_inherited(default_tags(config));
    let remotes = match aws(config) {
        Ok(aws) => remotes.with(Arc::new(aws)),
        Err(Missing::Pending(reason)) => remotes.pending::<Aws>(reason),
        Err(Missing::Refused(reason)) => remotes.without::<Aws>(reason),
    };
    (remotes, Diagnostics::new())
}

pub(super) fn malformed(error: &DecodeError) -> Diagnostic {
    let text = format!("\"{}\": {}.", error.path, error.problem);
    Diagnostic::error("Invalid value", text).at(error.path.addressable())
}

/// A diagnostic with the whole chain of reasons.
fn invalid(summary: &str, error: &dyn std::error::Error) -> Diagnostic {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    Diagnostic::error(
        summary,
        format!("{}.", first.chain(characters).collect::<String>().trim_end_matches('.')),
    )
}

/// Why there is no remote.
pub(super) enum Missing {
    /// Something is only known after apply.
    Pending(Diagnostic),
    /// What is known cannot be used.
    Refused(Diagnostic),
}

/// Why a remote cannot be connected to yet.
fn not_known_yet(attribute: &str) -> Missing {
    Missing::Pending(Diagnostic::error(
        "Provider configuration not known yet",
        format!(
            "The provider's \"{attribute}\" depends on something that is only known after apply. Apply what it \
             depends on first, for instance with -target."
        ),
    ))
}

/// The value, if there is one; an error if it is not known yet.
pub(super) fn settled<T: Clone>(value: &Value<T>, attribute: &str) -> Result<Option<T>, Missing> {
    match value {
        Value::Known(value) => Ok(Some(value.clone())),
        Value::Null => Ok(None),
        Value::Unknown(_) => Err(not_known_yet(attribute)),
    }
}

fn control_plane(config: &ProviderModel, host_version: &str) -> Result<Client, Missing> {
    let explicit = Explicit {
        endpoint: settled(&config.endpoint, "endpoint")?,
        workspace: settled(&config.workspace, "workspace")?,
        profile: settled(&config.profile, "profile")?,
        token: settled(&config.token, "token")?,
        api_key: settled(&config.api_key, "api_key")?,
        client_id: settled(&config.client_id, "client_id")?,
        client_secret: settled(&config.client_secret, "client_secret")?,
        ca_cert: settled(&config.ca_cert, "ca_cert")?,
        // Named by their environment variables only.
        service_account: None,
        oidc_audience: None,
    };
    let refused = |error: ConfigError| Missing::Refused(invalid("Control plane cannot be used", &error));
    let mut settings = Settings::resolve(&explicit, &Environment::process()).map_err(refused)?;
    if let Some(seconds) = settled(&config.request_timeout_seconds, "request_timeout_seconds")? {
        settings.request_timeout = Duration::from_secs(seconds.into());
    }
    if let Some(requests) = settled(&config.max_concurrency, "max_concurrency")?
        && let Some(requests) = usize::try_from(requests).ok().and_then(NonZeroUsize::new)
    {
        settings.max_concurrency = requests;
    }
    match settled(&config.batch_reads, "batch_reads")? {
        Some(true) => settings.batch_reads = BatchReads::Enabled,
        Some(false) => settings.batch_reads = BatchReads::Disabled,
        None => {}
    }
    settings.user_agent =
        format!("terraform-provider-sparki/{} terraform/{host_version}", env!("CARGO_PKG_VERSION"));
    Client::new(settings).map_err(refused)
}

fn aws(config: &ProviderModel) -> Result<Aws, Missing> {
    let Some(aws) = settled(&config.aws, "aws")? else {
        return Ok(Aws::new(sparki_aws::Settings { pace: pace(None), ..sparki_aws::Settings::default() }));
    };
    let name = |attribute: &str| format!("aws.{attribute}");
    let access_key = settled(&aws.access_key, &name("access_key"))?;
    let secret_key = settled(&aws.secret_key, &name("secret_key"))?;
    let session_token = settled(&aws.session_token, &name("session_token"))?;
    let keys = access_key.zip(secret_key).map(|(access_key, secret_key)| {
        let keys = Keys::new(access_key, secret_key);
        match session_token {
            Some(token) => keys.with_session_token(token),
            None => keys,
        }
    });
    let max_attempts = settled(&aws.max_attempts, &name("max_attempts"))?;
    Ok(Aws::new(sparki_aws::Settings {
        region: settled(&aws.region, &name("region"))?,
        profile: settled(&aws.profile, &name("profile"))?,
        keys,
        assume_role: assume_role(&aws)?,
        endpoint_url: settled(&aws.endpoint_url, &name("endpoint_url"))?,
        endpoints: endpoints(&aws)?,
        regional_endpoints: regional_endpoints(&aws)?,
        default_tags: settled(&aws.default_tags, &name("default_tags"))?.unwrap_or_default(),
        allowed_account_ids: settled(&aws.allowed_account_ids, &name("allowed_account_ids"))?
            .unwrap_or_default(),
        max_attempts: max_attempts.and_then(NonZeroU32::new),
        pace: pace(settled(&aws.time_scale, &name("time_scale"))?),
        preflight: settled(&aws.preflight, &name("preflight"))?.map_or_else(Preflight::default, preflight),
        cost_warning_usd: settled(&aws.cost_warning_usd, &name("cost_warning_usd"))?,
    }))
}

fn default_tags(config: &ProviderModel) -> Value<DefaultTags> {
    match config.aws.as_ref().map(|aws| &aws.default_tags) {
        Value::Known(Value::Known(tags)) => Value::Known(DefaultTags::new(tags.clone())),
        Value::Known(Value::Null) | Value::Null => Value::Known(DefaultTags::default()),
        Value::Known(Value::Unknown(_)) | Value::Unknown(_) => Value::unknown(),
    }
}

/// How long to wait for a stand-in that is so many times as fast as AWS.
fn pace(time_scale: Option<u32>) -> Pace {
    let from_environment = || std::env::var("SPARKI_AWS_TIME_SCALE").ok()?.parse().ok();
    let time_scale = time_scale.or_else(from_environment).filter(|scale| *scale > 0);
    time_scale.map_or(Pace::AWS, |scale| Pace::scaled(1.0 / f64::from(scale)))
}

fn preflight(chosen: PreflightModel) -> Preflight {
    match chosen {
        PreflightModel::Refuse => Preflight::Refuse,
        PreflightModel::Warn => Preflight::Warn,
        PreflightModel::Off => Preflight::Off,
    }
}

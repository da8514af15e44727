//! The connection to AWS.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_sts::config::IdentityCache;
use aws_smithy_types::timeout::TimeoutConfig;
use sparki_core::{RemoteError, Remotes, Value};
use tokio::sync::OnceCell;

use crate::client::{Connection, ServiceClient};
use crate::credentials::LookedUp;
use crate::limiter::Payer;
use crate::role::RoleCredentials;
use crate::{DefaultTags, Pace, Preflight, Region, Service, Settings, Tags, account, limiter, regions};

/// What the SDK does where nothing is said. Named, so that a new SDK version does not change it unnoticed.
fn behavior() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

/// Longest time to connect. Twice the time of three lost packets on a far connection.
const CONNECT: Duration = Duration::from_secs(6);
/// Longest time for one attempt of a request. The slowest answer of EKS's API that AWS documents is under 30 s.
const ATTEMPT: Duration = Duration::from_secs(60);

/// Longest time to look for credentials before the first request, as long as the SDK takes for it.
const LOOK_UP: Duration = Duration::from_secs(5);
/// Longest time to take a role on, with the attempts that a throttled request needs. The SDK's own 5 s are for sources nearby.
const ASSUME: Duration = Duration::from_secs(120);

/// The SDK as it is set up, with the credentials that everything is done with.
struct Loaded {
    config: SdkConfig,
    payer: Payer,
}

/// The clients made so far.
type Clients = BTreeMap<(Service, Region), Box<dyn Any + Send + Sync>>;

/// The connection to AWS: clients by region, made when they are first asked for.
///
/// Making one loads nothing and sends nothing. The first client loads the configuration of the SDK, and checks the
/// account if the settings restrict it.
pub struct Aws {
    settings: Settings,
    loaded: OnceCell<Loaded>,
    region: OnceCell<Region>,
    account: OnceCell<Payer>,
    clients: Mutex<Clients>,
}

impl Aws {
    /// A connection with these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            loaded: OnceCell::new(),
            region: OnceCell::new(),
            account: OnceCell::new(),
            clients: Mutex::default(),
        }
    }

    /// Adds the connection to others, with what objects inherit from its settings.
    #[must_use]
    pub fn add_to(self: Arc<Self>, remotes: Remotes) -> Remotes {
        let inherited = DefaultTags::new(self.settings.default_tags.clone());
        remotes.with(self).with_inherited(Value::Known(inherited))
    }

    /// The region of resources that name none.
    ///
    /// # Errors
    /// Where there is none: what was tried.
    pub async fn default_region(&self) -> Result<Region, RemoteError> {
        self.region.get_or_try_init(|| regions::default_region(&self.settings)).await.cloned()
    }

    /// The client of a service in a region.
    ///
    /// # Errors
    /// If the settings restrict the account, and it is not allowed or could not be found out.
    pub async fn client<C: ServiceClient>(&self, region: &Region) -> Result<C, RemoteError> {
        let (config, payer) = self.checked(region).await?;
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let made = clients
            .entry((C::SERVICE, region.clone()))
            .or_insert_with(|| Box::new(C::connect(config, self.connection(payer, C::SERVICE, region))));
        Ok(made.downcast_ref::<C>().expect("a service has one kind of client").clone())
    }

    /// How the tags of objects come about.
    #[must_use]
    pub fn tags(&self) -> Tags<'_> {
        Tags::new(&self.settings.default_tags)
    }

    /// How fast time passes for what is waited for.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.settings.pace
    }

    /// What becomes of a plan that AWS would refuse.
    #[must_use]
    pub fn preflight(&self) -> Preflight {
        self.settings.preflight
    }

    /// The largest rise of an object's monthly cost, in USD, that a plan may bring without a warning; none if nobody wants to
    /// hear of it.
    #[must_use]
    pub fn cost_warning_usd(&self) -> Option<u32> {
        self.settings.cost_warning_usd
    }

    /// The configuration of the SDK and who pays, once the account is known to be allowed. A failed check is made again next
    /// time.
    async fn checked(&self, region: &Region) -> Result<(&SdkConfig, &Payer), RemoteError> {
        let Loaded { config, payer } = self.loaded.get_or_init(|| self.load(region)).await;
        if self.settings.allowed_account_ids.is_empty() {
            return Ok((config, payer));
        }
        let check = || async {
            let sts = aws_sdk_sts::Client::connect(config, self.connection(payer, Service::Sts, region));
            let account = account::check(&sts, &self.settings.allowed_account_ids).await?;
            Ok(Payer::account(&account))
        };
        Ok((config, self.account.get_or_try_init(check).await?))
    }

    fn connection(&self, payer: &Payer, service: Service, region: &Region) -> Connection {
        let endpoint = self.settings.endpoint(service, region).map(str::to_owned);
        Connection {
            payer: payer.clone(),
            region: region.clone(),
            is_stand_in: self.settings.endpoint_url.is_some() || endpoint.is_some(),
            endpoint,
        }
    }

    /// Finds the credentials, and takes on the role that the settings name.
    async fn load(&self, region: &Region) -> Loaded {
        // The region is that of the credential sources that need one; every client names its own.
        let region = self.default_region().await.unwrap_or_else(|_| region.clone());
        let Loaded { config, payer } = looked_up(self.sources(&region).await).await;
        let Some(role) = &self.settings.assume_role else { return Loaded { config, payer } };
        // What the role gives is kept until it expires; keeping what it is taken on with as well would outlast that.
        let asking = config.to_builder().identity_cache(IdentityCache::no_cache()).build();
        let sts = aws_sdk_sts::Client::connect(&asking, self.connection(&payer, Service::Sts, &region));
        let payer = role.account().map_or(payer, Payer::account);
        let role = SharedCredentialsProvider::new(RoleCredentials::new(role.clone(), sts));
        let cache = IdentityCache::lazy().load_timeout(ASSUME).build();
        Loaded { config: config.to_builder().credentials_provider(role).identity_cache(cache).build(), payer }
    }

    /// The configuration of the SDK, with the first source that has credentials.
    async fn sources(&self, region: &Region) -> SdkConfig {
        let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(ATTEMPT);
        let mut loader = aws_config::defaults(behavior())
            .region(aws_types::region::Region::from(region))
            .timeout_config(timeouts.build());
        if self.settings.max_attempts.is_some() || std::env::var_os("AWS_MAX_ATTEMPTS").is_none() {
            loader = loader.retry_config(limiter::retries(self.settings.max_attempts, self.settings.pace));
        }
        if let Some(profile) = &self.settings.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(endpoint) = &self.settings.endpoint_url {
            loader = loader.endpoint_url(endpoint);
        }
        if let Some(keys) = &self.settings.keys {
            loader = loader.credentials_provider(keys.credentials());
        }
        loader.load().await
    }
}

/// Looks the credentials up once, to know who pays. What goes wrong is told by the first request, which looks again.
async fn looked_up(config: SdkConfig) -> Loaded {
    let Some(source) = config.credentials_provider() else {
        return Loaded { config, payer: Payer::nobody() };
    };
    let found = tokio::time::timeout(LOOK_UP, source.provide_credentials()).await;
    let Ok(Ok(credentials)) = found else { return Loaded { config, payer: Payer::nobody() } };
    let payer = Payer::of(&credentials);
    let source = SharedCredentialsProvider::new(LookedUp::new(credentials, source));
    Loaded { config: config.to_builder().credentials_provider(source).build(), payer }
}

/// Only the settings, whose secrets do not show.
impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").field("settings", &self.settings).finish_non_exhaustive()
    }
}

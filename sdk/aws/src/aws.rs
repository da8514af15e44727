//! The connection to AWS.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_types::timeout::TimeoutConfig;
use sparki_core::RemoteError;
use tokio::sync::OnceCell;

use crate::client::{Connection, ServiceClient};
use crate::{Pace, Preflight, Region, Service, Settings, Tags, account, limiter, regions};

/// What the SDK does where nothing is said. Named, so that a new SDK version does not change it unnoticed.
fn behavior() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

/// Longest time to connect. Twice the time of three lost packets on a far connection.
const CONNECT: Duration = Duration::from_secs(6);
/// Longest time for one attempt of a request. The slowest answer of EKS's API that AWS documents is under 30 s.
const ATTEMPT: Duration = Duration::from_secs(60);

/// The clients made so far.
type Clients = BTreeMap<(Service, Region), Box<dyn Any + Send + Sync>>;

/// The connection to AWS: clients by region, made when they are first asked for.
///
/// Making one loads nothing and sends nothing. The first client loads the configuration of the SDK, and checks the
/// account if the settings restrict it.
pub struct Aws {
    settings: Settings,
    config: OnceCell<SdkConfig>,
    region: OnceCell<Region>,
    account: OnceCell<()>,
    clients: Mutex<Clients>,
}

impl Aws {
    /// A connection with these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            config: OnceCell::new(),
            region: OnceCell::new(),
            account: OnceCell::new(),
            clients: Mutex::default(),
        }
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
        let config = self.checked(region).await?;
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let made = clients
            .entry((C::SERVICE, region.clone()))
            .or_insert_with(|| Box::new(C::connect(config, self.connection(C::SERVICE, region))));
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

    /// The configuration of the SDK, once the account is known to be allowed. A failed check is made again next time.
    async fn checked(&self, region: &Region) -> Result<&SdkConfig, RemoteError> {
        let config = self.config.get_or_init(|| self.load(region)).await;
        if !self.settings.allowed_account_ids.is_empty() {
            let check = || async {
                let sts = aws_sdk_sts::Client::connect(config, self.connection(Service::Sts, region));
                account::check(&sts, &self.settings.allowed_account_ids).await
            };
            self.account.get_or_try_init(check).await?;
        }
        Ok(config)
    }

    fn connection(&self, service: Service, region: &Region) -> Connection {
        Connection {
            region: region.clone(),
            endpoint: self.settings.endpoints.get(&service).cloned(),
            is_stand_in: self.settings.endpoint_url.is_some()
                || self.settings.endpoints.contains_key(&service),
        }
    }

    async fn load(&self, region: &Region) -> SdkConfig {
        let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(ATTEMPT);
        // The region is that of the credential sources that need one; every client names its own.
        let region = self.default_region().await.unwrap_or_else(|_| region.clone());
        let mut loader = aws_config::defaults(behavior())
            .region(aws_types::region::Region::from(&region))
            .timeout_config(timeouts.build());
        if self.settings.max_attempts.is_some() || std::env::var_os("AWS_MAX_ATTEMPTS").is_none() {
            loader = loader.retry_config(limiter::retries(self.settings.max_attempts));
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

/// Only the settings, whose secrets do not show.
impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").field("settings", &self.settings).finish_non_exhaustive()
    }
}

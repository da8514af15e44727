//! One adaptive rate limit per account, region and service.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroU32;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_eks::config::retry::RetryPartition;
use aws_smithy_types::retry::RetryConfig;

use crate::{Pace, Region, Service};

/// How often a request is sent where nobody says. A throttled request waits for up to 20 s between attempts, so this
/// outlasts the bursts of a large apply, and stays well below any operation's time limit.
const ATTEMPTS: u32 = 8;

/// The longest time between two attempts, at AWS's pace: the SDK's own.
const LONGEST: Duration = Duration::from_secs(20);
/// What the time between two attempts begins with, at AWS's pace: the SDK's own.
const FIRST: Duration = Duration::from_secs(1);

/// Retries of a client. The limit adapts: a throttled answer slows every request of the partition down, good ones speed
/// them up again. A stand-in whose time runs faster has no such limit, as its own would have to run faster as well.
pub(crate) fn retries(max_attempts: Option<NonZeroU32>, pace: Pace) -> RetryConfig {
    let retries = if pace == Pace::AWS {
        RetryConfig::adaptive()
    } else {
        let [first, longest] = [FIRST, LONGEST].map(|time| pace.of(time));
        RetryConfig::standard().with_initial_backoff(first).with_max_backoff(longest)
    };
    retries.with_max_attempts(max_attempts.map_or(ATTEMPTS, NonZeroU32::get))
}

/// Retries of a request that makes another object each time it is sent: none, so that a lost answer is noticed. It counts
/// for the pace that all requests share, as every other one.
#[must_use]
pub fn without_retries() -> RetryConfig {
    RetryConfig::adaptive().with_max_attempts(1)
}

/// Whose requests AWS counts together: an account, or what stands for it while nobody knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payer(String);

impl Payer {
    /// An account by its number.
    pub(crate) fn account(number: &str) -> Self {
        Self(number.to_owned())
    }

    /// The account that the credentials name. Only some sources name it; else the access key stands for it, so that two keys of
    /// one account have a limit each. Its id is not shown, as these names are logged by the SDK.
    pub(crate) fn of(credentials: &Credentials) -> Self {
        if let Some(account) = credentials.account_id() {
            return Self::account(account.as_str());
        }
        let mut hasher = DefaultHasher::new();
        credentials.access_key_id().hash(&mut hasher);
        Self(format!("key-{:016x}", hasher.finish()))
    }

    /// Nobody: there are no credentials.
    pub(crate) fn nobody() -> Self {
        Self("nobody".to_owned())
    }
}

/// The requests that share a rate limit and a retry quota, in the whole process: AWS counts requests per account,
/// region and service, so clients for the same region must not each try for themselves, and one account must not be slowed
/// down by another.
pub(crate) fn partition(payer: &Payer, service: Service, region: &Region) -> RetryPartition {
    RetryPartition::new(format!("{}/{service}/{region}", payer.0))
}

/// The same for a service that has one endpoint for all regions.
pub(crate) fn global_partition(payer: &Payer, service: Service) -> RetryPartition {
    RetryPartition::new(format!("{}/{service}", payer.0))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aws_config::{BehaviorVersion, SdkConfig};
    use aws_sdk_sts::config::{
        AsyncSleep, IdentityCache, SharedCredentialsProvider, Sleep, StalledStreamProtectionConfig,
    };
    use aws_smithy_types::retry::RetryMode;
    use aws_smithy_types::timeout::TimeoutConfig;
    use tokio::sync::Notify;
    use wiremock::matchers::any;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;
    use crate::Keys;
    use crate::client::{Connection, ServiceClient};

    /// Says that somebody waits, and never ends. With no time limits set, only the limiter makes anybody wait.
    #[derive(Clone, Debug, Default)]
    struct Waiting(Arc<Notify>);

    impl AsyncSleep for Waiting {
        fn sleep(&self, _: Duration) -> Sleep {
            self.0.notify_one();
            Sleep::new(std::future::pending())
        }
    }

    /// One `Aws` of an account: its client of STS in a region.
    struct Caller {
        sts: aws_sdk_sts::Client,
        waiting: Waiting,
    }

    impl Caller {
        fn new(server: &MockServer, account: &str, region: &str) -> Self {
            let waiting = Waiting::default();
            let keys = Keys::new("AKIDEXAMPLE".into(), "hunter2".into());
            let config = SdkConfig::builder()
                .behavior_version(BehaviorVersion::v2026_01_12())
                .credentials_provider(SharedCredentialsProvider::new(keys.credentials()))
                .identity_cache(IdentityCache::no_cache())
                .retry_config(retries(NonZeroU32::new(1), Pace::AWS))
                .timeout_config(TimeoutConfig::disabled())
                .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
                .sleep_impl(waiting.clone())
                .build();
            let connection = Connection {
                payer: Payer::account(account),
                region: region.parse().expect("it is a region"),
                endpoint: Some(server.uri()),
                is_stand_in: true,
            };
            Self { sts: aws_sdk_sts::Client::connect(&config, connection), waiting }
        }

        /// Sends a request, which the server throttles.
        async fn be_throttled(&self) {
            let error = self.sts.get_caller_identity().send().await.map_err(crate::AwsError::from);
            assert_eq!(error.expect_err("the server throttles").class(), crate::Class::Throttled);
        }

        /// Whether the next request has to wait before it is sent.
        async fn is_slowed_down(&self) -> bool {
            tokio::select! {
                biased;
                () = self.waiting.0.notified() => true,
                _ = self.sts.get_caller_identity().send() => false,
            }
        }
    }

    async fn throttling() -> MockServer {
        let server = MockServer::start().await;
        let answer = "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message>\
                      </Error></ErrorResponse>";
        let answer = ResponseTemplate::new(400).set_body_raw(answer, "text/xml");
        Mock::given(any()).respond_with(answer).mount(&server).await;
        server
    }

    #[tokio::test]
    async fn a_throttled_answer_slows_down_every_client_of_the_account_in_the_region() {
        let server = throttling().await;
        let one = Caller::new(&server, "100000000001", "eu-west-1");
        let other = Caller::new(&server, "100000000001", "eu-west-1");
        one.be_throttled().await;
        assert!(one.is_slowed_down().await);
        assert!(other.is_slowed_down().await, "they share the limit");
    }

    #[tokio::test]
    async fn another_account_and_another_region_have_limits_of_their_own() {
        let server = throttling().await;
        Caller::new(&server, "100000000002", "eu-west-1").be_throttled().await;
        assert!(Caller::new(&server, "100000000002", "eu-west-1").is_slowed_down().await);
        assert!(!Caller::new(&server, "100000000003", "eu-west-1").is_slowed_down().await);
        assert!(!Caller::new(&server, "100000000002", "eu-north-1").is_slowed_down().await);
    }

    #[tokio::test]
    async fn a_request_that_is_sent_only_once_counts_for_the_limit_as_every_other() {
        let server = throttling().await;
        let caller = Caller::new(&server, "100000000004", "eu-west-1");
        let once = aws_sdk_sts::config::Builder::new().retry_config(without_retries());
        let sent = caller.sts.get_caller_identity().customize().config_override(once).send().await;
        assert!(sent.is_err());
        assert!(caller.is_slowed_down().await, "its throttle slows the others down");
    }

    #[test]
    fn credentials_that_name_no_account_are_told_apart_without_showing_the_key() {
        let payer = |key: &str| Payer::of(&Keys::new(key.to_owned().into(), "hunter2".into()).credentials());
        assert_eq!(payer("AKIDONE"), payer("AKIDONE"));
        assert_ne!(payer("AKIDONE"), payer("AKIDTWO"));
        assert!(!payer("AKIDONE").0.contains("AKIDONE"));
        let named = Credentials::builder()
            .access_key_id("AKIDONE")
            .secret_access_key("hunter2")
            .account_id("111111111111")
            .provider_name("test")
            .build();
        assert_eq!(Payer::of(&named), Payer::account("111111111111"));
    }

    #[test]
    fn where_time_runs_faster_so_do_retries() {
        let waits = |pace| {
            let retries = retries(None, pace);
            (retries.mode(), retries.initial_backoff(), retries.max_backoff())
        };
        assert_eq!(waits(Pace::AWS), (RetryMode::Adaptive, FIRST, LONGEST));
        let faster = (RetryMode::Standard, Duration::from_millis(10), Duration::from_millis(20));
        assert_eq!(waits(Pace::scaled(0.001)), faster);
    }
}

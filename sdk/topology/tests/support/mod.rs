//! What both kinds of tests need: an operation's context, and a planned cluster and node group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sparki_aws::{Aws, Keys, Pace, Region, Settings};
use sparki_core::{Call, Ctx, Intents, Private, Remotes, Value};
use sparki_topology::eks_cluster::{AuthenticationMode, EksClusterModel, Endpoint, LogType, SupportType};
use sparki_topology::eks_node_group::{CapacityType, EksNodeGroupModel, UpdateStrategy};
use tokio_util::sync::CancellationToken;

/// A connection to a stand-in, on which waiting takes next to no time.
pub(crate) fn aws(endpoint: &str) -> Arc<Aws> {
    aws_at(endpoint, Pace::scaled(0.002))
}

/// The same where every time takes its part of what it is.
pub(crate) fn aws_at(endpoint: &str, pace: Pace) -> Arc<Aws> {
    Arc::new(Aws::new(settings(endpoint, pace)))
}

/// How such a connection is made.
pub(crate) fn settings(endpoint: &str, pace: Pace) -> Settings {
    Settings {
        region: Some(region()),
        keys: Some(Keys::new("AKIDEXAMPLE".into(), "secret".into())),
        endpoint_url: Some(endpoint.to_owned()),
        default_tags: BTreeMap::from([("cost-center".to_owned(), "7".to_owned())]),
        max_attempts: std::num::NonZeroU32::new(2),
        pace,
        ..Settings::default()
    }
}

/// Keys of creations, which nothing ends here: every creation with a fingerprint is the continuation of the one before.
/// What should have ended is noted.
pub(crate) struct Begun {
    /// Which one of all it is, so that no two give the same key.
    number: usize,
    fingerprints: Mutex<Vec<String>>,
    continued: Mutex<Vec<String>>,
    ended: Mutex<Vec<String>>,
}

impl Default for Begun {
    fn default() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self { number, fingerprints: Mutex::default(), continued: Mutex::default(), ended: Mutex::default() }
    }
}

impl Begun {
    /// The key of the first creation.
    pub(crate) fn first(&self) -> String {
        self.key(0)
    }

    fn key(&self, position: usize) -> String {
        format!("key-{position}-{}", self.number)
    }

    /// The keys of the creations that came to an end that is known.
    pub(crate) fn ended(&self) -> Vec<String> {
        self.ended.lock().expect("no test panics with the lock").clone()
    }
}

impl Intents for Begun {
    fn begin(&self, fingerprint: &str) -> String {
        let mut begun = self.fingerprints.lock().expect("no test panics with the lock");
        let known = begun.iter().position(|earlier| earlier == fingerprint);
        let Some(position) = known else {
            begun.push(fingerprint.to_owned());
            return self.key(begun.len() - 1);
        };
        let key = self.key(position);
        self.continued.lock().expect("no test panics with the lock").push(key.clone());
        key
    }

    fn is_taken_up(&self, key: &str) -> bool {
        self.continued.lock().expect("no test panics with the lock").iter().any(|it| it == key)
    }

    fn end(&self, key: &str) {
        self.ended.lock().expect("no test panics with the lock").push(key.to_owned());
    }
}

/// An operation with a limit of 30 seconds, and the call in which it leaves what it records.
pub(crate) fn operation(aws: &Arc<Aws>) -> (Ctx<Aws>, Call) {
    operation_after(aws, Arc::new(Begun::default()))
}

/// The same in a process that knows what earlier ones have begun.
pub(crate) fn operation_after(aws: &Arc<Aws>, begun: Arc<Begun>) -> (Ctx<Aws>, Call) {
    let call = Call::new(Arc::new(Remotes::new()), Private::default(), CancellationToken::new(), begun);
    (Ctx::new(Arc::clone(aws), call.clone(), Duration::from_secs(30)), call)
}

pub(crate) fn region() -> Region {
    "us-east-1".parse().expect("it is a region")
}

pub(crate) fn texts<const N: usize>(texts: [&str; N]) -> BTreeSet<String> {
    texts.map(str::to_owned).into()
}

pub(crate) fn map<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

/// All tags of an object that has these of its own.
pub(crate) fn all_tags<const N: usize>(own: [(&str, &str); N]) -> Value<BTreeMap<String, String>> {
    let mut all = map([("cost-center", "7")]);
    all.extend(map(own));
    all.into()
}

/// A cluster as generic planning leaves it: every default filled in.
pub(crate) fn cluster(name: &str) -> EksClusterModel {
    let role = "arn:aws:iam::123456789012:role/cluster";
    let cluster = EksClusterModel::new(name, role, texts(["subnet-1", "subnet-2"]))
        .region(region())
        .version("1.33")
        .endpoint(Endpoint::new().private(true).public(false))
        .log_types(LogType::ALL.iter().copied().collect::<BTreeSet<_>>())
        .support_type(SupportType::Standard)
        .authentication_mode(AuthenticationMode::Api)
        .oidc_provider(false)
        .zonal_shift(false)
        .force_update(false)
        .bootstrap_self_managed_addons(false)
        .deletion_protection(true)
        .tags(map([("team", "core")]));
    EksClusterModel { tags_all: all_tags([("team", "core")]), ..cluster }
}

/// A node group as generic planning leaves it.
pub(crate) fn node_group(cluster: &str, name: &str) -> EksNodeGroupModel {
    EksNodeGroupModel::new(cluster, "arn:aws:iam::123456789012:role/node", texts(["subnet-1", "subnet-2"]))
        .name(name)
        .region(region())
        .version("1.33")
        .instance_types(vec!["t3.large".to_owned()])
        .capacity_type(CapacityType::OnDemand)
        .disk_gib(20)
        .min(2)
        .max(5)
        .initial_size(3)
        .max_unavailable(1)
        .update_strategy(UpdateStrategy::Default)
        .force_update(false)
        .node_repair(false)
}

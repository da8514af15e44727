//! Operations of tests.

use std::sync::Arc;
use std::time::Duration;

use sparki_aws::{Aws, Keys, Pace, Region, Settings};
use sparki_core::{Call, Ctx, Intents, Private, Remotes};
use tokio_util::sync::CancellationToken;

/// Names every creation as it is called.
struct Named;

impl Intents for Named {
    fn begin(&self, fingerprint: &str) -> String {
        fingerprint.to_owned()
    }

    fn end(&self, _: &str) {}
}

/// An operation on which waiting takes next to no time. Nothing answers its requests.
pub(crate) fn operation() -> Ctx<Aws> {
    let aws = Aws::new(Settings {
        region: Some(region()),
        keys: Some(Keys::new("AKIDEXAMPLE".into(), "secret".into())),
        endpoint_url: Some("http://127.0.0.1:9".to_owned()),
        pace: Pace::scaled(0.0005),
        ..Settings::default()
    });
    let call =
        Call::new(Arc::new(Remotes::new()), Private::default(), CancellationToken::new(), Arc::new(Named));
    Ctx::new(Arc::new(aws), call, Duration::from_secs(30))
}

pub(crate) fn region() -> Region {
    "us-east-1".parse().expect("it is a region")
}

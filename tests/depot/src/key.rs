//! `depot_key`: opens a door for the time of a run.

use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sparki_core::{
    Config, Ctx, Diagnostic, Diagnostics, Ephemeral, Opened, Path, RemoteError, RemoteErrorKind, Renewed,
    Secret, Value,
};
use sparki_derive::Model;

use crate::remote::Hall;

/// Marker of the ephemeral resource type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key {}

/// A key.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct KeyModel {
    /// The door that it opens.
    #[attr(required)]
    pub door: Value<String>,
    /// How many teeth it has.
    #[attr(optional, default = 5, validate(range(1..=9)))]
    pub teeth: Value<i64>,
    /// What goes wrong: `opens` another door, or fails to `open`, `renew` or `close`, or panics while it opens.
    #[attr(optional, validate(one_of("another", "open", "renew", "close", "panic")))]
    pub mishap: Value<String>,
    /// What opens the door.
    #[attr(computed, sensitive)]
    pub code: Value<Secret<String>>,
}

/// What is needed to renew and close.
#[derive(Serialize, Deserialize)]
pub(crate) struct Lease {
    door: String,
    mishap: String,
    renewals: u64,
}

fn failure(doing: &str) -> RemoteError {
    RemoteError::new(RemoteErrorKind::Unavailable, format!("failed to {doing} the door"))
}

impl Ephemeral for Key {
    const TYPE_NAME: &'static str = crate::KEY;
    type Model = KeyModel;
    type Remote = Hall;
    type Lease = Lease;

    fn validate(config: &Config<KeyModel>) -> Diagnostics {
        if config.door.known().is_some_and(|door| door == "wall") {
            let error = Diagnostic::error("No door", "A wall cannot be opened. Name a \"door\".");
            return error.at(Path::attribute("door")).into();
        }
        Diagnostics::new()
    }

    async fn open(ctx: &Ctx<Hall>, config: Config<KeyModel>) -> Result<Opened<KeyModel, Lease>, RemoteError> {
        let mut model = config.into_inner();
        let door = model.door.known().cloned().unwrap_or_default();
        let mishap = model.mishap.known().cloned().unwrap_or_default();
        ctx.remote().note(format!("open {door}"));
        match mishap.as_str() {
            "open" => return Err(failure("open")),
            "panic" => panic!("the key broke"),
            "slow" => {
                ctx.remote().waiting.add_permits(1);
                ctx.remote().go_on.acquire().await.expect("nothing closes it").forget();
            }
            "another" => model.door = "another door".into(),
            _ => {}
        }
        model.code = format!("code of {door}").as_str().into();
        ctx.warn("Old door", "It creaks.");
        let lease = Lease { door, mishap, renewals: 0 };
        Ok(Opened { model, lease, renew_at: Some(UNIX_EPOCH + Duration::from_secs(2_000_000_000)) })
    }

    async fn renew(ctx: &Ctx<Hall>, lease: Lease) -> Result<Renewed<Lease>, RemoteError> {
        let renewals = lease.renewals + 1;
        ctx.remote().note(format!("renew {} for the time {renewals}", lease.door));
        if lease.mishap == "renew" {
            return Err(failure("keep open"));
        }
        let renew_at = Some(UNIX_EPOCH + Duration::from_secs(2_000_000_000 + renewals));
        Ok(Renewed { lease: Lease { renewals, ..lease }, renew_at })
    }

    async fn close(ctx: &Ctx<Hall>, lease: Lease) -> Result<(), RemoteError> {
        ctx.remote().note(format!("close {}", lease.door));
        ctx.remote().closed.add_permits(1);
        if lease.mishap == "stuck" {
            std::future::pending::<()>().await;
        }
        if lease.mishap == "close" { Err(failure("close")) } else { Ok(()) }
    }
}

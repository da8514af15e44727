//! `depot_ship`: sends a parcel on its way.

use sparki_core::{
    Action, Config, Ctx, Diagnostic, Diagnostics, Path, Progress, RemoteError, RemoteErrorKind, Value,
};
use sparki_derive::Model;

use crate::remote::Hall;

/// Marker of the action type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ship {}

/// Ships a parcel.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct ShipModel {
    /// Number of the parcel.
    #[attr(required, validate(pattern("^parcel-", "be the number of a parcel")))]
    pub parcel_id: Value<String>,
    /// How many stages the way has.
    #[attr(optional, default = 2, validate(range(0..=1000)))]
    pub stages: Value<i64>,
    /// What goes wrong on the way: it `fails`, `panics`, or is `slow`.
    #[attr(optional, validate(one_of("fails", "panics", "slow")))]
    pub mishap: Value<String>,
}

impl Action for Ship {
    const TYPE_NAME: &'static str = crate::SHIP;
    type Model = ShipModel;
    type Remote = Hall;

    fn validate(config: &Config<ShipModel>) -> Diagnostics {
        let is_far = config.stages.known().is_some_and(|stages| *stages > 100);
        if is_far && config.mishap.is_set() {
            return Diagnostic::error("Bold plan", "A long way needs no mishap.").into();
        }
        Diagnostics::new()
    }

    fn plan(config: &Config<ShipModel>) -> Diagnostics {
        if config.parcel_id.known().is_some_and(|id| id == "parcel-0") {
            let error = Diagnostic::error("No such parcel", "Numbers start at 1.");
            return error.at(Path::attribute("parcel_id")).into();
        }
        Diagnostics::new()
    }

    async fn invoke(
        ctx: &Ctx<Hall>,
        config: Config<ShipModel>,
        progress: &Progress,
    ) -> Result<(), RemoteError> {
        let hall = ctx.remote();
        let id = config.parcel_id.known().cloned().unwrap_or_default();
        for stage in 1..=config.stages.known().copied().unwrap_or_default() {
            progress.tell(format!("{id} reached stage {stage}.")).await;
            hall.note(format!("stage {stage}"));
            match config.mishap.known().map(String::as_str) {
                Some("fails") => {
                    return Err(RemoteError::new(RemoteErrorKind::Unavailable, "failed to ship the parcel"));
                }
                Some("panics") => panic!("dropped the parcel"),
                Some(_) => {
                    hall.waiting.add_permits(1);
                    ctx.stop().cancelled().await;
                    return Err(RemoteError::new(RemoteErrorKind::Cancelled, "stopped to ship the parcel"));
                }
                None => {}
            }
        }
        ctx.warn("Bumpy road", "It took a while.");
        Ok(())
    }
}

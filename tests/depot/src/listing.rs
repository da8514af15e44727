//! Finds parcels.

use std::ops::ControlFlow;

use sparki_core::{
    Config, Ctx, Diagnostic, Diagnostics, Found, List, Path, RemoteError, RemoteErrorKind, State, Value,
};
use sparki_derive::Model;

use crate::parcel::{Parcel, ParcelModel};
use crate::remote::Hall;

/// What narrows a list of parcels down.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct ParcelFilter {
    /// Where they go.
    #[attr(optional, validate(len(1..)))]
    pub destination: Value<String>,
    /// What goes wrong: `fails` after the first one, `panics` after the first one.
    #[attr(optional, validate(one_of("fails", "panics")))]
    pub mishap: Value<String>,
}

impl List for Parcel {
    type Filter = ParcelFilter;

    fn validate(filter: &Config<ParcelFilter>) -> Diagnostics {
        if filter.destination.known().is_some_and(|destination| destination == "nowhere") {
            let error =
                Diagnostic::error("No such place", "Nothing goes there. Name another \"destination\".");
            return error.at(Path::attribute("destination")).into();
        }
        Diagnostics::new()
    }

    async fn list(
        ctx: &Ctx<Hall>,
        filter: Config<ParcelFilter>,
        found: &mut Found<'_, ParcelModel>,
    ) -> Result<(), RemoteError> {
        let hall = ctx.remote();
        for id in hall.ids() {
            hall.note(format!("look at {id}"));
            let Some(parcel) = hall.find(&id).and_then(|parcel| State::<ParcelModel>::decode(&parcel).ok())
            else {
                continue;
            };
            if filter.destination.known().is_some_and(|wanted| parcel.destination.known() != Some(wanted)) {
                continue;
            }
            let name = parcel.name.known().cloned().unwrap_or_default();
            if found.offer(name, parcel).await == ControlFlow::Break(()) {
                break;
            }
            match filter.mishap.known().map(String::as_str) {
                Some("panics") => panic!("dropped the list"),
                Some(_) => {
                    return Err(RemoteError::new(RemoteErrorKind::Unavailable, "failed to list parcels"));
                }
                None => {}
            }
        }
        Ok(())
    }
}

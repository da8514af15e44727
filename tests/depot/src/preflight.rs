//! What a hall says of a parcel before it is taken in.

use sparki_core::{Ctx, Diagnostic, Diagnostics, Path, Preflight, Proposal, RemoteError, RemoteErrorKind};

use crate::parcel::{Parcel, ParcelModel};
use crate::remote::Hall;

impl Preflight for Parcel {
    async fn preflight(_: &Ctx<Hall>, proposal: Proposal<ParcelModel>) -> Result<Diagnostics, RemoteError> {
        match proposal.planned.destination.known().map(String::as_str) {
            Some("nowhere") => Ok(Diagnostic::error("Unknown destination", "No road leads to nowhere.")
                .at(Path::attribute("destination"))
                .into()),
            Some("fog") => Err(RemoteError::new(RemoteErrorKind::Unavailable, "failed to see the road")),
            Some("silence") => Err(RemoteError::new(RemoteErrorKind::Garbled, "failed to hear an answer")),
            Some(_) | None => Ok(Diagnostics::new()),
        }
    }
}

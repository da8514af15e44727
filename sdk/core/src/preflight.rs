//! What the remote has to say about a plan before it is carried out.

use std::future::Future;

use crate::{Ctx, Diagnostics, Model, Planned, Reconcile, RemoteError, State};

/// A resource type whose plans are checked against the remote: whether it supports, allows and has room for what is
/// planned.
///
/// [`crate::Plan`] decides what is planned and asks nobody. A preflight changes nothing about it; it finds out sooner
/// what would else be found out while it is applied.
pub trait Preflight: Reconcile {
    /// Looks for what stands in the way of a plan: errors for what would be refused, warnings for what may be. Values
    /// may be unknown. What cannot be checked is no reason against the plan.
    fn preflight(
        ctx: &Ctx<Self::Remote>,
        proposal: Proposal<Self::Model>,
    ) -> impl Future<Output = Result<Diagnostics, RemoteError>> + Send;
}

/// A plan that is to be checked.
#[derive(Clone, Debug)]
pub struct Proposal<M: Model> {
    /// What exists; none if it is to be made.
    pub prior: Option<State<M>>,
    /// What there is to be. Write-only attributes are null.
    pub planned: Planned<M>,
}

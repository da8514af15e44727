//! `depot_route`: is written with blocks of every kind, one of them computed.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{
    Applied, Change, Ctx, Dynamic, Id, Model as _, NoIdentity, Path, Plan, Planned, Reconcile, RemoteError,
    Resource, State, Value,
};
use sparki_derive::Model;

use crate::remote::Hall;

/// Marker of the resource type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Route {}

/// A route.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct RouteModel {
    /// Identifier.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<Route>>,
    /// Its name.
    #[attr(required)]
    pub name: Value<String>,
    /// Where it stops, in order.
    #[attr(required, block)]
    pub stop: Value<Vec<Stop>>,
    /// What it costs.
    #[attr(optional, block)]
    pub toll: Value<BTreeSet<Toll>>,
    /// Who drives, by shift.
    #[attr(optional, block)]
    pub driver: Value<BTreeMap<String, Driver>>,
    /// The vehicle.
    #[attr(optional, block)]
    pub vehicle: Value<Vehicle>,
    /// What the depot found out about each part of the way.
    #[attr(optional, computed, use_state_for_unknown, block)]
    pub leg: Value<Vec<Leg>>,
}

/// A stop.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Stop {
    /// Where it is.
    #[attr(required)]
    pub town: Value<String>,
    /// How long it takes.
    #[attr(optional, default = 5)]
    pub minutes: Value<i64>,
    /// When the depot expects it.
    #[attr(computed, use_state_for_unknown)]
    pub expected: Value<String>,
    /// What is done there.
    #[attr(optional, block)]
    pub task: Value<Vec<Task>>,
}

/// A task.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Task {
    /// What is done.
    #[attr(required)]
    pub what: Value<String>,
}

/// A toll.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Model)]
pub(crate) struct Toll {
    /// Where it is due.
    #[attr(required)]
    pub road: Value<String>,
    /// How much it is.
    #[attr(optional, default = 1)]
    pub cents: Value<i64>,
}

/// A driver.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Driver {
    /// Who it is.
    #[attr(required)]
    pub name: Value<String>,
}

/// A vehicle.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Vehicle {
    /// What it is.
    #[attr(required)]
    pub kind: Value<String>,
}

/// A part of the way.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Leg {
    /// How long it is.
    #[attr(optional, computed)]
    pub kilometres: Value<i64>,
}

impl Resource for Route {
    const TYPE_NAME: &'static str = crate::ROUTE;
    type Model = RouteModel;
    type Identity = NoIdentity;
}

impl Plan for Route {}

/// The route as the depot has it: with a leg for each stop.
fn found(mut route: RouteModel) -> RouteModel {
    let stops = route.stop.known().map_or(0, Vec::len);
    if let Value::Known(stops) = &mut route.stop {
        for stop in stops {
            stop.expected = "soon".into();
        }
    }
    if route.leg.known().is_none_or(Vec::is_empty) {
        route.leg = vec![Leg { kilometres: 7.into() }; stops].into();
    }
    route
}

impl Reconcile for Route {
    type Remote = Hall;

    async fn create(ctx: &Ctx<Hall>, planned: Planned<RouteModel>) -> Applied<RouteModel> {
        let mut route = found(planned.into_inner());
        let id = ctx.remote().store(State::new(route.clone()).encode());
        route.id = Value::Known(Id::new(id.as_str()));
        let state = State::new(route);
        ctx.remote().change(&id, state.encode());
        Ok(state)
    }

    async fn read(
        ctx: &Ctx<Hall>,
        prior: State<RouteModel>,
    ) -> Result<Option<State<RouteModel>>, RemoteError> {
        let found: Option<Dynamic> = ctx.remote().find(prior.id.known().map_or("", Id::as_str));
        let model = found.and_then(|found| RouteModel::decode(&found, &Path::root()).ok());
        Ok(model.map(State::new))
    }

    async fn update(ctx: &Ctx<Hall>, change: Change<RouteModel>) -> Applied<RouteModel> {
        let state = State::new(found(change.planned.into_inner()));
        ctx.remote().change(state.id.known().map_or("", Id::as_str), state.encode());
        Ok(state)
    }

    async fn delete(ctx: &Ctx<Hall>, state: State<RouteModel>) -> Result<(), RemoteError> {
        let _ = ctx.remote().remove(state.id.known().map_or("", Id::as_str));
        Ok(())
    }
}

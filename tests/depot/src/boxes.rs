//! `depot_box`: what parcels were before. Its stored form has changed twice, and its objects can become parcels.

use sparki_core::{
    Applied, Change, Ctx, History, Id, Import, NoIdentity, Plan, Planned, Reconcile, RemoteError,
    RemoteErrorKind, Resource, Source, State, Upgrade, Value,
};
use sparki_derive::Model;

use crate::parcel::{Parcel, ParcelModel};
use crate::remote::Hall;

/// Marker of the resource type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Boxes {}

/// A box.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct BoxModel {
    /// Identifier.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<Boxes>>,
    /// What is written on it.
    #[attr(required)]
    pub label: Value<String>,
    /// Weight in grams.
    #[attr(optional)]
    pub grams: Value<i64>,
    /// Weight in kilograms.
    #[attr(optional, deprecated = "Use \"grams\".")]
    pub kilograms: Value<i64>,
}

/// A box as the first version stored it: with its weight as text.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct BoxV0 {
    /// Identifier.
    #[attr(computed)]
    pub id: Value<String>,
    /// What is written on it.
    #[attr(required)]
    pub title: Value<String>,
    /// Weight in kilograms.
    #[attr(optional)]
    pub weight: Value<String>,
}

/// A box as the second version stored it: with its weight in kilograms.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct BoxV1 {
    /// Identifier.
    #[attr(computed)]
    pub id: Value<String>,
    /// What is written on it.
    #[attr(required)]
    pub title: Value<String>,
    /// Weight in kilograms.
    #[attr(optional)]
    pub kilograms: Value<i64>,
}

impl From<BoxV0> for BoxV1 {
    fn from(old: BoxV0) -> Self {
        let kilograms =
            old.weight.into_known().and_then(|weight| weight.trim_end_matches(" kg").parse().ok());
        Self { id: old.id, title: old.title, kilograms: kilograms.into() }
    }
}

impl From<BoxV1> for BoxModel {
    fn from(old: BoxV1) -> Self {
        let id = old.id.map(|id| Id::new(id.as_str()));
        let grams = old.kilograms.map(|kilograms| kilograms * 1000);
        Self { id, label: old.title, grams, kilograms: Value::Null }
    }
}

impl From<BoxModel> for ParcelModel {
    fn from(old: BoxModel) -> Self {
        let id = old.id.map(|id| Id::new(id.as_str()));
        let code_wo = "left in the box".into();
        Self { id, grams: old.grams, code_wo, revision: 1.into(), ..Self::new(old.label).destination("here") }
    }
}

impl From<BoxV1> for ParcelModel {
    fn from(old: BoxV1) -> Self {
        BoxModel::from(old).into()
    }
}

impl Resource for Boxes {
    const TYPE_NAME: &'static str = crate::BOX;
    const VERSION: i64 = 2;
    const DEPRECATION: Option<&'static str> = Some("Use depot_parcel instead.");
    type Model = BoxModel;
    type Identity = NoIdentity;
}

impl Upgrade for Boxes {
    fn history() -> History<BoxModel> {
        History::<BoxV0>::since(0).then::<BoxV1>().then::<BoxModel>()
    }
}

impl Plan for Boxes {}

impl sparki_core::Moved for Parcel {
    fn sources() -> Vec<Source<ParcelModel>> {
        let from = "sparki-io/depot";
        vec![Source::of::<BoxModel>(from, crate::BOX, 2..=2), Source::of::<BoxV1>(from, crate::BOX, 1..=1)]
    }
}

impl Reconcile for Boxes {
    type Remote = Hall;

    async fn create(ctx: &Ctx<Hall>, planned: Planned<BoxModel>) -> Applied<BoxModel> {
        let mut made = planned.into_inner();
        let id = ctx.remote().store(State::new(made.clone()).encode());
        made.id = Value::Known(Id::new(id.as_str()));
        let state = State::new(made);
        ctx.remote().change(&id, state.encode());
        Ok(state)
    }

    async fn read(ctx: &Ctx<Hall>, prior: State<BoxModel>) -> Result<Option<State<BoxModel>>, RemoteError> {
        let id = prior.id.known().map_or("", Id::as_str);
        Ok(ctx.remote().find(id).and_then(|found| State::decode(&found).ok()))
    }

    async fn update(ctx: &Ctx<Hall>, change: Change<BoxModel>) -> Applied<BoxModel> {
        let state = State::new(change.planned.into_inner());
        ctx.remote().change(state.id.known().map_or("", Id::as_str), state.encode());
        Ok(state)
    }

    async fn delete(ctx: &Ctx<Hall>, state: State<BoxModel>) -> Result<(), RemoteError> {
        let _ = ctx.remote().remove(state.id.known().map_or("", Id::as_str));
        Ok(())
    }
}

impl Import for Boxes {
    const FORMS: &'static [(&'static str, &'static str)] = &[("parcel-7", "id of the box")];

    async fn import(ctx: &Ctx<Hall>, id: &str) -> Result<State<BoxModel>, RemoteError> {
        let found = ctx.remote().find(id).and_then(|found| State::decode(&found).ok());
        found.ok_or_else(|| RemoteError::new(RemoteErrorKind::NotFound, "failed to find the box"))
    }

    fn import_id(_: &NoIdentity) -> String {
        String::new()
    }
}

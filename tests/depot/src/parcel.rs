//! `depot_parcel`: has a bit of everything, and goes wrong where it is told to.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{
    Applied, Change, Ctx, Deferral, Diagnostic, Diagnostics, Draft, History, Id, Identity, Import, Path,
    Plan, Planned, PrivateKey, Reconcile, RemoteError, RemoteErrorKind, Resource, Secret, State, Timeouts,
    Value, import_form_error,
};
use sparki_derive::{Choice, Model};

use crate::remote::Hall;

/// How often it was planned.
const PLANS: PrivateKey<u32> = PrivateKey::new("plans");

/// What the remote counted when it was last seen.
const REVISION: PrivateKey<i64> = PrivateKey::new("revision");

/// Marker of the resource type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Parcel {}

/// A parcel.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct ParcelModel {
    /// Identifier.
    #[attr(computed, use_state_for_unknown, refine(prefix = "parcel-"))]
    pub id: Value<Id<Parcel>>,
    /// What is written on it.
    #[attr(required)]
    pub name: Value<String>,
    /// Where it goes. Cannot be changed.
    #[attr(optional, default = "here", requires_replace)]
    pub destination: Value<String>,
    /// Weight in grams.
    #[attr(optional)]
    pub grams: Value<i64>,
    /// Opens it.
    #[attr(optional, write_only)]
    pub code_wo: Value<Secret<String>>,
    /// Counts the codes.
    #[attr(optional)]
    pub code_wo_version: Value<i64>,
    /// What is in it.
    #[attr(optional)]
    pub items: Value<Vec<Item>>,
    /// Stamps.
    #[attr(optional)]
    pub stamps: Value<BTreeSet<Stamp>>,
    /// Labels.
    #[attr(optional)]
    pub labels: Value<BTreeMap<String, String>>,
    /// Whether it must not be removed.
    #[attr(optional, default = false)]
    pub sealed: Value<bool>,
    /// Counts the changes.
    #[attr(computed, refine(not_null))]
    pub revision: Value<i64>,
    /// What goes wrong.
    #[attr(optional, local)]
    pub mishap: Value<Mishap>,
    /// How long operations may take.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// A thing in a parcel.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Item {
    /// What it is. Cannot be changed.
    #[attr(required, requires_replace)]
    pub kind: Value<String>,
    /// Its number.
    #[attr(computed, use_state_for_unknown)]
    pub serial: Value<i64>,
    /// A secret word.
    #[attr(optional, write_only)]
    pub word_wo: Value<Secret<String>>,
}

/// A stamp.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Model)]
pub(crate) struct Stamp {
    /// What it shows.
    #[attr(required)]
    pub motif: Value<String>,
    /// What it costs.
    #[attr(optional, default = 1)]
    pub cents: Value<i64>,
}

/// What goes wrong, in whatever is done to the parcel next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Mishap {
    /// Nothing exists, and the operation fails.
    FailsEarly,
    /// It exists, and the operation fails.
    FailsLate,
    /// It exists, and the operation panics.
    PanicsLate,
    /// It may exist; nothing is known.
    AnswerLost,
    /// It exists, and the answer to what follows is lost.
    AnswerLostLate,
    /// It waits until it is told to go on or to stop.
    Slow,
    /// All is well, and there is something to say.
    Warns,
}

/// What identifies a parcel.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct ParcelIdentity {
    /// Number of the parcel.
    #[attr(required)]
    pub id: Value<String>,
    /// Where it goes.
    #[attr(optional)]
    pub destination: Value<String>,
}

/// What identified a parcel in the first version.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct ParcelIdentityV0 {
    /// Number of the parcel.
    #[attr(required)]
    pub number: Value<i64>,
}

impl From<ParcelIdentityV0> for ParcelIdentity {
    fn from(old: ParcelIdentityV0) -> Self {
        Self { id: old.number.map(|number| format!("parcel-{number}")), destination: Value::Null }
    }
}

impl Identity<ParcelModel> for ParcelIdentity {
    const VERSION: i64 = 1;

    fn history() -> Option<History<Self>> {
        Some(History::<ParcelIdentityV0>::since(0).then::<Self>())
    }

    fn of(parcel: &ParcelModel) -> Self {
        let is_anonymous = parcel.name.known().is_some_and(|name| name == "anonymous");
        assert!(!is_anonymous || parcel.revision.known().is_none(), "nobody knows whose parcel it is");
        let id = parcel.id.clone().map(|id| id.as_str().to_owned());
        Self { id, destination: parcel.destination.clone() }
    }
}

impl Resource for Parcel {
    const TYPE_NAME: &'static str = crate::PARCEL;
    const VERSION: i64 = 3;
    type Model = ParcelModel;
    type Identity = ParcelIdentity;
}

impl Plan for Parcel {
    fn plan(draft: &mut Draft<'_, ParcelModel>) -> Diagnostics {
        if draft.planned().name.known().is_some_and(|name| name.as_str() == "counted") {
            let plans = draft.private().load(PLANS);
            draft.private().store(PLANS, Some(plans.unwrap_or_default() + 1));
        }
        if draft.config().destination.is_unknown() {
            draft.defer(Deferral::ConfigUnknown);
        }
        if draft.planned().name.known().is_some_and(|name| name.as_str() == "forbidden") {
            return Diagnostic::error("Forbidden name", "Choose another name.")
                .at(Path::attribute("name"))
                .into();
        }
        Diagnostics::new()
    }

    fn plan_destroy(prior: &State<ParcelModel>) -> Diagnostics {
        if prior.sealed.known() == Some(&true) {
            return Diagnostic::error("Sealed", "Set \"sealed\" to false and apply, then remove it.").into();
        }
        Diagnostics::new()
    }
}

fn failure(doing: &str) -> RemoteError {
    RemoteError::new(RemoteErrorKind::Other, format!("failed to {doing}"))
}

async fn wait(ctx: &Ctx<Hall>, doing: &str) -> Result<(), RemoteError> {
    let hall = ctx.remote();
    hall.waiting.add_permits(1);
    tokio::select! {
        biased;
        () = ctx.stop().cancelled() => Err(RemoteError::new(RemoteErrorKind::Cancelled, format!("stopped to {doing}"))),
        go_on = hall.go_on.acquire() => {
            go_on.unwrap().forget();
            hall.note(format!("went on to {doing}"));
            hall.went_on.add_permits(1);
            Ok(())
        }
    }
}

/// What the mishap makes of an operation that has come so far.
async fn befall(ctx: &Ctx<Hall>, mishap: &Value<Mishap>, doing: &str) -> Result<(), RemoteError> {
    match mishap.known() {
        None | Some(Mishap::FailsEarly | Mishap::AnswerLost) => Ok(()),
        Some(Mishap::FailsLate) => Err(failure(doing)),
        Some(Mishap::PanicsLate) => panic!("dropped the parcel"),
        Some(Mishap::AnswerLostLate) => Err(failure(doing).with_maybe_applied(true)),
        Some(Mishap::Slow) => wait(ctx, doing).await,
        Some(Mishap::Warns) => {
            ctx.warn("Heavy parcel", "It took two to carry it.");
            Ok(())
        }
    }
}

/// What makes an operation fail before anything is done.
fn befall_early(mishap: &Value<Mishap>, doing: &str) -> Result<(), RemoteError> {
    match mishap.known() {
        Some(Mishap::FailsEarly) => Err(failure(doing)),
        Some(Mishap::AnswerLost) => Err(failure(doing).with_maybe_applied(true)),
        _ => Ok(()),
    }
}

/// The parcel as the remote has it: everything decided.
fn decided(mut parcel: ParcelModel, revision: i64) -> ParcelModel {
    parcel.revision = Value::Known(revision);
    if let Value::Known(items) = &mut parcel.items {
        for (item, serial) in items.iter_mut().zip(1..) {
            item.serial = Value::Known(serial);
        }
    }
    parcel
}

fn secrets(parcel: &ParcelModel) -> String {
    let mut found: Vec<_> = parcel.code_wo.known().into_iter().collect();
    let items = parcel.items.known().into_iter().flatten();
    found.extend(items.filter_map(|item| item.word_wo.known()));
    found.into_iter().map(|secret| secret.expose().as_str()).collect::<Vec<_>>().join(" ")
}

impl Reconcile for Parcel {
    type Remote = Hall;

    async fn create(ctx: &Ctx<Hall>, planned: Planned<ParcelModel>) -> Applied<ParcelModel> {
        let hall = ctx.remote();
        let key = ctx.creation_key(&format!("parcel {:?}", planned.name.known()));
        hall.note(format!("create {key}"));
        befall_early(&planned.mishap, "create the parcel")?;
        hall.note(format!("secrets {}", secrets(&planned)));
        let mut parcel = decided(planned.into_inner(), 1);
        let inherited = ctx.private().load(REVISION);
        assert_eq!(inherited, None, "a new parcel remembers nothing");
        let id = hall.store(State::new(parcel.clone()).encode());
        parcel.id = Value::Known(Id::new(id.as_str()));
        hall.change(&id, State::new(parcel.clone()).encode());
        ctx.private().store(REVISION, Some(1));
        let state = State::new(parcel);
        // What is known at first is that it exists.
        let first = ParcelModel { revision: Value::unknown(), ..(*state).clone() };
        ctx.record(&State::new(first));
        befall(ctx, &state.mishap, "create the parcel").await?;
        Ok(state)
    }

    async fn read(
        ctx: &Ctx<Hall>,
        prior: State<ParcelModel>,
    ) -> Result<Option<State<ParcelModel>>, RemoteError> {
        befall_early(&prior.mishap, "read the parcel")?;
        befall(ctx, &prior.mishap, "read the parcel").await?;
        let id = prior.id.known().map_or("", Id::as_str);
        Ok(ctx.remote().find(id).map(|found| State::decode(&found).unwrap()))
    }

    async fn update(ctx: &Ctx<Hall>, change: Change<ParcelModel>) -> Applied<ParcelModel> {
        let hall = ctx.remote();
        let known = ctx.private().load(REVISION);
        hall.note(format!("update {known:?} secrets {}", secrets(&change.planned)));
        befall_early(&change.planned.mishap, "update the parcel")?;
        let revision = change.prior.revision.known().copied().unwrap_or_default() + 1;
        let state = State::new(decided(change.planned.into_inner(), revision));
        hall.change(state.id.known().unwrap().as_str(), state.encode());
        ctx.private().store(REVISION, Some(revision));
        if state.mishap.is_set() {
            ctx.record(&state);
        }
        befall(ctx, &state.mishap, "update the parcel").await?;
        Ok(state)
    }

    async fn delete(ctx: &Ctx<Hall>, state: State<ParcelModel>) -> Result<(), RemoteError> {
        befall_early(&state.mishap, "delete the parcel")?;
        befall(ctx, &state.mishap, "delete the parcel").await?;
        // Gone already is gone.
        let _ = ctx.remote().remove(state.id.known().map_or("", Id::as_str));
        Ok(())
    }
}

impl Import for Parcel {
    const FORMS: &'static [(&'static str, &'static str)] = &[("parcel-7", "id of the parcel")];

    async fn import(ctx: &Ctx<Hall>, id: &str) -> Result<State<ParcelModel>, RemoteError> {
        if !id.starts_with("parcel-") {
            let form = import_form_error(id, Self::FORMS);
            return Err(RemoteError::new(RemoteErrorKind::Invalid, form.summary).with_detail(form.detail));
        }
        ctx.warn("Old label", "The label is hard to read.");
        ctx.private().store(REVISION, Some(1));
        match ctx.remote().find(id) {
            Some(found) => {
                let mut found = State::<ParcelModel>::decode(&found).unwrap().into_inner();
                found.code_wo = "hunter2".into();
                Ok(State::new(found))
            }
            None => Err(RemoteError::new(RemoteErrorKind::NotFound, "failed to find the parcel")),
        }
    }
    fn import_id(identity: &ParcelIdentity) -> String {
        identity.id.known().cloned().unwrap_or_default()
    }
}

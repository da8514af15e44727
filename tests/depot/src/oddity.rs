//! `depot_oddity`: its model, made by hand, breaks every rule that a derived one keeps.

use sparki_core::{
    Applied, Attribute, Change, Ctx, DecodeError, Dynamic, Kind, Mode, Model, NoIdentity, ObjectSchema, Path,
    Plan, Planned, Reconcile, Refinement, RemoteError, Resource, State, Type,
};

use crate::remote::Hall;

/// Marker of the resource type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Oddity {}

/// Whatever it was read from, except where its attribute `fault` says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OddityModel(Dynamic);

impl Model for OddityModel {
    const DESCRIPTION: &'static str = "An oddity.";

    fn schema() -> ObjectSchema {
        let attribute = |name, ty| Attribute::new(name, "Something.", Kind::Plain(ty));
        let fault = Attribute { mode: Mode::Required, ..attribute("fault", Type::String) };
        let id = Attribute {
            mode: Mode::Computed,
            refinement: Refinement::not_null(),
            ..attribute("id", Type::String)
        };
        let secret = Attribute { write_only: true, ..attribute("secret_wo", Type::String) };
        let equivalent = Attribute {
            equivalent: Some(|reference, actual| {
                assert!(reference == actual || actual.as_str() != Some("incomparable"), "cannot be compared");
                false
            }),
            ..attribute("note", Type::String)
        };
        let attributes = vec![
            fault,
            id,
            attribute("size", Type::Number),
            secret,
            equivalent,
            attribute("tags", Type::String.list()),
        ];
        ObjectSchema { attributes, rules: Vec::new() }
    }

    fn encode(&self) -> Dynamic {
        let Dynamic::Object(members) = &self.0 else { return self.0.clone() };
        let mut members = members.clone();
        let (name, value): (&str, Dynamic) = match self.0.attribute("fault").as_str() {
            // Only what was created has an id, so plans are good.
            _ if self.0.attribute("id").as_str().is_none() => return self.0.clone(),
            Some("unknown") => ("size", Dynamic::unknown()),
            Some("unknown inside") => ("tags", Dynamic::List(vec!["a".into(), Dynamic::unknown()])),
            Some("write-only") => ("secret_wo", "hunter2".into()),
            Some("wrong type") => ("size", "large".into()),
            Some("wrong type inside") => ("tags", Dynamic::List(vec!["a".into(), true.into()])),
            Some("extra attribute") => ("colour", "red".into()),
            Some("other value") => ("size", 99_i64.into()),
            Some("incomparable") => ("note", "incomparable".into()),
            _ => return self.0.clone(),
        };
        members.insert(name.to_owned(), value);
        Dynamic::Object(members)
    }

    fn decode(value: &Dynamic, _: &Path) -> Result<Self, DecodeError> {
        Ok(Self(value.clone()))
    }
}

impl Resource for Oddity {
    const TYPE_NAME: &'static str = crate::ODDITY;
    type Model = OddityModel;
    type Identity = NoIdentity;
}

impl Plan for Oddity {}

impl Reconcile for Oddity {
    type Remote = Hall;

    async fn create(ctx: &Ctx<Hall>, planned: Planned<OddityModel>) -> Applied<OddityModel> {
        let OddityModel(mut value) = planned.into_inner();
        let id = ctx.remote().store(Dynamic::Null);
        if let Dynamic::Object(members) = &mut value {
            members.insert("id".into(), Dynamic::string(id));
        }
        Ok(State::new(OddityModel(value)))
    }

    async fn read(
        _: &Ctx<Hall>,
        prior: State<OddityModel>,
    ) -> Result<Option<State<OddityModel>>, RemoteError> {
        Ok(Some(prior))
    }

    async fn update(_: &Ctx<Hall>, change: Change<OddityModel>) -> Applied<OddityModel> {
        Ok(State::new(change.planned.into_inner()))
    }

    async fn delete(_: &Ctx<Hall>, _: State<OddityModel>) -> Result<(), RemoteError> {
        Ok(())
    }
}

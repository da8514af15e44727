//! What a type says about its objects on the control plane.

use std::future::Future;

use serde_json::{Map, Value as Json};
use sparki_client::{Call, Client, Request};
use sparki_core::{Import, Path, Planned, Reconcile, RemoteError, State};

use super::{creation_body, model, patch_body};

/// What a practitioner can do about a refusal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Advice {
    /// The attribute that is at fault.
    pub(crate) attribute: &'static str,
    /// A full sentence.
    pub(crate) text: &'static str,
}

/// Something that a practitioner should know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notice {
    /// What it is, in a few words.
    pub(crate) summary: &'static str,
    /// Full sentences, with what to do.
    pub(crate) detail: &'static str,
}

/// A type whose objects the control plane keeps. Most types need the three constants and the two accessors; the rest
/// is for those whose wire form differs from the model.
pub(crate) trait Object: Import + Reconcile<Remote = Client> {
    /// Where the objects are: `/projects`.
    const COLLECTION: &'static str;
    /// What one is called in messages: "project".
    const NOUN: &'static str;
    /// The attribute that no two objects of one parent share.
    const KEY: &'static str;

    /// The id of an object.
    fn id(model: &Self::Model) -> Option<&str>;

    /// The fields of a new object.
    fn creation(
        client: &Client,
        planned: &Planned<Self::Model>,
        call: &Call,
    ) -> impl Future<Output = Result<Map<String, Json>, RemoteError>> + Send {
        let _ = (client, call);
        std::future::ready(Ok(creation_body(&**planned)))
    }

    /// The fields of a change.
    fn patch(prior: &State<Self::Model>, planned: &Planned<Self::Model>) -> Map<String, Json> {
        patch_body(&**prior, &**planned)
    }

    /// The model of an object as the control plane sent it. `reference` is what was planned or what the state was,
    /// for types that have more than one way to say the same; on import there is none.
    fn state(document: &Json, reference: Option<&Self::Model>) -> Result<State<Self::Model>, RemoteError> {
        let _ = reference;
        model(document, Self::NOUN)
    }

    /// The attribute that a field of the wire form stands for, in a request made from `planned`.
    fn attribute(field: Path, planned: &Self::Model) -> Path {
        let _ = planned;
        field
    }

    /// What to do about a refusal with this code, beyond what the control plane says.
    fn advice(code: &str) -> Option<Advice> {
        let _ = code;
        None
    }

    /// What a practitioner should know about a change that was found while reading, where no plan can show it.
    fn notice(prior: &Self::Model, now: &Self::Model) -> Option<Notice> {
        let _ = (prior, now);
        None
    }

    /// Adds to the request that removes an object.
    fn deletion(request: Request, state: &State<Self::Model>) -> Request {
        let _ = state;
        request
    }
}

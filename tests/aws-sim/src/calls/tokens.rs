//! Client tokens: a request that is repeated with its token does nothing, and gets the same answer.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::{
    document::Document,
    protocol::{Kind, Model, Operation},
    region::Region,
};

/// For how long a token is remembered. AWS does not say for EKS; EC2's are kept for a day and longer.
const MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// The tokens that have been seen, with what was asked and answered.
#[derive(Debug, Default)]
pub(crate) struct Tokens(BTreeMap<Key, Seen>);

/// Region, operation and token.
type Key = (Region, String, String);

#[derive(Debug)]
struct Seen {
    at: Timestamp,
    input: Document,
    output: Document,
}

/// What a token says about a request.
#[derive(Debug, PartialEq)]
pub(crate) enum Repeat {
    /// It is new.
    No,
    /// It has been carried out, with this answer.
    Yes(Document),
    /// The token was used for something else.
    Mismatch,
}

impl Tokens {
    pub(crate) fn look_up(&self, key: &Key, input: &Document, now: Timestamp) -> Repeat {
        match self.0.get(key).filter(|seen| seen.at + MEMORY > now) {
            None => Repeat::No,
            Some(seen) if seen.input == *input => Repeat::Yes(seen.output.clone()),
            Some(_) => Repeat::Mismatch,
        }
    }

    pub(crate) fn remember(&mut self, key: Key, input: Document, output: Document, at: Timestamp) {
        self.0.insert(key, Seen { at, input, output });
    }

    /// Forgets the creations in a region whose answer had this ARN in it: the object is gone.
    pub(crate) fn forget(&mut self, arn: &str) {
        self.0.retain(|_, seen| {
            let mut members = seen.output.members();
            !members.any(|(_, value)| {
                value.as_object().is_some_and(|inner| inner.values().any(|value| value.as_str() == Some(arn)))
            })
        });
    }
}

/// The token of a request, if the operation has one and it is there.
pub(crate) fn token(model: &Model, operation: &Operation, input: &Document) -> Option<String> {
    let shape = model.shape(&operation.input.as_ref()?.shape);
    debug_assert_eq!(shape.kind, Kind::Structure, "what an operation takes is a structure");
    let (name, _) = shape.members.iter().find(|(_, member)| member.idempotency_token)?;
    input.text(name).map(str::to_owned)
}

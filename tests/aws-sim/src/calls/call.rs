//! What a service is asked to do.

use jiff::SignedDuration;

use crate::{
    document::Document,
    refusal::Refusal,
    region::Region,
    world::{Object, World},
};

/// What an operation does, and what it answers with.
pub(crate) type Behaviour = fn(&mut World, &Call) -> Result<Document, Refusal>;

/// One request of an operation.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) region: Region,
    pub(crate) operation: String,
    /// What it is asked to do; fits the model.
    pub(crate) input: Document,
    /// For how long after their making objects cannot be seen.
    pub(crate) unseen: SignedDuration,
    pub(crate) outcome: Outcome,
}

/// How what is begun will end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// As it usually does.
    Success,
    /// With a status of failure, and a reason.
    Failure,
}

impl Call {
    /// Whether an object is too young to be seen.
    pub(crate) fn sees(&self, object: &Object, world: &World) -> bool {
        object.made_at + self.unseen <= world.now()
    }

    /// The ARN of something in the region of the call.
    pub(crate) fn arn(&self, world: &World, service: &str, rest: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{rest}", self.region, world.account)
    }
}

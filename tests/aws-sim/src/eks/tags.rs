//! Tags of everything that EKS has.

use serde_json::Value;

use crate::{calls::Call, document::Document, refusal::Refusal, world::World};

pub(super) fn tag(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let added = call.input.inner("tags");
    change(world, call, |tags| {
        for (key, value) in added.members() {
            tags.set(key, value.clone());
        }
    })
}

pub(super) fn untag(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    change(world, call, |tags| {
        for key in call.input.texts("tagKeys") {
            tags.remove(&key);
        }
    })
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let tags = object_document(world, call)?.inner("tags");
    Ok(Document::new().with("tags", Value::from(tags)))
}

fn change(world: &mut World, call: &Call, change: impl FnOnce(&mut Document)) -> Result<Document, Refusal> {
    let document = object_document(world, call)?;
    let mut tags = document.inner("tags");
    change(&mut tags);
    document.set("tags", tags);
    Ok(Document::new())
}

fn object_document<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Document, Refusal> {
    let arn = call.input.given("resourceArn");
    if !arn.starts_with("arn:aws:eks:") {
        return Err(Refusal::new("BadRequestException", format!("The ARN {arn} is malformed")));
    }
    let missing = || Refusal::new("NotFoundException", format!("Resource with ARN {arn} not found"));
    world.eks.with_arn(arn).map(|object| &mut object.document).ok_or_else(missing)
}

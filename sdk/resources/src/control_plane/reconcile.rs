//! The life of an object: made, read, changed, removed.

use serde_json::{Value as Json, json};
use sparki_client::{Call, Client, ClientError, ETag, Request, Response};
use sparki_core::{Applied, Change, Ctx, Path, Planned, PrivateKey, RemoteError, RemoteErrorKind, State};

use super::{Object, Segments, locator, lookup};

/// The version that was last seen.
const ETAG: PrivateKey<ETag> = PrivateKey::new("etag");

/// Name of the field that holds a secret and is never told.
const SECRET: &str = "signing_secret";

/// Makes the object. The request is finished even when the run is stopped, so that what was made is known.
pub(crate) async fn create<T: Object>(ctx: &Ctx<Client>, planned: Planned<T::Model>) -> Applied<T::Model> {
    let call = Call::new(format!("create the {}", T::NOUN)).deadline(ctx.limit());
    let body = Json::Object(T::creation(ctx.remote(), &planned, &call).await?);
    let key = ctx.creation_key(&fingerprint::<T>(ctx.remote(), &body));
    let request = Request::post(T::COLLECTION).json(&body).idempotency_key(key);
    let created = ctx.remote().create::<Json>(request, &call).await;
    let created = created.map_err(|error| explain::<T>(error, Some(&planned)))?;
    // An answer that cannot be understood says that the object exists all the same.
    let state =
        remember::<T>(ctx, created, Some(&planned)).map_err(|error| error.with_maybe_applied(true))?;
    ctx.record(&state);
    Ok(state)
}

/// Reads the object, together with others of its kind where many are read.
pub(crate) async fn read<T: Object + Segments>(
    ctx: &Ctx<Client>,
    prior: State<T::Model>,
) -> Result<Option<State<T::Model>>, RemoteError> {
    let id = required_id::<T>(&prior)?;
    let call = Call::new(format!("read the {}", T::NOUN)).deadline(ctx.limit()).cancelled_by(ctx.stop());
    let model = prior.encode();
    match ctx.remote().read(&locator::<T>(id, &model), &call).await? {
        Some(found) => {
            let state = remember::<T>(ctx, same::<T>(id, found)?, Some(&prior))?;
            if let Some(notice) = T::notice(&prior, &state) {
                ctx.warn(notice.summary, notice.detail);
            }
            Ok(Some(state))
        }
        None => Ok(None),
    }
}

/// Changes the object, provided that nobody else has since it was last read.
pub(crate) async fn update<T: Object>(ctx: &Ctx<Client>, change: Change<T::Model>) -> Applied<T::Model> {
    let id = required_id::<T>(&change.prior)?;
    let body = Json::Object(T::patch(&change.prior, &change.planned));
    let request = |etag: ETag| Request::patch(T::COLLECTION).segment(id).json(&body).if_match(etag);
    let call = Call::new(format!("update the {}", T::NOUN)).deadline(ctx.limit());
    let mut updated = ctx.remote().update::<Json>(request(etag::<T>(ctx, id).await?), &call).await;
    if updated.as_ref().is_err_and(|error| error.is_precondition_failed() && error.maybe_applied()) {
        // The answer to an earlier attempt was lost. If that one took effect, sending the same once more changes
        // nothing; if somebody else was faster, the refusal stands.
        let found = ctx.remote().get::<Json>(Request::get(T::COLLECTION).segment(id), &call).await;
        if let Ok(Some(found)) = found
            && holds(&found.value, &body)
            && let Some(etag) = found.etag
        {
            updated = ctx.remote().update::<Json>(request(etag), &call).await;
        }
    }
    let updated = updated.map_err(|error| explain::<T>(error, Some(&change.planned)))?;
    remember::<T>(ctx, same::<T>(id, updated)?, Some(&change.planned))
}

/// Whether a document has every value that a merge patch sets. What the patch clears has a default that only the
/// control plane knows, and a secret is never told, so neither counts.
fn holds(document: &Json, patch: &Json) -> bool {
    match (document, patch) {
        (_, Json::Null) => true,
        (Json::Object(fields), Json::Object(patched)) => patched
            .iter()
            .all(|(name, value)| name == SECRET || holds(fields.get(name).unwrap_or(&Json::Null), value)),
        (document, patch) => document == patch,
    }
}

/// Removes the object, provided that nobody has changed it since it was last read.
pub(crate) async fn delete<T: Object>(ctx: &Ctx<Client>, state: State<T::Model>) -> Result<(), RemoteError> {
    let id = required_id::<T>(&state)?;
    let Some(etag) = seen(ctx).or(current::<T>(ctx, id).await?) else { return Ok(()) };
    let request = T::deletion(Request::delete(T::COLLECTION).segment(id).if_match(etag), &state);
    let call = Call::new(format!("delete the {}", T::NOUN)).deadline(ctx.limit());
    ctx.remote().delete(request, &call).await.map_err(|error| explain::<T>(error, None))
}

/// Finds an object by its id or by its path, the slugs of what it is in and its own.
pub(crate) async fn import<T: Object + Segments>(
    ctx: &Ctx<Client>,
    id: &str,
) -> Result<State<T::Model>, RemoteError> {
    let call = Call::new(format!("find the {}", T::NOUN)).deadline(ctx.limit()).cancelled_by(ctx.stop());
    let id = lookup::<T>(ctx.remote(), id, &call).await?;
    let found = ctx.remote().get::<Json>(Request::get(T::COLLECTION).segment(&id), &call).await?;
    let found = found.ok_or_else(|| {
        RemoteError::new(RemoteErrorKind::NotFound, format!("failed to find the {}", T::NOUN)).with_detail(
            format!("There is no {} with the id {id:?}, or the credentials do not allow to see it.", T::NOUN),
        )
    })?;
    remember::<T>(ctx, same::<T>(&id, found)?, None)
}

/// The answer, if it is about the object that was asked for: another one must never take its place in a state.
fn same<T: Object>(id: &str, answer: Response<Json>) -> Result<Response<Json>, RemoteError> {
    if answer.value.get("id").and_then(Json::as_str) == Some(id) {
        return Ok(answer);
    }
    Err(RemoteError::new(RemoteErrorKind::Garbled, format!("failed to understand the {}", T::NOUN))
        .with_detail(format!("The control plane was asked for {id:?} and answered something else."))
        .with_advice("Check that \"endpoint\" is a Sparki control plane, and that nothing on the way mixes up answers.")
        .with_correlation_id(answer.correlation_id))
}

/// Keeps the version for the next change, and reads the object.
fn remember<T: Object>(
    ctx: &Ctx<Client>,
    response: Response<Json>,
    reference: Option<&T::Model>,
) -> Result<State<T::Model>, RemoteError> {
    ctx.private().store(ETAG, response.etag);
    T::state(&response.value, reference).map_err(|error| error.with_correlation_id(response.correlation_id))
}

fn seen(ctx: &Ctx<Client>) -> Option<ETag> {
    ctx.private().load(ETAG)
}

async fn current<T: Object>(ctx: &Ctx<Client>, id: &str) -> Result<Option<ETag>, RemoteError> {
    if seen(ctx).is_some() {
        return Ok(None);
    }
    let call = Call::new(format!("read the {}", T::NOUN)).deadline(ctx.limit()).cancelled_by(ctx.stop());
    let found = ctx.remote().get::<Json>(Request::get(T::COLLECTION).segment(id), &call).await?;
    Ok(found.and_then(|found| found.etag))
}

async fn etag<T: Object>(ctx: &Ctx<Client>, id: &str) -> Result<ETag, RemoteError> {
    if let Some(etag) = seen(ctx) {
        return Ok(etag);
    }
    current::<T>(ctx, id).await?.ok_or_else(|| {
        RemoteError::new(RemoteErrorKind::NotFound, format!("failed to update the {}", T::NOUN))
            .with_detail("It does not exist any more. Plan again; the plan will be to create it.")
    })
}

fn required_id<T: Object>(state: &State<T::Model>) -> Result<&str, RemoteError> {
    T::id(state).ok_or_else(|| {
        RemoteError::new(RemoteErrorKind::Invalid, format!("failed to identify the {}", T::NOUN))
            .with_detail("The state has no \"id\". Import the object again.")
    })
}

/// Tells one creation from another across processes, without a secret in it.
fn fingerprint<T: Object>(client: &Client, body: &Json) -> String {
    let mut body = body.clone();
    if let Some(settings) = body.get_mut("settings").and_then(Json::as_object_mut) {
        settings.remove(SECRET);
    }
    json!([T::TYPE_NAME, client.settings().endpoint.to_string(), body]).to_string()
}

/// Adds what to do about it, where there is something, and names our attributes instead of the remote's fields.
fn explain<T: Object>(error: ClientError, planned: Option<&T::Model>) -> RemoteError {
    let code = error.problem().and_then(|problem| problem.code.clone()).unwrap_or_default();
    let existing = error.problem().and_then(|problem| problem.existing_id()).map(str::to_owned);
    let mut remote = RemoteError::from(error);
    if let Some(planned) = planned {
        remote = remote.map_attributes(|field| T::attribute(field, planned));
    }
    if let Some(id) = existing {
        remote = remote
            .with_attribute(Path::attribute(T::KEY), "")
            .with_advice(&format!("To manage it here, run: terraform import {}.NAME {id}", T::TYPE_NAME));
    }
    match T::advice(&code) {
        Some(advice) => remote.with_attribute(Path::attribute(advice.attribute), "").with_advice(advice.text),
        None => remote,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_that_took_effect_is_recognised() {
        let document = json!({"name": "Web", "labels": {"a": "1"}, "settings": {"script": "x"}, "etag": 2});
        let took_effect = |patch: Json| holds(&document, &patch);
        assert!(took_effect(json!({"name": "Web", "labels": {"a": "1", "gone": null}, "description": null})));
        assert!(took_effect(json!({"settings": {"script": "x", "signing_secret": "hunter2"}})));
        assert!(!took_effect(json!({"name": "App"})));
        assert!(!took_effect(json!({"labels": {"b": "1"}})));
    }
}

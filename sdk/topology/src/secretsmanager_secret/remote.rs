//! How `sparki_secretsmanager_secret` talks to AWS.

use std::time::Duration;

use sparki_aws::{Aws, AwsError, Class, Consistency, Seen};
use sparki_core::{Applied, Change, Ctx, Planned, Reconcile, RemoteError, RemoteErrorKind, State, Value};

use super::look::{Session, described, is_live, is_the_same, look, tags_of};
use super::plan::protection;
use super::restore::{mark, restore};
use super::steps::Way;
use super::{SecretsmanagerSecret, SecretsmanagerSecretModel, answer, replication, requests, value};
use crate::operation::{Protected, Unanswered, incomplete, shown_tags};

pub(super) const READ: &str = "failed to read the secret";
const CREATE: &str = "failed to create the secret";
const UPDATE: &str = "failed to update the secret";
const DELETE: &str = "failed to delete the secret";

impl Reconcile for SecretsmanagerSecret {
    type Remote = Aws;

    async fn create(
        ctx: &Ctx<Aws>,
        planned: Planned<SecretsmanagerSecretModel>,
    ) -> Applied<SecretsmanagerSecretModel> {
        let session = Session::begin(ctx, &planned.region).await?;
        let own = planned.tags.known().cloned().unwrap_or_default();
        let attempt = session.attempt::<Self>(ctx, &planned);
        let given = match value::of_new(&planned) {
            Some(source) => Some(source.value(&session, CREATE).await?),
            None => None,
        };
        let tags = session.aws.tags().for_create(&own, &attempt);
        let request = requests::create(&planned, given.as_ref(), (&tags, &attempt));
        let send = || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
        // What the secret is like before the rest of it is made up for.
        let mut there = bare(&planned);
        let mut is_restored = false;
        let (arn, version) = match session.send(Consistency::Propagation, CREATE, send).await? {
            Ok(answer) => {
                there.value_wo_version = planned.value_wo_version.clone();
                there.generate = planned.generate.clone();
                (answer.arn, answer.version_id)
            }
            Err(error) => {
                let found = described(&session, name(&planned)).await.ok().flatten();
                let secret = match found.filter(|_| error.class() == Class::Conflict) {
                    Some(pending) if !is_live(&pending) => {
                        let name = name(&planned);
                        restore(&session, (CREATE, name), (&planned, &pending)).await?;
                        is_restored = true;
                        // Its old tags and its old value are not what is planned.
                        let known = (&planned.tags, &Value::Null);
                        let old = shown_tags(session.aws.tags(), Some(&tags_of(&pending)), known);
                        (there.tags, there.tags_all) = old;
                        there.generate = value::of_another(&planned);
                        pending
                    }
                    Some(_) | None => {
                        let unanswered = Unanswered { doing: CREATE, attempt: &attempt, error: &error };
                        let look = async {
                            let found = described(&session, name(&planned)).await?;
                            Ok(found.map(|secret| (tags_of(&secret), secret)))
                        };
                        let taken = || taken(&session, name(&planned));
                        let adopted = unanswered.adopt(look, |(tags, _)| Some(tags), taken).await?.1;
                        // A value that was given is sent again, for it may be another.
                        let token = requests::token(&attempt);
                        there.generate = value::of_found(&adopted, &token, &planned);
                        adopted
                    }
                };
                let version = answer::current(&secret).map(str::to_owned);
                (secret.arn, version)
            }
        };
        let version = version.filter(|_| given.is_some());
        let there = answer::applied(there, &session.region, (arn.as_deref(), version.as_deref()));
        ctx.record(&State::new(there.clone()));
        visible(&session, name(&planned)).await.map_err(incomplete)?;
        if is_restored {
            mark(&session, (CREATE, name(&planned)), &tags).await.map_err(incomplete)?;
        }
        replication::ready(&session, (CREATE, name(&planned))).await.map_err(incomplete)?;
        carry_out(ctx, &session, CREATE, (&there, &planned)).await.map_err(incomplete)
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<SecretsmanagerSecretModel>,
    ) -> Result<Option<State<SecretsmanagerSecretModel>>, RemoteError> {
        let session = Session::begin(ctx, &prior.region).await?;
        let found = look(&session, READ, name(&prior)).await?;
        // A secret of the same name that was made anew is another one.
        let found = found.filter(|found| is_the_same(&found.secret, &prior));
        Ok(found.map(|found| State::new(answer::model(&found, &session.region, session.aws.tags(), &prior))))
    }

    async fn update(
        ctx: &Ctx<Aws>,
        change: Change<SecretsmanagerSecretModel>,
    ) -> Applied<SecretsmanagerSecretModel> {
        let Change { prior, planned } = change;
        let session = Session::begin(ctx, &prior.region).await?;
        carry_out(ctx, &session, UPDATE, (&prior, &planned)).await
    }

    async fn delete(ctx: &Ctx<Aws>, state: State<SecretsmanagerSecretModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&state), DELETE)?;
        let session = Session::begin(ctx, &state.region).await?;
        let name = name(&state);
        let found = look(&session, DELETE, name).await?;
        let Some(found) = found.filter(|found| is_the_same(&found.secret, &state)) else { return Ok(()) };
        let copies = found.secret.replication_status().iter();
        let copies = copies.filter_map(|copy| copy.region().map(str::to_owned)).collect();
        // AWS does not remove a secret that still has copies.
        replication::remove(&session, (DELETE, name), copies).await?;
        let days = state.recovery_window_days.known().copied().unwrap_or(30);
        let send = || async {
            let request = session.client.delete_secret().secret_id(name);
            let request = match days {
                0 => request.force_delete_without_recovery(true),
                days => request.recovery_window_in_days(i64::from(days)),
            };
            request.send().await.map_err(AwsError::from)
        };
        match session.send(Consistency::Free, DELETE, send).await? {
            Ok(_) => {}
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) if error.class() == Class::Conflict => {
                // If an answer was lost, what was asked for is done.
                let send = || described(&session, name);
                let there = session.send(Consistency::Propagation, DELETE, send).await?;
                if there.map_err(|error| error.reading(DELETE))?.as_ref().is_some_and(is_live) {
                    return Err(error.changing(DELETE));
                }
            }
            Err(error) => return Err(error.changing(DELETE)),
        }
        let look = || async {
            let there = described(&session, name).await?;
            Ok(match there.filter(|secret| is_the_same(secret, &state)) {
                // Without a window the name is free once AWS is done.
                Some(secret) if days == 0 || is_live(&secret) => Seen::Pending("there".to_owned()),
                Some(_) | None => Seen::Reached(()),
            })
        };
        session.wait(DELETE, Duration::ZERO, look).await
    }
}

/// The name in a plan or state, where it is never missing.
fn name(secret: &SecretsmanagerSecretModel) -> &str {
    secret.name.known().map_or("", String::as_str)
}

/// A secret of which only what its first request says is there.
fn bare(planned: &SecretsmanagerSecretModel) -> SecretsmanagerSecretModel {
    SecretsmanagerSecretModel {
        policy: Value::Null,
        rotation: Value::Null,
        value_wo_version: Value::Null,
        generate: Value::Null,
        version_id: Value::unknown(),
        ..planned.clone()
    }
}

/// Waits until a secret that was just made can be seen.
async fn visible(session: &Session<'_>, name: &str) -> Result<(), RemoteError> {
    let look = || async {
        let secret = described(session, name).await?.filter(is_live);
        Ok(secret.map_or(Seen::Missing, |_| Seen::Reached(())))
    };
    session.wait(CREATE, Duration::ZERO, look).await
}

/// Takes a secret to what is planned. If that ends before, what there is by then is recorded.
async fn carry_out(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    doing: &str,
    (prior, planned): (&SecretsmanagerSecretModel, &SecretsmanagerSecretModel),
) -> Applied<SecretsmanagerSecretModel> {
    let name = name(planned);
    let found = look(session, doing, name).await?;
    let Some(found) = found.filter(|found| is_the_same(&found.secret, prior)) else {
        return Err(RemoteError::new(RemoteErrorKind::NotFound, doing).with_detail(
            "The secret is gone or waits for its deletion; something else removed it. Plan again to make it anew, or keep \
             it with \"aws secretsmanager restore-secret\".",
        ));
    };
    let way = Way { session, doing, name, prior, planned };
    let mut put = None;
    let Err(error) = way.go(&found, &mut put).await else {
        let known = (found.secret.arn(), put.as_deref().or_else(|| answer::current(&found.secret)));
        return Ok(State::new(answer::applied(planned.clone(), &session.region, known)));
    };
    let known = left(prior, planned, put);
    match look(session, doing, name).await {
        Ok(Some(found)) if is_the_same(&found.secret, prior) => {
            ctx.record(&State::new(answer::model(&found, &session.region, session.aws.tags(), &known)));
        }
        Ok(_) | Err(_) => ctx.record(&State::new(known)),
    }
    Err(error)
}

/// What is known of a secret on the way to what is planned. A value that was `put` there is not put there again.
fn left(
    prior: &SecretsmanagerSecretModel,
    planned: &SecretsmanagerSecretModel,
    put: Option<String>,
) -> SecretsmanagerSecretModel {
    let Some(version) = put else { return prior.clone() };
    SecretsmanagerSecretModel {
        value_wo_version: planned.value_wo_version.clone(),
        generate: planned.generate.clone(),
        version_id: version.into(),
        ..prior.clone()
    }
}

/// What to do about a secret of the same name that something else made.
fn taken(session: &Session<'_>, name: &str) -> String {
    let region = &session.region;
    format!(
        "There is a secret of this name in {region} already, which this run did not make. Choose another name, or take it \
         under management: terraform import <address> {region}/{name}"
    )
}

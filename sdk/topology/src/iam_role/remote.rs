//! How `sparki_iam_role` talks to IAM.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_iam::types::Role;
use sparki_aws::{Aws, AwsError, Class, Consistency, Seen};
use sparki_core::{
    Applied, Change, Ctx, Id, Import, Planned, Reconcile, RemoteError, RemoteErrorKind, State, Value,
    import_form_error,
};

use super::look::{Found, Session, begin, instance_profiles, look, role};
use super::plan::protection;
use super::steps::{Way, detach, leave_profile, remove_inline};
use super::{IamRole, IamRoleIdentity, IamRoleModel, answer, requests};
use crate::operation::{Protected, Unanswered, incomplete};

const CREATE: &str = "failed to create the role";
const READ: &str = "failed to read the role";
const UPDATE: &str = "failed to update the role";
const DELETE: &str = "failed to delete the role";

/// How many times in a row IAM has to show a new role before it counts as known. IAM answers from several places, each of
/// which learns of it by itself.
const GOOD_ANSWERS: u32 = 3;

impl Reconcile for IamRole {
    type Remote = Aws;

    async fn create(ctx: &Ctx<Aws>, planned: Planned<IamRoleModel>) -> Applied<IamRoleModel> {
        let session = begin(ctx).await?;
        let own = planned.tags.known().cloned().unwrap_or_default();
        let attempt = session.attempt::<Self>(ctx, &planned);
        let name = requests::name(&planned, &attempt);
        let request = requests::create(&planned, &name, &session.aws.tags().for_create(&own, &attempt));
        let send = || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
        let made = match session.send(Consistency::Propagation, CREATE, send).await? {
            Ok(answer) => answer.role.ok_or_else(|| {
                RemoteError::new(RemoteErrorKind::Garbled, CREATE)
                    .with_detail("AWS's answer has no role in it.")
                    .with_maybe_applied(true)
            })?,
            Err(error) => {
                let unanswered = Unanswered { doing: CREATE, attempt: &attempt, error: &error };
                let look =
                    async { Ok(role(&session, &name).await?.map(|role| (answer::tags_of(&role), role))) };
                unanswered.adopt(look, |(tags, _)| Some(tags), || taken(&name)).await?.1
            }
        };
        // None of its policies is there yet.
        let bare = IamRoleModel {
            inline_policies: Value::Null,
            managed_policy_arns: Value::Null,
            ..answer::applied(planned.clone().into_inner(), &made)
        };
        ctx.record(&State::new(bare.clone()));
        known(&session, &name).await.map_err(incomplete)?;
        carry_out(ctx, &session, (CREATE, &name), (&bare, &planned)).await.map_err(incomplete)
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<IamRoleModel>,
    ) -> Result<Option<State<IamRoleModel>>, RemoteError> {
        let session = begin(ctx).await?;
        let found = look(&session, READ, name(&prior)).await?;
        // A role of the same name that was made anew is another one: what trusted the old one does not trust it.
        let found = found.filter(|found| is_the_same(&found.role, &prior));
        Ok(found.map(|found| State::new(answer::model(&found, session.aws.tags(), &prior))))
    }

    async fn update(ctx: &Ctx<Aws>, change: Change<IamRoleModel>) -> Applied<IamRoleModel> {
        let Change { prior, planned } = change;
        let session = begin(ctx).await?;
        carry_out(ctx, &session, (UPDATE, name(&prior)), (&prior, &planned)).await
    }

    async fn delete(ctx: &Ctx<Aws>, state: State<IamRoleModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&state), DELETE)?;
        let session = begin(ctx).await?;
        let name = name(&state);
        let Some(found) = look(&session, DELETE, name).await?.filter(|it| is_the_same(&it.role, &state))
        else {
            return Ok(());
        };
        let force = state.force_detach.known() == Some(&true);
        let inline = |policy: &str| state.inline_policies.known().is_some_and(|own| own.contains_key(policy));
        let managed = |arn: &str| state.managed_policy_arns.known().is_some_and(|own| own.contains(arn));
        for policy in found.inline.keys().filter(|policy| force || inline(policy)) {
            remove_inline(&session, (DELETE, name), policy).await?;
        }
        for arn in found.managed.iter().filter(|arn| force || managed(arn)) {
            detach(&session, (DELETE, name), arn).await?;
        }
        if force {
            for profile in instance_profiles(&session, DELETE, name).await? {
                leave_profile(&session, (DELETE, name), &profile).await?;
            }
        }
        let send =
            || async { session.client.delete_role().role_name(name).send().await.map_err(AwsError::from) };
        // IAM may count for a while what was taken from the role a moment ago.
        let is_passing = |error: &AwsError| error.class() == Class::Conflict;
        match session.retry_briefly(DELETE, Duration::ZERO, send, is_passing).await? {
            Ok(_) => {}
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) if error.class() == Class::Conflict => {
                return Err(error.changing(DELETE).with_advice(
                    "Something gave the role policies or an instance profile in the meantime. Remove them, or set \
                     \"force_detach\" to true and apply before the role is removed",
                ));
            }
            Err(error) => return Err(error.changing(DELETE)),
        }
        let look = || async {
            Ok(match role(&session, name).await? {
                Some(role) if is_the_same(&role, &state) => Seen::Pending("there".to_owned()),
                Some(_) | None => Seen::Reached(()),
            })
        };
        session.wait(DELETE, Duration::ZERO, look).await
    }
}

impl Import for IamRole {
    const FORMS: &'static [(&'static str, &'static str)] =
        &[("shop", "name of the role"), ("arn:aws:iam::123456789012:role/shop", "ARN of the role")];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<IamRoleModel>, RemoteError> {
        // Names are unique in the account, whatever the path.
        let id = match id.split_once(":role/") {
            Some((_, path)) => path.rsplit('/').next().unwrap_or_default(),
            None => id,
        };
        if id.is_empty() || id.contains(|sign: char| sign.is_whitespace() || sign == '/') {
            let error = import_form_error(id, Self::FORMS);
            return Err(
                RemoteError::new(RemoteErrorKind::Invalid, "invalid import id").with_detail(error.detail)
            );
        }
        let session = begin(ctx).await?;
        let Some(found) = look(&session, READ, id).await? else {
            return Err(RemoteError::new(RemoteErrorKind::NotFound, "failed to find the role").with_detail(
                format!("There is no role {id:?} in the account, or the credentials do not see it."),
            ));
        };
        Ok(self::found(&session, &found))
    }

    fn import_id(identity: &IamRoleIdentity) -> String {
        identity.import_id()
    }
}

/// The name in a plan or state, where it is never missing.
fn name(role: &IamRoleModel) -> &str {
    role.name.known().map_or("", String::as_str)
}

/// Whether a role is the one in the state, and not a later one of its name.
fn is_the_same(role: &Role, state: &IamRoleModel) -> bool {
    state.unique_id.known().is_none_or(|id| id == role.role_id())
}

/// The state of a role of which nothing was known before.
pub(super) fn found(session: &Session<'_>, found: &Found) -> State<IamRoleModel> {
    let reference = IamRoleModel { max_session_seconds: 3600.into(), ..IamRoleModel::blank() };
    State::new(answer::model(found, session.aws.tags(), &reference))
}

/// Waits until IAM has shown a new role several times in a row.
async fn known(session: &Session<'_>, name: &str) -> Result<(), RemoteError> {
    let good = AtomicU32::new(0);
    let look = || async {
        let Some(_) = role(session, name).await? else {
            good.store(0, Ordering::Relaxed);
            return Ok(Seen::Missing);
        };
        let is_known = good.fetch_add(1, Ordering::Relaxed) + 1 >= GOOD_ANSWERS;
        Ok(if is_known { Seen::Reached(()) } else { Seen::Pending("not known everywhere".to_owned()) })
    };
    session.wait(CREATE, Duration::ZERO, look).await
}

/// Takes a role to what is planned. If that ends before, what there is by then is recorded.
async fn carry_out(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    (doing, name): (&str, &str),
    (prior, planned): (&IamRoleModel, &IamRoleModel),
) -> Applied<IamRoleModel> {
    let Some(found) = look(session, doing, name).await?.filter(|it| is_the_same(&it.role, prior)) else {
        return Err(RemoteError::new(RemoteErrorKind::NotFound, doing)
            .with_detail("The role is gone; something else removed it. Plan again to make it anew."));
    };
    let way = Way { session, doing, name, prior, planned };
    let Err(error) = way.go(&found).await else {
        return Ok(State::new(answer::applied(planned.clone(), &found.role)));
    };
    if let Ok(Some(found)) = look(session, doing, name).await {
        let reference = IamRoleModel { id: Id::new(name).into(), ..prior.clone() };
        ctx.record(&State::new(answer::model(&found, session.aws.tags(), &reference)));
    }
    Err(error)
}

/// What to do about a role of the same name that something else made.
fn taken(name: &str) -> String {
    format!(
        "There is a role of this name in the account already, which this run did not make. Choose another name, or take \
         it under management: terraform import <address> {name}"
    )
}

//! How `sparki_kms_key` talks to AWS.

use sparki_aws::{Aws, Nonce, Region};
use sparki_core::{
    Applied, Change, Ctx, Id, Import, Planned, Reconcile, RemoteError, RemoteErrorKind, State, Value,
    import_form_error,
};

use super::group::{Group, Session, around, describe, is_live, look, regions_of};
use super::plan::protection;
use super::steps::{Way, remove};
use super::{KmsKey, KmsKeyIdentity, KmsKeyModel, Rotation, aliases, answer, given, make};
use crate::operation::{Protected, incomplete, made_before};

const CREATE: &str = "failed to create the key";
const READ: &str = "failed to read the key";
const UPDATE: &str = "failed to update the key";
const DELETE: &str = "failed to delete the key";

impl Reconcile for KmsKey {
    type Remote = Aws;

    async fn create(ctx: &Ctx<Aws>, planned: Planned<KmsKeyModel>) -> Applied<KmsKeyModel> {
        let session = begin(ctx, &planned, CREATE).await?;
        let own = planned.tags.known().cloned().unwrap_or_default();
        let taken = taken(&session, &planned).await?;
        // Only now, for an error in between would end an attempt of an earlier process whose outcome nobody knows yet.
        let attempt = session.attempt::<Self>(ctx, &planned);
        let tags = session.aws.tags().for_create(&own, &attempt);
        let made = made_before(&session, CREATE, || make::made_by(&session, &attempt)).await?;
        let made = match (made, taken) {
            (Some(made), _) => made,
            (None, Some(region)) => return Err(aliases::taken(CREATE, &region, text(&planned.alias))),
            (None, None) => make::make(&session, CREATE, &planned, (&tags, &attempt)).await?,
        };
        let (key_id, region) = (made.key_id().to_owned(), session.region.clone());
        let named = KmsKeyModel {
            id: Id::new(format!("{region}/{key_id}")).into(),
            key_id: key_id.clone().into(),
            primary_region: region.clone().into(),
            ..planned.into_inner()
        };
        let arn = made.arn().unwrap_or_default().to_owned();
        // Nothing else of it is there yet; which alias it is given has to be known from now on.
        let bare = KmsKeyModel {
            regions: vec![region.clone()].into(),
            rotation: Rotation::new().enabled(false).period_days(365).into(),
            ..named.clone()
        };
        let bare = answer::with_arns(bare, &arn);
        ctx.record(&State::new(bare.clone()));
        make::visible(&session, CREATE, &key_id).await.map_err(incomplete)?;
        let given = given::aliases(ctx, [&named]);
        let way = Way { doing: CREATE, prior: &bare, planned: &named, tags: &tags, given: &given };
        carry_out(ctx, &session, &way).await.map_err(incomplete)
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<KmsKeyModel>,
    ) -> Result<Option<State<KmsKeyModel>>, RemoteError> {
        let session = begin(ctx, &prior, READ).await?;
        given::remember(ctx, &given::aliases(ctx, [&prior]));
        let group = look_at(&session, READ, &prior).await?;
        Ok(group.map(|group| State::new(answer::model(&group, session.aws.tags(), &prior))))
    }

    async fn update(ctx: &Ctx<Aws>, change: Change<KmsKeyModel>) -> Applied<KmsKeyModel> {
        let Change { prior, planned } = change;
        let session = begin(ctx, &prior, UPDATE).await?;
        let own = planned.tags.known().cloned().unwrap_or_default();
        // Keys of new regions belong to the same group, whichever attempt made it.
        let tags = session.aws.tags().for_create(&own, &Nonce::new(text(&prior.key_id)));
        let planned =
            KmsKeyModel { id: prior.id.clone(), key_id: prior.key_id.clone(), ..planned.into_inner() };
        let given = given::aliases(ctx, [&prior, &planned]);
        let way = Way { doing: UPDATE, prior: &prior, planned: &planned, tags: &tags, given: &given };
        carry_out(ctx, &session, &way).await
    }

    async fn delete(ctx: &Ctx<Aws>, state: State<KmsKeyModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&state), DELETE)?;
        let session = begin(ctx, &state, DELETE).await?;
        let Some(group) = look_at(&session, DELETE, &state).await? else { return Ok(()) };
        let given = given::aliases(ctx, [&state]);
        // Replicas first: AWS does not begin with the primary before.
        let replicas = group.members.iter().filter(|(region, _)| **region != group.primary);
        let primary = group.members.get_key_value(&group.primary);
        for (region, member) in replicas.chain(primary) {
            let there = session.with_in(region.clone()).await?;
            remove(&there, DELETE, (member, &state), &given).await?;
        }
        Ok(())
    }
}

impl Import for KmsKey {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("us-east-1/mrk-1234abcd12ab34cd56ef1234567890ab", "a region that has the key, and its id"),
        ("us-east-1/alias/main", "a region that has the key, and its alias"),
        ("alias/main", "alias of a key in the provider's region"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<KmsKeyModel>, RemoteError> {
        let (region, key) = match id.split_once('/').map(|(region, key)| (region.parse::<Region>(), key)) {
            Some((Ok(region), key)) => (region, key),
            Some((Err(_), _)) | None => (ctx.remote().default_region().await?, id),
        };
        let names = ["mrk-", "alias/"];
        if !names.iter().any(|name| key.len() > name.len() && key.starts_with(name)) {
            let error = import_form_error(id, Self::FORMS);
            return Err(
                RemoteError::new(RemoteErrorKind::Invalid, "invalid import id").with_detail(error.detail)
            );
        }
        let session = Session::begin_in(ctx, region).await?;
        let metadata = describe(&session, READ, key).await?.filter(is_live);
        let group = match &metadata {
            Some(metadata) => around(&session, READ, (metadata, &[])).await?,
            None => None,
        };
        let Some(group) = group else {
            return Err(RemoteError::new(RemoteErrorKind::NotFound, "failed to find the key").with_detail(
                format!(
                    "There is no multi-region key {key:?} in {}, it is pending deletion, or the credentials do not see it. \
                     A key of a single region cannot be taken over: AWS cannot make it a multi-region key.",
                    session.region
                ),
            ));
        };
        let model = answer::found(&group, &session.region, session.aws.tags());
        let asked = key.strip_prefix("alias/").map(str::to_owned);
        Ok(State::new(KmsKeyModel { alias: asked.map_or(model.alias, Value::Known), ..model }))
    }

    fn import_id(identity: &KmsKeyIdentity) -> String {
        identity.import_id()
    }
}

/// Begins an operation in the region of the primary.
async fn begin<'a>(ctx: &'a Ctx<Aws>, key: &KmsKeyModel, doing: &str) -> Result<Session<'a>, RemoteError> {
    let region = regions_of(key).into_iter().next().ok_or_else(|| {
        RemoteError::new(RemoteErrorKind::Invalid, doing)
            .with_detail("The key has no region. Set \"regions\".")
    })?;
    Session::begin_in(ctx, region).await
}

async fn look_at(
    session: &Session<'_>,
    doing: &str,
    key: &KmsKeyModel,
) -> Result<Option<Group>, RemoteError> {
    look(session, doing, text(&key.key_id), (&regions_of(key), &[])).await
}

/// Goes the way, and tells what there is afterwards. If it ends before, what there is by then is recorded.
async fn carry_out(ctx: &Ctx<Aws>, session: &Session<'_>, way: &Way<'_>) -> Applied<KmsKeyModel> {
    given::remember(ctx, way.given);
    let Err(error) = way.go(session).await else {
        given::remember(ctx, &way.planned.alias.known().cloned().into_iter().collect());
        let arn = text(&way.prior.arn);
        return Ok(State::new(answer::with_arns(way.planned.clone(), arn)));
    };
    let places = (&*regions_of(way.prior), way.regions());
    if let Ok(Some(group)) = look(session, way.doing, text(&way.prior.key_id), places).await {
        let alias = if way.prior.alias.is_set() { &way.prior.alias } else { &way.planned.alias };
        let reference = KmsKeyModel { id: way.planned.id.clone(), alias: alias.clone(), ..way.prior.clone() };
        ctx.record(&State::new(answer::model(&group, session.aws.tags(), &reference)));
    }
    Err(error)
}

/// A region where the alias leads to a key already.
async fn taken(session: &Session<'_>, planned: &KmsKeyModel) -> Result<Option<Region>, RemoteError> {
    for region in regions_of(planned) {
        let there = session.with_in(region.clone()).await?;
        if aliases::target(&there, CREATE, text(&planned.alias)).await?.is_some() {
            return Ok(Some(region));
        }
    }
    Ok(None)
}

fn text(value: &Value<String>) -> &str {
    value.known().map_or("", String::as_str)
}

//! How `sparki_eks_pod_identity` talks to AWS.

use aws_sdk_eks::types::PodIdentityAssociation;
use sparki_aws::{Aws, AwsError, Consistency, Nonce, Region};
use sparki_core::{Applied, Change, Ctx, Import, Planned, Reconcile, RemoteError, RemoteErrorKind, State};

use super::look::{Account, describe, find, found, state};
use super::plan::protection;
use super::{EksPodIdentity, EksPodIdentityIdentity, EksPodIdentityModel, requests};
use crate::eks::Session;
use crate::operation::{ImportId, Protected, Unanswered, known_tags, own_tags};

const CREATE: &str = "failed to create the pod identity";
const READ: &str = "failed to read the pod identity";
const UPDATE: &str = "failed to update the pod identity";
const DELETE: &str = "failed to delete the pod identity";

impl Reconcile for EksPodIdentity {
    type Remote = Aws;

    async fn create(ctx: &Ctx<Aws>, planned: Planned<EksPodIdentityModel>) -> Applied<EksPodIdentityModel> {
        let session = Session::begin(ctx, &planned.region).await?;
        let own = planned.tags.known().cloned().unwrap_or_default();
        let attempt = session.attempt::<Self>(ctx, &planned);
        let request = requests::create(&planned, session.aws.tags().for_create(&own, &attempt), &attempt);
        let send = || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
        let made = match session.send(Consistency::Free, CREATE, send).await? {
            Ok(answer) => answer.association,
            Err(error) => {
                let unanswered = Unanswered { doing: CREATE, attempt: &attempt, error: &error };
                let (look, tags) = (find(&session, account(&planned)), PodIdentityAssociation::tags);
                let taken = || taken(&session.region, account(&planned));
                Some(unanswered.adopt(look, tags, taken).await?)
            }
        };
        let made = made.ok_or_else(|| {
            RemoteError::new(RemoteErrorKind::Garbled, CREATE)
                .with_detail("AWS's answer has no association in it.")
                .with_maybe_applied(true)
        })?;
        Ok(state(&session, &made, &planned))
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<EksPodIdentityModel>,
    ) -> Result<Option<State<EksPodIdentityModel>>, RemoteError> {
        let session = Session::begin(ctx, &prior.region).await?;
        let association = look(&session, &prior).await.map_err(|error| error.reading(READ))?;
        Ok(association.map(|association| state(&session, &association, &prior)))
    }

    async fn update(ctx: &Ctx<Aws>, change: Change<EksPodIdentityModel>) -> Applied<EksPodIdentityModel> {
        let Change { prior, planned } = change;
        let session = Session::begin(ctx, &prior.region).await?;
        let there = || async {
            look(&session, &prior).await.map_err(|error| error.reading(UPDATE))?.ok_or_else(|| {
                RemoteError::new(RemoteErrorKind::NotFound, UPDATE).with_detail(
                    "The association is gone; something else removed it. Plan again to make it anew.",
                )
            })
        };
        let association = there().await?;
        let (before, own) = (known_tags(&prior.tags, &prior.tags_all), own_tags(&planned.tags));
        let tags = session.aws.tags().change(association.tags(), &before, &own);
        if !tags.is_empty() {
            session.tag(UPDATE, association.association_arn().unwrap_or_default(), tags).await?;
            ctx.record(&state(&session, &there().await?, &prior));
        }
        if let Some(request) = requests::update(&prior, &planned) {
            let token = Nonce::random();
            let send = || async {
                let request = request.clone().client_request_token(token.as_str());
                request.send_with(&session.client).await.map_err(AwsError::from)
            };
            session.change(Consistency::Free, UPDATE, send).await?;
        }
        Ok(state(&session, &there().await?, &planned))
    }

    async fn delete(ctx: &Ctx<Aws>, prior: State<EksPodIdentityModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&prior), DELETE)?;
        let session = Session::begin(ctx, &prior.region).await?;
        let [cluster, ..] = account(&prior);
        let id = prior.association_id.known().map_or("", String::as_str);
        let send = || async {
            let request = session.client.delete_pod_identity_association();
            request.cluster_name(cluster).association_id(id).send().await.map_err(AwsError::from)
        };
        session.remove(Consistency::Free, DELETE, send).await
    }
}

impl Import for EksPodIdentity {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("us-east-1/main/web/shop", "region, cluster, namespace and service account"),
        ("main/web/shop", "cluster, namespace and service account in the provider's region"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<EksPodIdentityModel>, RemoteError> {
        let id = ImportId::<3>::parse(id, Self::FORMS)?;
        let session = Session::begin_in(ctx, id.region(ctx.remote()).await?).await?;
        let [cluster, namespace, name] = &id.names;
        let association = find(&session, [cluster, namespace, name]).await;
        let Some(association) = association.map_err(|error| error.reading(READ))? else {
            return Err(RemoteError::new(RemoteErrorKind::NotFound, "failed to find the pod identity")
                .with_detail(format!(
                    "The service account {namespace}/{name} has no association in a cluster {cluster:?} in {}, or the \
                     credentials do not see it.",
                    session.region
                )));
        };
        Ok(found(&session, &association))
    }

    fn import_id(identity: &EksPodIdentityIdentity) -> String {
        identity.import_id()
    }
}

/// The names in a plan or state, where they are never missing.
fn account(association: &EksPodIdentityModel) -> Account<'_> {
    [&association.cluster_name, &association.namespace, &association.service_account]
        .map(|name| name.known().map_or("", String::as_str))
}

/// Looks at the association that is in the state.
async fn look(
    session: &Session<'_>,
    prior: &EksPodIdentityModel,
) -> Result<Option<PodIdentityAssociation>, AwsError> {
    let [cluster, ..] = account(prior);
    describe(session, (cluster, prior.association_id.known().map_or("", String::as_str))).await
}

/// What to do about an association of the same service account that something else made.
fn taken(region: &Region, [cluster, namespace, name]: Account<'_>) -> String {
    format!(
        "The service account has a role already, which this run did not give it. If an add-on owns the association, set \
         the role in \"pod_identities\" of the add-on. Else take it under management: terraform import <address> \
         {region}/{cluster}/{namespace}/{name}"
    )
}

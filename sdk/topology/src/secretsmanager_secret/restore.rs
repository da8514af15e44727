//! Takes back the deletion of a secret.

use std::collections::BTreeMap;

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use sparki_aws::{AwsError, Consistency, OWN_PREFIX, Tags};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::look::{Session, tags_of};
use super::{SecretsmanagerSecretModel, requests};

/// Takes back the deletion of a secret, if that is wanted and the secret is Sparki's.
pub(super) async fn restore(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    (planned, pending): (&SecretsmanagerSecretModel, &DescribeSecretOutput),
) -> Result<(), RemoteError> {
    let is_sparkis = Tags::are_sparkis(Some(&tags_of(pending)));
    if planned.restore.known() != Some(&true) || !is_sparkis {
        let by_sparki = if is_sparkis {
            "Sparki made it: set \"restore\" to true to have it back, with the value that is planned here. Or "
        } else {
            "Sparki did not make it. "
        };
        return Err(in_the_way(session, (doing, name), by_sparki));
    }
    let send =
        || async { session.client.restore_secret().secret_id(name).send().await.map_err(AwsError::from) };
    session.change(Consistency::Free, doing, send).await.map(|_| ())
}

/// Gives a restored secret the mark of the attempt, of all `tags` of a new one: AWS takes no tags before, and a later process
/// finds the secret by this.
pub(super) async fn mark(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    tags: &BTreeMap<String, String>,
) -> Result<(), RemoteError> {
    let mark = tags.iter().filter(|(key, _)| key.starts_with(OWN_PREFIX));
    let mark: BTreeMap<_, _> = mark.map(|(key, value)| (key.clone(), value.clone())).collect();
    let send = || async {
        let request = session.client.tag_resource().secret_id(name);
        let request = request.set_tags(Some(requests::wire_tags(&mark)));
        request.send().await.map_err(AwsError::from)
    };
    session.change_new(doing, send).await.map(|_| ())
}

/// What to do about a secret that waits for its deletion and is not restored.
fn in_the_way(session: &Session<'_>, (doing, name): (&str, &str), by_sparki: &str) -> RemoteError {
    let region = &session.region;
    RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(format!(
        "A secret of this name waits for its deletion in {region}, and AWS keeps the name for it until then. {by_sparki}\
         restore it (aws secretsmanager restore-secret --region {region} --secret-id {name}) and take it under \
         management (terraform import <address> {region}/{name}), delete it at once (aws secretsmanager delete-secret \
         --region {region} --secret-id {name} --force-delete-without-recovery), or choose another name."
    ))
}

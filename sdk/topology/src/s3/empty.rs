//! Empties a bucket, versions and the marks of removed objects included.

use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use sparki_aws::{AwsError, Consistency};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::Session;

/// The most that S3 lists, and removes, at once.
const BATCH: i32 = 1000;

/// Removes everything from a bucket, a batch at a time, and tells how much that was. There is no way back.
pub(super) async fn empty(session: &Session<'_>, (doing, name): (&str, &str)) -> Result<usize, RemoteError> {
    let mut removed = 0;
    loop {
        // What was listed is gone afterwards, so each batch is the first one.
        let batch = versions(session, (doing, name), BATCH).await?;
        if batch.is_empty() {
            return Ok(removed);
        }
        let objects = Delete::builder().set_objects(Some(batch.clone())).quiet(true);
        let objects = objects.build().expect("the objects are set");
        let send = || async {
            let request = session.client.delete_objects().bucket(name).delete(objects.clone());
            request.send().await.map_err(AwsError::from)
        };
        let answer = session.send(Consistency::Free, doing, send).await?;
        let answer = answer.map_err(|error| error.changing(doing))?;
        if let [refused, ..] = answer.errors() {
            return Err(RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(format!(
                "{removed} objects and versions were removed. S3 refuses to remove {} of the next {}, such as {:?}: {} \
                 ({}). What is locked or held stays until the lock ends.",
                answer.errors().len(),
                batch.len(),
                refused.key().unwrap_or_default(),
                refused.message().unwrap_or("it gives no reason").trim_end_matches('.'),
                refused.code().unwrap_or("no code"),
            )));
        }
        removed += batch.len();
        tracing::info!(bucket = name, removed, "objects and versions removed from the bucket");
    }
}

/// What is in a bucket: up to so many objects, versions and marks.
pub(super) async fn versions(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    most: i32,
) -> Result<Vec<ObjectIdentifier>, RemoteError> {
    let send = || async {
        let request = session.client.list_object_versions().bucket(name).max_keys(most);
        request.send().await.map_err(AwsError::from)
    };
    let answer = match session.send(Consistency::Propagation, doing, send).await? {
        Ok(answer) => answer,
        Err(error) if error.is_not_found() => return Ok(Vec::new()),
        Err(error) => return Err(error.reading(doing)),
    };
    let versions = answer.versions.unwrap_or_default().into_iter().map(|it| (it.key, it.version_id));
    let marks = answer.delete_markers.unwrap_or_default().into_iter().map(|it| (it.key, it.version_id));
    let identified = versions.chain(marks).filter_map(|(key, version)| {
        ObjectIdentifier::builder().set_key(key).set_version_id(version).build().ok()
    });
    Ok(identified.collect())
}

//! Whose buckets these are.

use sparki_aws::{AwsError, Consistency};
use sparki_core::RemoteError;

use super::Session;

/// The account of the credentials. Names and ARNs of buckets do not tell it.
pub(crate) async fn account_id(session: &Session<'_>, doing: &str) -> Result<Option<String>, RemoteError> {
    let sts = session.with::<aws_sdk_sts::Client>().await?;
    let send = || async { sts.client.get_caller_identity().send().await.map_err(AwsError::from) };
    let answer = sts.send(Consistency::Propagation, doing, send).await?;
    Ok(answer.map_err(|error| error.reading(doing))?.account)
}

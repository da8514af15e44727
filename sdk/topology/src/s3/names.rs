//! The names of the buckets in a region, page by page.

use sparki_aws::AwsError;
use sparki_core::RemoteError;

use super::Session;
use crate::operation::Pages;

/// The most buckets that are asked for at once, of the 10000 that S3's reference of `ListBuckets` allows.
const LARGEST_PAGE: u64 = 1000;

/// A list of names of which some may still have to be asked for.
#[derive(Debug)]
pub(crate) struct Names {
    pages: Pages,
}

impl Names {
    /// A list of which nothing has been asked for.
    pub(crate) fn new() -> Self {
        Self { pages: Pages::new() }
    }

    /// The next names with this prefix, which may be none at all; `None` after the last ones. `left` is how many are still
    /// wanted.
    pub(crate) async fn next(
        &mut self,
        session: &Session<'_>,
        (doing, prefix): (&str, Option<&String>),
        left: Option<u64>,
    ) -> Result<Option<Vec<String>>, RemoteError> {
        let (client, region) = (&session.client, &session.region);
        let size = left.unwrap_or(LARGEST_PAGE).clamp(1, LARGEST_PAGE);
        let size = i32::try_from(size).expect("a page has up to 1000 names");
        let send = |token| async move {
            let request = client.list_buckets().bucket_region(region.as_str()).max_buckets(size);
            let request = request.set_prefix(prefix.cloned()).set_continuation_token(token);
            let answer = request.send().await.map_err(AwsError::from)?;
            Ok::<_, AwsError>((answer.buckets, answer.continuation_token))
        };
        let page = self.pages.next(session, doing, send).await?;
        Ok(page.map(|page| page.into_iter().filter_map(|bucket| bucket.name).collect()))
    }
}

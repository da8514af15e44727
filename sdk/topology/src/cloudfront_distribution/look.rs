//! What there is to see of a distribution.

use aws_sdk_cloudfront::types::{Distribution, DistributionSummary};
use sparki_aws::{AwsError, Nonce, Region, Tags};
use sparki_core::{Ctx, RemoteError, RemoteErrorKind};

use super::{Session, tags};
use crate::operation::Pages;

/// The most distributions that CloudFront tells at once, as its reference of `ListDistributions` says.
const LARGEST_PAGE: u64 = 100;

/// Begins an operation. CloudFront has one endpoint for all regions, so any region will do.
pub(super) async fn begin(ctx: &Ctx<sparki_aws::Aws>) -> Result<Session<'_>, RemoteError> {
    let region = match ctx.remote().default_region().await {
        Ok(region) => region,
        Err(_) => "us-east-1".parse::<Region>().map_err(|error| {
            RemoteError::new(RemoteErrorKind::Invalid, "failed to choose an AWS region")
                .with_detail(error.to_string())
        })?,
    };
    Session::begin_in(ctx, region).await
}

/// The id in what an import is given: an id or an ARN.
pub(super) fn id_in(text: &str) -> Option<&str> {
    let id = match text.strip_prefix("arn:") {
        Some(arn) => arn.split_once(":distribution/").map(|(_, id)| id)?,
        None => text,
    };
    (!id.is_empty() && id.chars().all(|letter| letter.is_ascii_alphanumeric())).then_some(id)
}

/// Looks at a distribution; with it comes the tag that a change of it has to name. `None` if it does not exist.
pub(super) async fn describe(
    session: &Session<'_>,
    id: &str,
) -> Result<Option<(Distribution, String)>, AwsError> {
    match session.client.get_distribution().id(id).send().await.map_err(AwsError::from) {
        Ok(answer) => {
            let etag = answer.e_tag.unwrap_or_default();
            Ok(answer.distribution.map(|distribution| (distribution, etag)))
        }
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Distributions of which some may still have to be asked for.
pub(super) struct Summaries {
    pages: Pages,
}

impl Summaries {
    /// A list of which nothing has been asked for.
    pub(super) fn new() -> Self {
        Self { pages: Pages::new() }
    }

    /// The next distributions; `None` after the last ones. `left` is how many are still wanted.
    pub(super) async fn next(
        &mut self,
        session: &Session<'_>,
        doing: &str,
        left: Option<u64>,
    ) -> Result<Option<Vec<DistributionSummary>>, RemoteError> {
        let client = &session.client;
        let size = left.unwrap_or(LARGEST_PAGE).clamp(1, LARGEST_PAGE);
        let size = i32::try_from(size).expect("a page has up to 100 distributions");
        let send = |marker| async move {
            let request = client.list_distributions().max_items(size).set_marker(marker);
            let list = request.send().await.map_err(AwsError::from)?.distribution_list;
            let (items, marker) = list.map(|list| (list.items, list.next_marker)).unwrap_or_default();
            Ok::<_, AwsError>((items, marker))
        };
        self.pages.next(session, doing, send).await
    }
}

/// The id of the distribution that an attempt has made, which its mark among the tags tells. CloudFront does not say it with
/// the refusal to make another one.
pub(super) async fn made_by(
    session: &Session<'_>,
    doing: &str,
    attempt: &Nonce,
) -> Result<Option<String>, RemoteError> {
    let mut summaries = Summaries::new();
    while let Some(page) = summaries.next(session, doing, None).await? {
        for summary in page {
            let tags = tags::read(session, summary.arn()).await.map_err(|error| error.reading(doing))?;
            if Tags::made_by(Some(&tags), attempt) {
                return Ok(Some(summary.id));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_is_named_by_its_id_or_its_arn() {
        assert_eq!(id_in("E1"), Some("E1"));
        assert_eq!(id_in("arn:aws:cloudfront::123456789012:distribution/E1"), Some("E1"));
        for text in ["", "us-east-1/E1", "arn:aws:s3:::logs", "arn:aws:cloudfront::1:distribution/"] {
            assert_eq!(id_in(text), None, "{text}");
        }
    }
}

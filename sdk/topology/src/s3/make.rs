//! Makes a bucket.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, ObjectOwnership as WireOwnership,
};
use sparki_aws::{AwsError, Class, Consistency, Nonce, Seen, Tags};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::settings::ObjectOwnership;
use super::{Session, look, tags};

/// The region that has to be left out when a bucket is made there.
const UNNAMED: &str = "us-east-1";

/// Who makes a bucket, and what for.
pub(crate) struct Maker<'a> {
    /// What is being done: "failed to create the bucket".
    pub(crate) doing: &'a str,
    pub(crate) mark: Mark<'a>,
    /// The tags of the bucket, with its mark.
    pub(crate) tags: &'a BTreeMap<String, String>,
    /// What to do if the bucket is there and somebody else's.
    pub(crate) taken: &'a str,
}

/// By which of its tags a bucket that is there already is ours.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mark<'a> {
    /// It was made by this attempt.
    Attempt(&'a Nonce),
    /// It was made for the object with this ARN, in whichever attempt.
    PartOf(&'a str),
}

impl Mark<'_> {
    fn is_on(self, tags: &HashMap<String, String>) -> bool {
        match self {
            Self::Attempt(attempt) => Tags::made_by(Some(tags), attempt),
            Self::PartOf(arn) => is_part_of(tags, arn),
        }
    }
}

/// Key of the tag that names what an object belongs to, by ARN.
pub(crate) const PART_OF: &str = "sparki:part-of";

/// Key of the tag that tells what an object is for, where its own kind does not.
pub(crate) const KIND: &str = "sparki:kind";

/// Whether an object with these tags was made by Sparki for the object with this ARN.
pub(crate) fn is_part_of(tags: &HashMap<String, String>, arn: &str) -> bool {
    Tags::are_sparkis(Some(tags)) && tags.get(PART_OF).is_some_and(|whole| whole == arn)
}

/// Makes a bucket, or takes up what this very attempt has made.
///
/// AWS takes the tags together with the name, so a bucket whose answer was lost bears the mark of the attempt. Where an
/// endpoint does not take them, as stand-ins do not, a bucket without any tags is ours if there was none a moment before.
/// In us-east-1 AWS answers well to whoever makes a bucket that they own already; hence the look before and after.
pub(crate) async fn make(
    session: &Session<'_>,
    name: &str,
    ownership: ObjectOwnership,
    maker: &Maker<'_>,
) -> Result<(), RemoteError> {
    let Maker { doing, mark, tags: wanted, .. } = maker;
    // What cannot be seen is somebody else's, or in another region. AWS says so when the bucket is asked for.
    let before = look::is_there(session, name).await;
    if matches!(before, Ok(true)) {
        let found = tags::tags(session, name).await.map_err(|error| error.reading(*doing))?;
        return match found {
            Some(found) if mark.is_on(&found) => Ok(()),
            Some(_) | None => Err(taken(maker)),
        };
    }
    let configuration = configuration(session.region.as_str(), wanted);
    let send = || async {
        let request = session.client.create_bucket().bucket(name);
        let request = request.create_bucket_configuration(configuration.clone());
        let request = request.object_ownership(WireOwnership::from(ownership.as_str()));
        request.send().await.map(|_| ()).map_err(AwsError::from)
    };
    let answer = session.send(Consistency::Free, doing, send).await?;
    if let Err(error) = &answer
        && error.class() != Class::Conflict
        && !error.maybe_applied()
    {
        return Err(error.changing(*doing));
    }
    let found = match (shown(session, doing, name).await, answer) {
        (Ok(found), _) => found,
        // Of a bucket that is somebody else's no more is to be seen.
        (Err(_), Err(error)) => return Err(error.changing(*doing)),
        (Err(error), Ok(())) => return Err(error.with_maybe_applied(true)),
    };
    if mark.is_on(&found) {
        return Ok(());
    }
    // Where nobody could see whether there was one, one without tags may be anybody's.
    if !found.is_empty() || before.is_err() {
        return Err(taken(maker));
    }
    let marked = tags::replace(session, (doing, name), wanted).await;
    marked.map_err(|error| error.with_maybe_applied(true))
}

/// The tags of a bucket that was just made, once it shows.
async fn shown(
    session: &Session<'_>,
    doing: &str,
    name: &str,
) -> Result<HashMap<String, String>, RemoteError> {
    let look = || async { Ok(tags::tags(session, name).await?.map_or(Seen::Missing, Seen::Reached)) };
    session.wait(doing, Duration::ZERO, look).await
}

fn taken(maker: &Maker<'_>) -> RemoteError {
    RemoteError::new(RemoteErrorKind::Conflict, maker.doing).with_detail(maker.taken)
}

fn configuration(region: &str, tags: &BTreeMap<String, String>) -> CreateBucketConfiguration {
    let place = (region != UNNAMED).then(|| BucketLocationConstraint::from(region));
    let configuration = CreateBucketConfiguration::builder().set_location_constraint(place);
    configuration.set_tags(Some(tags::wire(tags))).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_region_has_to_be_left_out() {
        let check = |region| {
            let made = configuration(region, &BTreeMap::from([("team".to_owned(), "core".to_owned())]));
            assert_eq!(made.tags().len(), 1);
            made.location_constraint().map(|place| place.as_str().to_owned())
        };
        assert_eq!(check("us-east-1"), None);
        assert_eq!(check("eu-west-1").as_deref(), Some("eu-west-1"));
    }
}

//! Which availability zones a VPC is in, where the practitioner does not say.

use aws_sdk_ec2::types::AvailabilityZone;
use sparki_aws::{AwsError, Consistency};
use sparki_core::{Path, RemoteError, RemoteErrorKind};

use super::VpcModel;
use crate::ec2::{Session, filter};
use crate::eks::WITHOUT_CONTROL_PLANE;

/// The zones of a plan; those that it leaves open are chosen, after those that there are already.
pub(super) async fn settled(
    session: &Session<'_>,
    doing: &str,
    (planned, prior): (&VpcModel, &[String]),
) -> Result<Vec<String>, RemoteError> {
    if let Some(zones) = planned.availability_zones.known() {
        return Ok(zones.clone());
    }
    let count = planned.availability_zone_count.known().copied().unwrap_or_default();
    let count = usize::try_from(count).unwrap_or_default();
    let zones = known(session, doing).await?;
    choose(&zones, count, prior).ok_or_else(|| {
        RemoteError::new(RemoteErrorKind::Invalid, doing).with_attribute(
            Path::attribute("availability_zone_count"),
            format!(
                "The region {} has fewer than {count} availability zones that EKS can use. Set a smaller number, or name \
                 the zones in \"availability_zones\".",
                session.region
            ),
        )
    })
}

/// The zones of the region that the account can use.
pub(super) async fn known(session: &Session<'_>, doing: &str) -> Result<Vec<AvailabilityZone>, RemoteError> {
    let send = || async {
        let request = session.client.describe_availability_zones();
        let request = request.filters(filter("state", "available"));
        request.filters(filter("zone-type", "availability-zone")).send().await.map_err(AwsError::from)
    };
    let answer = session.send(Consistency::Propagation, doing, send).await?;
    Ok(answer.map_err(|error| error.reading(doing))?.availability_zones.unwrap_or_default())
}

/// So many zones: those that there are, then the first ones of the region.
pub(super) fn choose(zones: &[AvailabilityZone], count: usize, there: &[String]) -> Option<Vec<String>> {
    let fits =
        |zone: &&AvailabilityZone| !zone.zone_id().is_some_and(|id| WITHOUT_CONTROL_PLANE.contains(&id));
    let mut others: Vec<_> = zones.iter().filter(fits).filter_map(|zone| zone.zone_name()).collect();
    others.sort_unstable();
    others.retain(|zone| there.iter().all(|known| known != zone));
    let all = there.iter().map(String::as_str).chain(others);
    let chosen: Vec<_> = all.take(count).map(str::to_owned).collect();
    (chosen.len() == count).then_some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zones() -> Vec<AvailabilityZone> {
        let zone = |letter: &str, id: &str| {
            AvailabilityZone::builder().zone_name(format!("us-east-1{letter}")).zone_id(id).build()
        };
        vec![zone("c", "use1-az1"), zone("a", "use1-az6"), zone("b", "use1-az3"), zone("d", "use1-az2")]
    }

    fn check(count: usize, there: &[&str]) -> Option<Vec<String>> {
        let there: Vec<_> = there.iter().map(|zone| (*zone).to_owned()).collect();
        choose(&zones(), count, &there)
    }

    #[test]
    fn zones_without_eks_are_not_chosen() {
        assert_eq!(check(3, &[]).unwrap(), ["us-east-1a", "us-east-1c", "us-east-1d"]);
        assert_eq!(check(4, &[]), None);
    }

    #[test]
    fn zones_that_there_are_stay_in_their_places() {
        assert_eq!(
            check(3, &["us-east-1d", "us-east-1b"]).unwrap(),
            ["us-east-1d", "us-east-1b", "us-east-1a"]
        );
    }
}

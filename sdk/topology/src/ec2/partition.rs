//! The partition of AWS that a region is in.

use sparki_aws::Region;

/// The second part of every ARN in the region.
pub(crate) fn partition_of(region: &Region) -> &'static str {
    let region = region.as_str();
    [("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("us-iso-", "aws-iso"), ("us-isob-", "aws-iso-b")]
        .into_iter()
        .find_map(|(prefix, partition)| region.starts_with(prefix).then_some(partition))
        .unwrap_or("aws")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_regions_are_in_the_partition_aws() {
        let check = |region: &str| partition_of(&region.parse().unwrap());
        assert_eq!(check("eu-central-1"), "aws");
        assert_eq!(check("cn-north-1"), "aws-cn");
        assert_eq!(check("us-gov-west-1"), "aws-us-gov");
    }
}

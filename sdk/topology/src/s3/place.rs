//! Where a bucket is: the parts of AWS's names that follow from the region.

use sparki_aws::Region;

/// The part of AWS that a region belongs to, as it stands in ARNs.
fn partition(region: &Region) -> &'static str {
    let of = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
    ];
    of.iter().find(|(prefix, _)| region.as_str().starts_with(prefix)).map_or("aws", |(_, name)| name)
}

/// The ARN of a bucket. It names neither region nor account: names are unique in the partition.
pub(crate) fn arn(region: &Region, name: &str) -> String {
    format!("arn:{}:s3:::{name}", partition(region))
}

/// The host name of a bucket in its region, by which CloudFront and others reach it.
pub(crate) fn regional_domain_name(region: &Region, name: &str) -> String {
    let suffix = match partition(region) {
        "aws-cn" => "amazonaws.com.cn",
        "aws-iso" => "c2s.ic.gov",
        "aws-iso-b" => "sc2s.sgov.gov",
        "aws-iso-f" => "csp.hci.ic.gov",
        "aws-iso-e" => "cloud.adc-e.uk",
        "aws-eusc" => "amazonaws.eu",
        _ => "amazonaws.com",
    };
    format!("{name}.s3.{region}.{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_named_after_the_partition_of_its_region() {
        let check = |region: &str| {
            let region = region.parse().unwrap();
            (arn(&region, "logs"), regional_domain_name(&region, "logs"))
        };
        assert_eq!(
            check("eu-west-1"),
            ("arn:aws:s3:::logs".into(), "logs.s3.eu-west-1.amazonaws.com".into())
        );
        assert_eq!(
            check("cn-north-1"),
            ("arn:aws-cn:s3:::logs".into(), "logs.s3.cn-north-1.amazonaws.com.cn".into())
        );
        assert_eq!(check("us-gov-west-1").0, "arn:aws-us-gov:s3:::logs");
    }
}

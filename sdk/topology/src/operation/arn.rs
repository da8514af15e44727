//! ARNs of the same object in several regions.

/// The ARN in another region, `arn:aws:kms:us-east-1:123456789012:key/mrk-1`, of an object whose ARN in one is known.
pub(crate) fn arn_in(arn: &str, region: &str) -> String {
    let part = |(place, part)| if place == 3 { region } else { part };
    arn.split(':').enumerate().map(part).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_is_the_fourth_part() {
        let name = "123456789012:secret:us-east-1-a1B2c3";
        let [arn, expected] =
            ["us-east-1", "eu-west-1"].map(|region| format!("arn:aws:secretsmanager:{region}:{name}"));
        assert_eq!(arn_in(&arn, "eu-west-1"), expected);
    }
}

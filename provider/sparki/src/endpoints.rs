//! From the provider block to the endpoints of AWS's services.

use std::collections::BTreeMap;

use sparki_aws::{Region, Service};
use sparki_core::Diagnostic;

use crate::configure::{Missing, settled};
use crate::{AwsModel, EndpointsModel};

type Endpoints = BTreeMap<Service, String>;

/// The endpoints for all regions.
pub(super) fn endpoints(aws: &AwsModel) -> Result<Endpoints, Missing> {
    let Some(endpoints) = settled(&aws.endpoints, "aws.endpoints")? else { return Ok(Endpoints::new()) };
    by_service(&endpoints, "aws.endpoints")
}

/// The endpoints of single regions.
pub(super) fn regional_endpoints(aws: &AwsModel) -> Result<BTreeMap<Region, Endpoints>, Missing> {
    let regions = settled(&aws.regional_endpoints, "aws.regional_endpoints")?.unwrap_or_default();
    let parsed = regions.into_iter().map(|(name, endpoints)| {
        let at = format!("aws.regional_endpoints[{name:?}]");
        let region = name.parse::<Region>().map_err(|error| {
            Missing::Refused(Diagnostic::error("Invalid value", format!("\"{at}\": the key {error}.")))
        })?;
        Ok((region, by_service(&endpoints, &at)?))
    });
    parsed.collect()
}

fn by_service(endpoints: &EndpointsModel, at: &str) -> Result<Endpoints, Missing> {
    let given = [
        (Service::CloudFront, &endpoints.cloudfront),
        (Service::DynamoDb, &endpoints.dynamodb),
        (Service::Ec2, &endpoints.ec2),
        (Service::Eks, &endpoints.eks),
        (Service::ElastiCache, &endpoints.elasticache),
        (Service::Elbv2, &endpoints.elasticloadbalancing),
        (Service::Iam, &endpoints.iam),
        (Service::Kms, &endpoints.kms),
        (Service::Rds, &endpoints.rds),
        (Service::S3, &endpoints.s3),
        (Service::SecretsManager, &endpoints.secretsmanager),
        (Service::ServiceQuotas, &endpoints.servicequotas),
        (Service::Sts, &endpoints.sts),
    ];
    let known = given.into_iter().map(|(service, endpoint)| {
        Ok(settled(endpoint, &format!("{at}.{service}"))?.map(|endpoint| (service, endpoint)))
    });
    known.filter_map(Result::transpose).collect()
}

#[cfg(test)]
mod tests {
    use sparki_core::{Model, Value};

    use super::*;

    #[test]
    fn endpoints_are_told_apart_by_service_and_region() {
        let of = |endpoint: &str| EndpointsModel::new().eks(endpoint);
        let aws = AwsModel::new()
            .endpoints(of("http://eks").sts("http://sts"))
            .regional_endpoints(BTreeMap::from([("eu-west-1".to_owned(), of("http://eks.eu-west-1"))]));
        let all = endpoints(&aws).unwrap_or_else(|_| panic!("they are known"));
        assert_eq!(all[&Service::Eks], "http://eks");
        assert_eq!(all[&Service::Sts], "http://sts");
        let regional = regional_endpoints(&aws).unwrap_or_else(|_| panic!("they are known"));
        let region: Region = "eu-west-1".parse().expect("it is a region");
        assert_eq!(regional[&region], Endpoints::from([(Service::Eks, "http://eks.eu-west-1".to_owned())]));
    }

    #[test]
    fn every_service_has_an_endpoint_to_set() {
        let names: Vec<_> =
            EndpointsModel::schema().attributes.iter().map(|attribute| attribute.name).collect();
        assert_eq!(names, Service::ALL.iter().map(|service| service.as_str()).collect::<Vec<_>>());
        let endpoints = EndpointsModel::new()
            .cloudfront("http://cloudfront")
            .dynamodb("http://dynamodb")
            .ec2("http://ec2")
            .eks("http://eks")
            .elasticache("http://elasticache")
            .elasticloadbalancing("http://elasticloadbalancing")
            .iam("http://iam")
            .kms("http://kms")
            .rds("http://rds")
            .s3("http://s3")
            .secretsmanager("http://secretsmanager")
            .servicequotas("http://servicequotas")
            .sts("http://sts");
        let set = by_service(&endpoints, "aws.endpoints").unwrap_or_else(|_| panic!("they are known"));
        let expected = Service::ALL.iter().map(|service| (*service, format!("http://{service}")));
        assert_eq!(set, expected.collect());
    }

    #[test]
    fn an_endpoint_that_is_not_known_yet_is_named() {
        let regions = BTreeMap::from([("eu-west-1".to_owned(), EndpointsModel::new().eks(Value::unknown()))]);
        match regional_endpoints(&AwsModel::new().regional_endpoints(regions)) {
            Err(Missing::Pending(reason)) => {
                let told = reason.to_string();
                assert!(told.contains("aws.regional_endpoints[\"eu-west-1\"].eks"), "{told}");
            }
            Ok(_) | Err(Missing::Refused(_)) => panic!("it has to wait"),
        }
    }
}

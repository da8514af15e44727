//! How to reach AWS.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::num::NonZeroU32;

use crate::{AssumeRole, Keys, Pace, Region};

/// How to reach AWS. What is left out comes from AWS's own sources: environment, configuration files, instance.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Region of resources that name none.
    pub region: Option<Region>,
    /// Profile in the AWS configuration files; by default `AWS_PROFILE`, then `default`.
    pub profile: Option<String>,
    /// Access key to use instead of the standard credential chain.
    pub keys: Option<Keys>,
    /// Role to take on with these credentials. Everything is then done as that role, in its account.
    pub assume_role: Option<AssumeRole>,
    /// Endpoint of every service, for stand-ins.
    pub endpoint_url: Option<String>,
    /// Endpoints of single services; they win over `endpoint_url`.
    pub endpoints: BTreeMap<Service, String>,
    /// Endpoints of single services in single regions; they win over `endpoints`. For a service that has one endpoint for all
    /// regions, the region that the resource is in counts.
    pub regional_endpoints: BTreeMap<Region, BTreeMap<Service, String>>,
    /// Tags for everything that is made. A resource's own tags win.
    pub default_tags: BTreeMap<String, String>,
    /// Accounts that may be touched; empty allows every account.
    pub allowed_account_ids: BTreeSet<String>,
    /// How often a request is sent before its failure counts, the first time included; by default what
    /// `AWS_MAX_ATTEMPTS` says, else 8.
    pub max_attempts: Option<NonZeroU32>,
    /// How fast time passes for what is waited for; other than 1 only with stand-ins.
    pub pace: Pace,
    /// What becomes of a plan that AWS would refuse.
    pub preflight: Preflight,
    /// The largest rise of an object's monthly cost, in USD, that a plan may bring without a warning. Nobody reckons it if it
    /// is not set.
    pub cost_warning_usd: Option<u32>,
}

impl Settings {
    /// The endpoint that was set for a service in a region: the one that says most. None leaves it to `endpoint_url`, and to
    /// AWS's own settings.
    pub(crate) fn endpoint(&self, service: Service, region: &Region) -> Option<&str> {
        let regional = self.regional_endpoints.get(region).and_then(|endpoints| endpoints.get(&service));
        regional.or_else(|| self.endpoints.get(&service)).map(String::as_str)
    }
}

/// What becomes of a plan that AWS would refuse, as far as that can be found out before it is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preflight {
    /// It is refused.
    #[default]
    Refuse,
    /// It is a warning.
    Warn,
    /// AWS is not asked.
    Off,
}

/// An AWS service that has a client here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Service {
    /// CloudFront, which has one endpoint for all regions.
    CloudFront,
    /// DynamoDB.
    DynamoDb,
    /// Elastic Compute Cloud, with its networks.
    Ec2,
    /// Elastic Kubernetes Service.
    Eks,
    /// ElastiCache.
    ElastiCache,
    /// Elastic Load Balancing.
    Elbv2,
    /// Identity and Access Management, which has one endpoint for all regions.
    Iam,
    /// Key Management Service.
    Kms,
    /// Relational Database Service.
    Rds,
    /// Simple Storage Service.
    S3,
    /// Secrets Manager.
    SecretsManager,
    /// Service Quotas: how much of each service an account may have.
    ServiceQuotas,
    /// Security Token Service.
    Sts,
}

impl Service {
    /// Every service, in the order of their names.
    pub const ALL: &[Self] = &[
        Self::CloudFront,
        Self::DynamoDb,
        Self::Ec2,
        Self::Eks,
        Self::ElastiCache,
        Self::Elbv2,
        Self::Iam,
        Self::Kms,
        Self::Rds,
        Self::S3,
        Self::SecretsManager,
        Self::ServiceQuotas,
        Self::Sts,
    ];

    /// The name as it stands in `endpoints` and in AWS's own host names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CloudFront => "cloudfront",
            Self::DynamoDb => "dynamodb",
            Self::Ec2 => "ec2",
            Self::Eks => "eks",
            Self::ElastiCache => "elasticache",
            Self::Elbv2 => "elasticloadbalancing",
            Self::Iam => "iam",
            Self::Kms => "kms",
            Self::Rds => "rds",
            Self::S3 => "s3",
            Self::SecretsManager => "secretsmanager",
            Self::ServiceQuotas => "servicequotas",
            Self::Sts => "sts",
        }
    }

    /// Whether it has one endpoint for all regions of a partition.
    pub(crate) fn is_global(self) -> bool {
        match self {
            Self::CloudFront | Self::Iam => true,
            Self::DynamoDb
            | Self::Ec2
            | Self::Eks
            | Self::ElastiCache
            | Self::Elbv2
            | Self::Kms
            | Self::Rds
            | Self::S3
            | Self::SecretsManager
            | Self::ServiceQuotas
            | Self::Sts => false,
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_that_says_most_wins() {
        let region = |name: &str| name.parse::<Region>().expect("it is a region");
        let settings = Settings {
            endpoint_url: Some("http://all".into()),
            endpoints: BTreeMap::from([(Service::Eks, "http://eks".into())]),
            regional_endpoints: BTreeMap::from([(
                region("eu-west-1"),
                BTreeMap::from([
                    (Service::Eks, "http://eks.eu-west-1".into()),
                    (Service::Rds, "http://rds.eu-west-1".into()),
                ]),
            )]),
            ..Settings::default()
        };
        let check = |service, name| {
            settings.endpoint(service, &region(name)).unwrap_or("whatever else is set").to_owned()
        };
        assert_eq!(check(Service::Eks, "eu-west-1"), "http://eks.eu-west-1");
        assert_eq!(check(Service::Eks, "us-east-1"), "http://eks");
        assert_eq!(check(Service::Rds, "eu-west-1"), "http://rds.eu-west-1");
        assert_eq!(check(Service::Rds, "us-east-1"), "whatever else is set");
    }
}

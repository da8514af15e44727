//! The services that are played here.

use std::fmt;

/// A service that is played here. All others are moto's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Service {
    /// Kubernetes clusters.
    Eks,
    /// Databases.
    Rds,
    /// Caches.
    ElastiCache,
    /// How much an account may have of every service.
    ServiceQuotas,
}

impl Service {
    pub(crate) const ALL: [Self; 4] = [Self::Eks, Self::Rds, Self::ElastiCache, Self::ServiceQuotas];

    /// Its name in signatures and ARNs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eks => "eks",
            Self::Rds => "rds",
            Self::ElastiCache => "elasticache",
            Self::ServiceQuotas => "servicequotas",
        }
    }

    /// The name of botocore's folder.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Eks | Self::Rds | Self::ElastiCache => self.as_str(),
            Self::ServiceQuotas => "service-quotas",
        }
    }

    /// The service of this name, if it is played here.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.as_str() == name)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

//! The database that is replicated.

use aws_sdk_rds::types::DbInstance;
use sparki_aws::Region;
use sparki_core::{RemoteError, RemoteErrorKind};

use crate::rds::Session;

/// How configuration names the database: by an identifier, or by an ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source<'a> {
    text: &'a str,
    region: Option<Region>,
    pub(super) identifier: &'a str,
}

impl<'a> Source<'a> {
    /// Reads `shop`, or `arn:aws:rds:us-west-2:123456789012:db:shop`.
    pub(super) fn read(text: &'a str) -> Self {
        let parts: Vec<_> = text.splitn(7, ':').collect();
        match parts[..] {
            ["arn", _, "rds", region, _, "db", identifier] => {
                Self { text, region: region.parse().ok(), identifier }
            }
            _ => Self { text, region: None, identifier: text },
        }
    }

    /// Whether it is in another region than a replica in this one.
    pub(super) fn is_abroad(&self, region: &Region) -> bool {
        self.region.as_ref().is_some_and(|own| own != region)
    }

    /// The name that RDS takes: an ARN for what is in another region, and wherever the replica has a subnet group of its
    /// own. None if that has to be looked up.
    pub(super) fn name_in(&self, region: &Region, subnet_group: Option<&str>) -> Option<&'a str> {
        let is_arn = self.text != self.identifier;
        match subnet_group {
            Some(_) => is_arn.then_some(self.text),
            None if self.is_abroad(region) => Some(self.text),
            None => Some(self.identifier),
        }
    }

    /// The same, looked up where it has to be.
    pub(super) async fn name(
        &self,
        session: &Session<'_>,
        doing: &str,
        subnet_group: Option<&str>,
    ) -> Result<String, RemoteError> {
        if let Some(name) = self.name_in(&session.region, subnet_group) {
            return Ok(name.to_owned());
        }
        let arn = self.look(session, doing).await?.and_then(|instance| instance.db_instance_arn);
        arn.ok_or_else(|| {
            RemoteError::new(RemoteErrorKind::NotFound, doing).with_detail(format!(
                "There is no instance {:?} in {}, or the credentials do not see it.",
                self.identifier, session.region
            ))
        })
    }

    /// Whether both mean the same database, for replicas in this region.
    pub(super) fn is(&self, other: &Self, region: &Region) -> bool {
        let of = |source: &Self| source.region.clone().unwrap_or_else(|| region.clone());
        self.identifier == other.identifier && of(self) == of(other)
    }

    /// Looks at the database; none if it does not exist, or not yet.
    pub(super) async fn look(
        &self,
        session: &Session<'_>,
        doing: &str,
    ) -> Result<Option<DbInstance>, RemoteError> {
        let region = self.region.clone().unwrap_or_else(|| session.region.clone());
        let session = session.with_in::<aws_sdk_rds::Client>(region).await?;
        session.instance(self.identifier).await.map_err(|error| error.reading(doing))
    }
}

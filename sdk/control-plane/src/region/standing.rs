//! Whether this region takes changes.

use crate::{
    database::Database,
    settings::{RegionRole, Settings},
};

/// The region this server is in.
#[derive(Debug)]
pub(crate) struct Region {
    name: String,
    /// What holds until the database names a primary.
    initial: Standing,
}

/// What a region does with changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    Primary,
    ReadOnly { primary_endpoint: String },
}

impl Region {
    pub(crate) fn new(settings: &Settings) -> Self {
        let initial = match &settings.region_role {
            RegionRole::Primary => Standing::Primary,
            RegionRole::ReadOnly { primary_endpoint } => {
                Standing::ReadOnly { primary_endpoint: primary_endpoint.clone() }
            }
        };
        Self { name: settings.region.clone(), initial }
    }

    /// Asked anew for every change: a failover takes effect at once.
    pub(crate) async fn standing(&self, database: &Database) -> Result<Standing, sqlx::Error> {
        let named: Option<(String, String)> = sqlx::query_as("SELECT name, endpoint FROM primary_region")
            .fetch_optional(database.reader())
            .await?;
        Ok(match named {
            None => self.initial.clone(),
            Some((name, _)) if name == self.name => Standing::Primary,
            Some((_, primary_endpoint)) => Standing::ReadOnly { primary_endpoint },
        })
    }
}

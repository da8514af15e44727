//! Everything there is.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::{
    calls::{Counts, Tokens},
    clock::{Agenda, Clock},
    eks::{Eks, Insights},
    elasticache::ElastiCache,
    faults::Faults,
    network::Network,
    rds::Rds,
    region::Region,
    roles::Roles,
    service::Service,
    service_quotas::Quotas,
    templates::Templates,
    world::{Ids, Listed, Object},
};

/// What holds from the beginning.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) account: String,
    pub(crate) seed: u64,
    pub(crate) time_scale: f64,
    pub(crate) origin: Timestamp,
}

/// Everything there is, of every service in every region, and the time.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) account: String,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) faults: Faults,
    pub(crate) counts: Counts,
    pub(crate) tokens: Tokens,
    pub(crate) network: Network,
    pub(crate) templates: Templates,
    pub(crate) roles: Roles,
    pub(crate) eks: Eks,
    pub(crate) rds: Rds,
    pub(crate) elasticache: ElastiCache,
    pub(crate) quotas: Quotas,
    pub(crate) insights: Insights,
    agenda: Agenda,
    now: Timestamp,
}

impl World {
    pub(crate) fn new(setting: &Setting) -> Self {
        Self {
            account: setting.account.clone(),
            clock: Clock::new(setting.origin, setting.time_scale),
            ids: Ids::new(setting.seed),
            faults: Faults::new(setting.seed),
            counts: Counts::default(),
            tokens: Tokens::default(),
            network: Network::default(),
            templates: Templates::default(),
            roles: Roles::default(),
            eks: Eks::default(),
            rds: Rds::default(),
            elasticache: ElastiCache::default(),
            quotas: Quotas::default(),
            insights: Insights::default(),
            agenda: Agenda::default(),
            now: setting.origin,
        }
    }

    /// The time of the request, or of the event, that is being dealt with.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// The same as a document has it.
    pub(crate) fn now_text(&self) -> String {
        self.now.to_string()
    }

    /// Lets everything happen that is due by now, each at its own time.
    pub(crate) fn settle(&mut self) {
        let now = self.clock.read();
        while let Some((due, event)) = self.agenda.take_due(now) {
            self.now = due;
            event(self);
        }
        self.now = now;
    }

    /// Lets something happen after so many seconds.
    pub(crate) fn after(&mut self, seconds: i64, event: impl FnOnce(&mut Self) + Send + 'static) {
        self.agenda.plan(self.now + SignedDuration::from_secs(seconds), event);
    }

    /// When something happens next, and how much is going to.
    pub(crate) fn ahead(&self) -> (Option<Timestamp>, usize) {
        (self.agenda.next(), self.agenda.len())
    }

    /// Makes the object that has this document from now on.
    pub(crate) fn object(&mut self, document: crate::document::Document) -> Object {
        Object { serial: self.ids.serial(), made_at: self.now, document }
    }

    /// Everything there is, in one form.
    pub(crate) fn objects(&self) -> Vec<Listed> {
        let each = Service::ALL.into_iter().flat_map(|service| match service {
            Service::Eks => self.eks.objects(),
            Service::Rds => self.rds.objects(),
            Service::ElastiCache => self.elasticache.objects(),
            Service::ServiceQuotas => Vec::new(),
        });
        each.collect()
    }

    /// The ids of the subnets and security groups in a region that something is in.
    pub(crate) fn network_parts(&self, region: &Region) -> BTreeSet<String> {
        let each = Service::ALL.into_iter().flat_map(|service| match service {
            Service::Eks => self.eks.network_parts(region),
            Service::Rds => self.rds.network_parts(region),
            Service::ElastiCache => self.elasticache.network_parts(region),
            Service::ServiceQuotas => Vec::new(),
        });
        each.collect()
    }

    /// How many objects there are of each kind.
    pub(crate) fn census(&self) -> BTreeMap<String, usize> {
        let mut census = BTreeMap::new();
        for object in self.objects() {
            *census.entry(format!("{}:{}", object.service, object.kind)).or_default() += 1;
        }
        census
    }
}

//! What a cluster costs.

use sparki_aws::Region;

use super::quota::nodes;
use super::{ElasticacheRedisModel, Engine};
use crate::cost::{Bill, Product, Rise};

/// What a plan makes of the cost.
pub(super) fn rise(
    region: &Region,
    prior: Option<&ElasticacheRedisModel>,
    planned: &ElasticacheRedisModel,
) -> Rise {
    let attribute = match prior {
        Some(prior) if prior.node_type != planned.node_type => "node_type",
        Some(prior) if prior.shards != planned.shards => "shards",
        Some(prior) if prior.replicas_per_shard != planned.replicas_per_shard => "replicas_per_shard",
        Some(_) | None => "node_type",
    };
    Rise {
        before: prior.map(|prior| bill(region, prior)),
        after: bill(region, planned),
        attribute,
        left_out: "snapshots, extended support, and what is sent between zones",
    }
}

/// The nodes of all shards.
pub(super) fn bill(region: &Region, cluster: &ElasticacheRedisModel) -> Bill {
    let Some(name) = cluster.node_type.known().cloned() else { return Bill::new() };
    let product = match cluster.engine.known() {
        Some(Engine::Valkey) => Product::ValkeyNode(name),
        Some(Engine::Redis) | None => Product::RedisNode(name),
    };
    Bill::new().with(region.as_str(), product, nodes(cluster))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(engine: Engine) -> ElasticacheRedisModel {
        ElasticacheRedisModel::new("sessions", std::collections::BTreeSet::new())
            .engine(engine)
            .node_type("cache.r6g.xlarge")
            .shards(3)
            .replicas_per_shard(1)
    }

    #[test]
    fn every_node_costs_and_those_of_valkey_a_fifth_less() {
        let region = "us-east-1".parse().expect("it is a region");
        assert_eq!(bill(&region, &cluster(Engine::Redis)).text(), "6 x cache.r6g.xlarge = 1800.18..1800.18");
        assert_eq!(bill(&region, &cluster(Engine::Valkey)).text(), "6 x cache.r6g.xlarge = 1440.14..1440.14");
    }

    #[test]
    fn the_attribute_that_changes_is_named() {
        let region = "us-east-1".parse().expect("it is a region");
        let prior = cluster(Engine::Redis);
        let check = |planned: &ElasticacheRedisModel| rise(&region, Some(&prior), planned).attribute;
        assert_eq!(check(&prior.clone().node_type("cache.r7g.xlarge")), "node_type");
        assert_eq!(check(&prior.clone().shards(4)), "shards");
        assert_eq!(check(&prior.clone().replicas_per_shard(2)), "replicas_per_shard");
    }
}

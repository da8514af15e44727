//! What a replica costs.

use aws_sdk_rds::types::DbInstance;
use sparki_aws::Region;
use sparki_core::Value;

use super::RdsReplicaModel;
use crate::cost::{Bill, Product, Rise};

/// What a plan makes of the cost. What it leaves to the source, the source says.
pub(super) fn rise(
    region: &Region,
    prior: Option<&RdsReplicaModel>,
    (planned, source): (&RdsReplicaModel, Option<&DbInstance>),
) -> Rise {
    let attribute = match prior {
        Some(prior) if prior.multi_az != planned.multi_az => "multi_az",
        Some(prior) if prior.instance_class == planned.instance_class => "storage_gib",
        Some(_) | None => "instance_class",
    };
    Rise {
        before: prior.map(|prior| bill(region, prior)),
        after: bill(region, &settled(planned, source)),
        attribute,
        left_out: "operations beyond what the storage has by itself, backups, snapshots, Performance Insights, extended \
                   support, and what is sent between zones and regions",
    }
}

/// The machine and its storage, both twice with a standby.
pub(super) fn bill(region: &Region, replica: &RdsReplicaModel) -> Bill {
    let region = region.as_str();
    let copies = if replica.multi_az.known() == Some(&true) { 2 } else { 1 };
    let class = replica.instance_class.known().map_or("a machine like that of the source", String::as_str);
    let machine = match replica.engine.known().map(String::as_str) {
        Some("postgres") => Product::Database(class.to_owned()),
        Some(engine) => Product::Other(format!("{class} with {engine}")),
        None => Product::Other(class.to_owned()),
    };
    let storage = match replica.storage_type.known().map(String::as_str) {
        Some("gp3") => Product::DatabaseStorage,
        Some(kind) => Product::Other(format!("GiB of {kind}")),
        None => Product::Other("storage like that of the source".to_owned()),
    };
    let size = replica.storage_gib.known().and_then(|size| u64::try_from(*size).ok()).unwrap_or_default();
    Bill::new().with(region, machine, copies).with(region, storage, size.saturating_mul(copies))
}

/// The plan with what it takes from its source.
fn settled(planned: &RdsReplicaModel, source: Option<&DbInstance>) -> RdsReplicaModel {
    fn or<T: Clone>(planned: &Value<T>, source: Option<T>) -> Value<T> {
        match (planned.known(), source) {
            (None, Some(source)) => source.into(),
            (Some(_), _) | (None, None) => planned.clone(),
        }
    }
    RdsReplicaModel {
        engine: or(&planned.engine, source.and_then(|it| it.engine.clone())),
        instance_class: or(&planned.instance_class, source.and_then(|it| it.db_instance_class.clone())),
        storage_type: or(&planned.storage_type, source.and_then(|it| it.storage_type.clone())),
        storage_gib: or(&planned.storage_gib, source.and_then(|it| it.allocated_storage.map(i64::from))),
        ..planned.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replica() -> RdsReplicaModel {
        RdsReplicaModel { engine: "postgres".into(), ..RdsReplicaModel::new("reader", "shop") }
            .instance_class("db.r6i.2xlarge")
            .storage_type("gp3")
            .storage_gib(500)
            .multi_az(false)
    }

    fn check(replica: &RdsReplicaModel) -> String {
        bill(&"us-east-1".parse().expect("it is a region"), replica).text()
    }

    #[test]
    fn a_standby_costs_as_much_again() {
        let found = check(&replica());
        assert_eq!(found, "1 x db.r6i.2xlarge, 500 x GiB of storage = 787.50..787.50");
        let found = check(&replica().multi_az(true));
        assert_eq!(found, "2 x db.r6i.2xlarge, 1000 x GiB of storage = 1575.00..1575.00");
    }

    #[test]
    fn other_engines_and_storages_are_not_known() {
        let found = check(&RdsReplicaModel { engine: "mysql".into(), ..replica().storage_type("io2") });
        assert_eq!(
            found,
            " = 0.00..0.00, not known: GiB of io2 in us-east-1, db.r6i.2xlarge with mysql in us-east-1"
        );
    }

    #[test]
    fn what_a_plan_leaves_to_the_source_costs_as_there() {
        let source = DbInstance::builder()
            .engine("postgres")
            .db_instance_class("db.r6g.large")
            .storage_type("gp3")
            .allocated_storage(100)
            .build();
        let planned = RdsReplicaModel::new("reader", "shop");
        assert_eq!(
            check(&settled(&planned, Some(&source))),
            "1 x db.r6g.large, 100 x GiB of storage = 175.75..175.75"
        );
        let found = check(&settled(&planned, None));
        assert_eq!(found, " = 0.00..0.00, not known: a machine like that of the source in us-east-1");
    }
}

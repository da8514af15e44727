//! The life of each resource type on AWS, against the stand-in where things take their time.

use acceptance::{Scenario, StandIn};

use crate::updates::expect_everything_changed;

/// A test for each scenario, and one that none is missing here.
macro_rules! scenarios {
    ($($kind:ident)*) => {
        $(
            #[test]
            fn $kind() {
                let scenario = Scenario::of(stringify!($kind));
                let updates = scenario.live(&StandIn::simulated(), |stage| eprintln!("{stage}"));
                expect_everything_changed(&scenario, &updates);
            }
        )*

        #[test]
        fn every_scenario_is_gone_through() {
            assert_eq!(Scenario::kinds(), [$(stringify!($kind)),*]);
        }
    };
}

scenarios! {
    sparki_cloudfront_distribution
    sparki_eks_addon
    sparki_eks_cluster
    sparki_eks_node_group
    sparki_eks_pod_identity
    sparki_elasticache_redis
    sparki_iam_role
    sparki_kms_key
    sparki_load_balancer
    sparki_rds_replica
    sparki_s3_bucket
    sparki_secretsmanager_secret
    sparki_security_group
    sparki_state_backend
    sparki_vpc
    sparki_vpc_peering
}

//! Default tags of the provider that change while objects are there, for each type on AWS.

use acceptance::{Case, Scenario, StandIn};

/// A test for each type, and one that none is missing here.
macro_rules! types {
    ($($kind:ident)*) => {
        $(
            #[test]
            fn $kind() {
                Scenario::of(stringify!($kind)).follow_default_tags(&StandIn::simulated());
            }
        )*

        #[test]
        fn every_type_follows_its_default_tags() {
            assert_eq!(Scenario::kinds(), [$(stringify!($kind)),*]);
        }
    };
}

types! {
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

#[test]
fn default_tags_that_only_aws_or_sparki_sets_are_refused() {
    let case = Case::with_simulated_aws();
    for key in ["sparki:owner", "AWS:team"] {
        let provider = format!(
            "provider \"sparki\" {{\n  aws = {{\n    default_tags = {{ {key:?} = \"x\" }}\n  }}\n}}\n"
        );
        let role =
            "resource \"sparki_iam_role\" \"it\" {\n  name  = \"it\"\n  trust = { pod_identity = true }\n}\n";
        case.refuses_plan(&format!("{provider}{role}")).says(&[key, "reserved"]).blames_nobody();
    }
}

//! Which nodes can be reserved.

use crate::stand_in::{StandIn, with_stand_in};

async fn types(aws: &StandIn, filter: &[(&str, &str)]) -> Vec<String> {
    let answer = aws.query("elasticache", "DescribeReservedCacheNodesOfferings", filter).await;
    answer.elements("CacheNodeType").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn nodes_that_there_are_can_be_reserved() {
    with_stand_in(async |aws| {
        let of = async |kind: &str| types(aws, &[("CacheNodeType", kind)]).await;
        // For both engines and both terms.
        assert_eq!(of("cache.r6g.large").await, ["cache.r6g.large"; 4]);
        assert_eq!(of("cache.r6g.huge").await, [""; 0]);
        let narrow =
            [("CacheNodeType", "cache.r6g.large"), ("ProductDescription", "valkey"), ("Duration", "1")];
        assert_eq!(types(aws, &narrow).await, ["cache.r6g.large"]);
    })
    .await;
}

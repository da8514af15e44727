//! The addresses of a VPC.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{Vpc, VpcCidrBlockStateCode};

/// Every IPv4 range that is associated with a VPC, or about to be.
pub(crate) fn ranges(vpc: &Vpc) -> BTreeSet<String> {
    let is_there = |state: Option<&VpcCidrBlockStateCode>| {
        matches!(state, None | Some(VpcCidrBlockStateCode::Associated | VpcCidrBlockStateCode::Associating))
    };
    let all = vpc.cidr_block_association_set().iter();
    let all = all.filter(|it| is_there(it.cidr_block_state().and_then(|state| state.state())));
    let all = all.filter_map(|it| it.cidr_block());
    vpc.cidr_block().into_iter().chain(all).map(str::to_owned).collect()
}

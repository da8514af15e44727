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

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{VpcCidrBlockAssociation, VpcCidrBlockState};

    use super::*;

    #[test]
    fn the_ranges_of_a_vpc_are_those_that_it_has_or_gets() {
        let association = |cidr: &str, state: VpcCidrBlockStateCode| {
            let state = VpcCidrBlockState::builder().state(state).build();
            VpcCidrBlockAssociation::builder().cidr_block(cidr).cidr_block_state(state).build()
        };
        let vpc = Vpc::builder()
            .cidr_block("10.0.0.0/16")
            .cidr_block_association_set(association("10.0.0.0/16", VpcCidrBlockStateCode::Associated))
            .cidr_block_association_set(association("10.1.0.0/16", VpcCidrBlockStateCode::Associating))
            .cidr_block_association_set(association("10.2.0.0/16", VpcCidrBlockStateCode::Disassociated));
        let expected: BTreeSet<_> = ["10.0.0.0/16", "10.1.0.0/16"].map(str::to_owned).into();
        assert_eq!(ranges(&vpc.build()), expected);
    }
}

//! The definition of `sparki_security_group`.

use std::collections::BTreeMap;

use sparki_aws::Region;
use sparki_core::{Dynamic, Id, Timeouts, Value};
use sparki_derive::Model;

use super::{Rule, SecurityGroup};
use crate::ec2::name_is_not_a_tag;
use crate::operation::key_is_free;

/// A security group of a VPC, with all of its rules.
///
/// Rules have names, so that their order means nothing and a change of one changes no other. Rules that something else
/// adds to the group show in the plan under AWS's ids of them, and are removed. There is no rule that you do not write: to
/// let machines reach everything, add a rule with the direction `egress`, the protocol `all` and `0.0.0.0/0`.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct SecurityGroupModel {
    /// Region and AWS's id: `us-east-1/sg-0a1b2c3d4e5f60718`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<SecurityGroup>>,
    /// AWS region. The provider's if it is not set. Changing it makes a new group.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub region: Value<Region>,
    /// Name of the group, of which a VPC has one. Changing it makes a new group.
    #[attr(
        required,
        requires_replace,
        validate(
            len(1..=255),
            none_of("default"),
            custom(is_no_id),
            pattern(
                "^[a-zA-Z0-9. _:/()#,@\\[\\]+=&;{}!$*-]*$",
                "consist of letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*"
            )
        )
    )]
    pub name: Value<String>,
    /// What the group is for. Changing it makes a new group.
    #[attr(
        optional,
        default = "Managed by Sparki",
        requires_replace,
        validate(
            len(1..=255),
            pattern(
                "^[a-zA-Z0-9. _:/()#,@\\[\\]+=&;{}!$*-]*$",
                "consist of letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*"
            )
        )
    )]
    pub description: Value<String>,
    /// Id of the VPC. Changing it makes a new group.
    #[attr(required, requires_replace, validate(pattern("^vpc-", "be the id of a VPC")))]
    pub vpc_id: Value<String>,
    /// Rules by name. Nothing is let through without one.
    #[attr(
        optional,
        validate(
            len(..=1000),
            keys(pattern(
                "^[a-zA-Z][a-zA-Z0-9_-]{0,62}$",
                "begin with a letter and consist of letters, digits, hyphens and underscores"
            ))
        )
    )]
    pub rules: Value<BTreeMap<String, Rule>>,
    /// Whether the group is protected from removal, and so from what would make another one. AWS knows nothing of it.
    #[attr(optional, local, default = false)]
    pub deletion_protection: Value<bool>,
    /// Tags of the group, besides the provider's default tags.
    #[attr(
        optional,
        shared,
        validate(
            len(..=47),
            keys(len(1..=128)),
            keys(custom(key_is_free)),
            keys(custom(name_is_not_a_tag)),
            each(len(..=256))
        )
    )]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the group: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// AWS's id of the group.
    #[attr(computed, use_state_for_unknown, refine(prefix = "sg-"))]
    pub security_group_id: Value<String>,
    /// ARN of the group.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// How long operations may take. By default 10 minutes to make and to change the group and 15 to remove it.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// AWS takes what begins so for an id.
fn is_no_id(name: &Dynamic) -> Result<(), String> {
    if name.as_str().is_some_and(|name| name.starts_with("sg-")) {
        return Err("must not begin with \"sg-\"".into());
    }
    Ok(())
}

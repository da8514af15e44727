//! Whom a role trusts.

use std::collections::BTreeSet;

use sparki_core::Value;
use sparki_derive::Model;

/// Who may assume a role. What is set here adds up: each part is a statement of the role's trust policy.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(at_least_one_of(services, principals, oidc_providers, pod_identity))]
pub struct Trust {
    /// AWS services, such as `eks.amazonaws.com`.
    #[attr(
        optional,
        validate(len(1..), each(pattern("^[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?$", "be the name of an AWS service")))
    )]
    pub services: Value<BTreeSet<String>>,
    /// Accounts, roles and users of AWS.
    #[attr(optional, validate(len(1..)))]
    pub principals: Value<Vec<PrincipalTrust>>,
    /// Tokens of OpenID Connect providers: service accounts of Kubernetes, jobs of CI systems.
    #[attr(optional, validate(len(1..)))]
    pub oidc_providers: Value<Vec<OidcTrust>>,
    /// Whether EKS may give the role to pods, by a `sparki_eks_pod_identity`. Absent is the same as false.
    #[attr(optional)]
    pub pod_identity: Value<bool>,
}

/// Accounts, roles and users that may assume a role.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct PrincipalTrust {
    /// Account ids of 12 digits, each for everybody in the account whom its own policies allow it, and ARNs of roles and users.
    #[attr(
        required,
        validate(
            len(1..),
            each(pattern(
                "^([0-9]{12}|arn:[^:]+:(iam|sts)::[0-9]{12}:[^*]+)$",
                "be an account id or the ARN of a role or user, without wildcards"
            ))
        )
    )]
    pub identifiers: Value<BTreeSet<String>>,
    /// What they have to say to be let in. Third parties have one for each of their customers.
    #[attr(
        optional,
        validate(len(2..=1224), pattern("^[a-zA-Z0-9+=,.@:/_-]+$", "have no spaces and only the signs +=,.@:/_-"))
    )]
    pub external_id: Value<String>,
}

/// Tokens of an OpenID Connect provider with which a role may be assumed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct OidcTrust {
    /// ARN of the provider in IAM: `oidc_provider_arn` of a `sparki_eks_cluster`, or that of a CI system.
    #[attr(
        required,
        validate(pattern(
            "^arn:[^:]+:iam::[0-9]{12}:oidc-provider/.",
            "be the ARN of an OpenID Connect provider"
        ))
    )]
    pub provider_arn: Value<String>,
    /// Whom the tokens may be about, with `*` and `?` as wildcards: `system:serviceaccount:web:shop`,
    /// `repo:acme/shop:ref:refs/heads/main`.
    #[attr(
        required,
        validate(len(1..), each(pattern("[^*?]", "say more than a wildcard: it would let in every subject")))
    )]
    pub subjects: Value<BTreeSet<String>>,
    /// Whom the tokens may be for.
    #[attr(optional, default = BTreeSet::from(["sts.amazonaws.com".to_owned()]), validate(len(1..)))]
    pub audiences: Value<BTreeSet<String>>,
}

//! What principals may do.

use serde_json::json;

use super::entry::{entry, entry_mut};
use crate::{
    calls::Call,
    document::Document,
    eks::{lookup::name, pages::paged},
    refusal::Refusal,
    world::World,
};

/// The policy that allows everything.
pub(super) const ADMIN: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";

/// AWS's policies for people; those for AWS's own services are left out.
const POLICIES: [&str; 6] = [
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSSecretReaderPolicy",
    "AmazonEKSViewPolicy",
];

pub(in crate::eks) fn list_policies(_: &mut World, call: &Call) -> Result<Document, Refusal> {
    let policies = POLICIES.into_iter().map(|policy| {
        let arn = format!("arn:aws:eks::aws:cluster-access-policy/{policy}");
        (policy.to_owned(), json!({ "name": policy, "arn": arn }))
    });
    Ok(paged(call, "accessPolicies", policies))
}

/// A policy that is there already gets the scope of the request.
pub(in crate::eks) fn associate(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let (input, now) = (&call.input, world.now_text());
    let policy = input.given("policyArn");
    let entry = entry_mut(world, call)?;
    let invalid = |message: &str| {
        Err(Refusal::new("InvalidParameterException", message).with("clusterName", name(call)))
    };
    if !POLICIES.iter().any(|known| policy.ends_with(&format!(":cluster-access-policy/{known}"))) {
        return invalid("The policyArn parameter format is not valid");
    }
    let scope = input.inner("accessScope");
    if (scope.text("type") == Some("namespace")) == scope.list("namespaces").is_empty() {
        return invalid("A scope of namespaces names them, and a scope of the cluster does not");
    }
    let before = entry.policies.get(policy).and_then(|it| it.text("associatedAt")).map(str::to_owned);
    let associated = Document::new()
        .with("policyArn", policy)
        .with("accessScope", scope)
        .with("associatedAt", before.unwrap_or_else(|| now.clone()))
        .with("modifiedAt", now);
    entry.policies.insert(policy.to_owned(), associated.clone());
    let output = Document::new().with("clusterName", name(call)).with("associatedAccessPolicy", associated);
    Ok(output.with("principalArn", input.given("principalArn")))
}

pub(in crate::eks) fn disassociate(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let policy = call.input.given("policyArn");
    let entry = entry_mut(world, call)?;
    if entry.policies.remove(policy).is_none() {
        let message = format!("The specified policyArn {policy} is not associated with the access entry");
        return Err(Refusal::new("ResourceNotFoundException", message).with("clusterName", name(call)));
    }
    Ok(Document::new())
}

pub(in crate::eks) fn list_associated(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let policies = entry(world, call)?.policies.iter().map(|(arn, policy)| (arn.clone(), policy.clone()));
    let output = paged(call, "associatedAccessPolicies", policies);
    Ok(output.with("clusterName", name(call)).with("principalArn", call.input.given("principalArn")))
}

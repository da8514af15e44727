//! Requests that name roles.

use serde_json::Value;

use crate::{calls::Call, refusal::Refusal, service::Service, world::World};

/// What a service says of a role that it does not know yet, in AWS's words.
///
/// # Errors
///
/// If the request makes or changes something, and names such a role.
pub(crate) fn refuse_young(world: &World, call: &Call, service: Service) -> Result<(), Refusal> {
    let changes =
        ["Create", "Update", "Modify"].iter().any(|beginning| call.operation.starts_with(beginning));
    let is_young = |arn: &str| {
        let (_, path) = arn.split_once(":role/").filter(|_| arn.starts_with("arn:aws:iam::"))?;
        let name = path.rsplit('/').next().unwrap_or(path);
        world.roles.is_young(name, call.unseen, world.now()).then(|| arn.to_owned())
    };
    let named = call.input.members().find_map(|(member, value)| Some((member, found(value, &is_young)?)));
    match named.filter(|_| changes) {
        Some((member, arn)) => refusal(service, member, &arn).map_or(Ok(()), Err),
        None => Ok(()),
    }
}

/// The first text in a value of which something is found.
fn found(value: &Value, look: &impl Fn(&str) -> Option<String>) -> Option<String> {
    match value {
        Value::String(text) => look(text),
        Value::Array(items) => items.iter().find_map(|item| found(item, look)),
        Value::Object(members) => members.values().find_map(|member| found(member, look)),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn refusal(service: Service, member: &str, arn: &str) -> Option<Refusal> {
    let invalid = |message: String| Some(Refusal::new("InvalidParameterException", message));
    match service {
        Service::Eks if member == "principalArn" => {
            invalid("The specified principalArn is invalid: invalid principal.".to_owned())
        }
        Service::Eks => invalid(format!(
            "Role with arn: {arn}, could not be assumed because it does not exist or the trusted entity is not correct"
        )),
        Service::Rds => Some(Refusal::invalid_value(
            "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING",
        )),
        Service::ElastiCache | Service::ServiceQuotas => None,
    }
}

//! What is said of quotas.

use serde_json::Value;

use super::catalog::{ALL, Entry};
use crate::{
    calls::Call,
    document::Document,
    refusal::Refusal,
    world::{World, page},
};

/// Most entries of a page, which is also what a page has if nothing is said.
const LARGEST: i64 = 100;

/// `GetServiceQuota`, which knows no quota of which AWS knows the default alone.
pub(super) fn applied(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let entry = named(call)?;
    let value = world.quotas.applied(entry, &call.region).ok_or_else(unknown)?;
    Ok(Document::new().with("Quota", described(entry, call, value)))
}

/// `GetAWSDefaultServiceQuota`.
pub(super) fn default(_: &mut World, call: &Call) -> Result<Document, Refusal> {
    let entry = named(call)?;
    Ok(Document::new().with("Quota", described(entry, call, entry.default)))
}

/// `ListServiceQuotas`, which leaves out quotas of which AWS knows the default alone.
pub(super) fn list_applied(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let code = call.input.text("QuotaCode");
    let found = of_service(call)?.filter(|entry| code.is_none_or(|code| code == entry.code));
    let valued = found.filter_map(|entry| Some((entry, world.quotas.applied(entry, &call.region)?)));
    Ok(listed(call, valued))
}

/// `ListAWSDefaultServiceQuotas`.
pub(super) fn list_defaults(_: &mut World, call: &Call) -> Result<Document, Refusal> {
    Ok(listed(call, of_service(call)?.map(|entry| (entry, entry.default))))
}

fn of_service(call: &Call) -> Result<impl Iterator<Item = Entry> + use<'_>, Refusal> {
    let service = call.input.given("ServiceCode");
    let is_known = ALL.iter().any(|entry| entry.service == service);
    let found = ALL.into_iter().filter(move |entry| entry.service == service);
    if is_known { Ok(found) } else { Err(unknown()) }
}

fn named(call: &Call) -> Result<Entry, Refusal> {
    let code = call.input.given("QuotaCode");
    of_service(call)?.find(|entry| entry.code == code).ok_or_else(unknown)
}

fn unknown() -> Refusal {
    Refusal::new(
        "NoSuchResourceException",
        "The request failed because the specified service does not exist.",
    )
}

fn listed(call: &Call, found: impl Iterator<Item = (Entry, f64)>) -> Document {
    let size = call.input.number("MaxResults").unwrap_or(LARGEST).clamp(1, LARGEST);
    let size = usize::try_from(size).expect("it is positive");
    // Tokens have no hyphens in them, as the model says.
    let items = found.map(|(entry, value)| (entry.code.replacen("L-", "", 1), described(entry, call, value)));
    let (items, next) = page(items, call.input.text("NextToken"), size);
    let mut output =
        Document::new().with("Quotas", items.into_iter().map(Into::into).collect::<Vec<Value>>());
    if let Some(next) = next {
        output.set("NextToken", next);
    }
    output
}

fn described(entry: Entry, call: &Call, value: f64) -> Document {
    Document::new()
        .with("ServiceCode", entry.service)
        .with("ServiceName", entry.service_name)
        .with("QuotaArn", format!("arn:aws:servicequotas:{}::{}/{}", call.region, entry.service, entry.code))
        .with("QuotaCode", entry.code)
        .with("QuotaName", entry.name)
        .with("Value", value)
        .with("Unit", "None")
        .with("Adjustable", true)
        .with("GlobalQuota", false)
}

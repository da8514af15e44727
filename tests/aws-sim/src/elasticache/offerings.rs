//! Machines that can be reserved: by what AWS tells which ones a region has.

use serde_json::json;

use super::catalog::node_types;
use crate::{calls::Call, document::Document, marked::marked, refusal::Refusal, world::World};

/// Years and seconds of the two terms that there are.
const TERMS: [(&str, i64); 2] = [("1", 31_536_000), ("3", 94_608_000)];

/// What machines are reserved for, as AWS spells it.
const PRODUCTS: [&str; 2] = ["redis", "valkey"];

pub(super) fn describe(_: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let is = |member: &str, value: &str| input.text(member).is_none_or(|wanted| wanted == value);
    let offered = node_types().flat_map(|node_type| {
        PRODUCTS
            .into_iter()
            .flat_map(move |product| TERMS.into_iter().map(move |term| (node_type, product, term)))
    });
    let shown = offered.filter_map(|(node_type, product, (years, seconds))| {
        let id = format!("{node_type}-{product}-{years}");
        let is_wanted = is("CacheNodeType", node_type)
            && is("ProductDescription", product)
            && is("OfferingType", "No Upfront")
            && is("ReservedCacheNodesOfferingId", &id)
            // In years or in seconds, as whoever asks likes it better.
            && (is("Duration", years) || is("Duration", &seconds.to_string()));
        is_wanted.then(|| {
            let offering = json!({
                "ReservedCacheNodesOfferingId": id,
                "CacheNodeType": node_type,
                "Duration": seconds,
                "FixedPrice": 0.0,
                "UsagePrice": 0.0,
                "ProductDescription": product,
                "OfferingType": "No Upfront",
                "RecurringCharges": [{ "RecurringChargeAmount": 0.1, "RecurringChargeFrequency": "Hourly" }],
            });
            (id, offering)
        })
    });
    let mut shown: Vec<_> = shown.collect();
    shown.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(marked(call, "ReservedCacheNodesOfferings", shown))
}

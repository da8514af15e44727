//! Pairs of origins, of which one stands in for the other.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudfront::types::{
    OriginGroup as WireGroup, OriginGroupFailoverCriteria, OriginGroupMember, OriginGroupMembers,
    OriginGroups, StatusCodes,
};
use sparki_core::{Dynamic, Value};
use sparki_derive::Model;

use super::origin::length;

/// Answers for which CloudFront asks the other origin, from its documentation of origin failover.
const STATUS_CODES: [i64; 9] = [400, 403, 404, 416, 429, 500, 502, 503, 504];

/// Two origins, of which the second is asked where the first does not answer well.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct OriginGroup {
    /// Name of the origin that is asked first.
    #[attr(required, validate(len(1..=128)))]
    pub primary: Value<String>,
    /// Name of the origin that is asked if the first one cannot be reached, or answers with one of these statuses.
    #[attr(required, validate(len(1..=128)))]
    pub secondary: Value<String>,
    /// Statuses of the first origin for which the second one is asked: 400, 403, 404, 416, 429, 500, 502, 503 or 504.
    #[attr(
        optional,
        default = BTreeSet::from([500, 502, 503, 504]),
        validate(len(1..), each(custom(check_status_code)))
    )]
    pub status_codes: Value<BTreeSet<u16>>,
}

fn check_status_code(code: &Dynamic) -> Result<(), String> {
    let Dynamic::Number(code) = code else { return Ok(()) };
    if code.to_i64().is_some_and(|code| STATUS_CODES.contains(&code)) {
        return Ok(());
    }
    Err("must be 400, 403, 404, 416, 429, 500, 502, 503 or 504".into())
}

impl OriginGroup {
    /// The group on the wire. `there` is the one that it takes the place of, of which stays what nobody here knows of.
    fn wire(&self, id: &str, there: Option<&WireGroup>) -> WireGroup {
        let codes = self.status_codes.known().into_iter().flatten().map(|code| i32::from(*code));
        let codes: Vec<_> = codes.collect();
        let codes = StatusCodes::builder().quantity(length(codes.len())).set_items(Some(codes));
        let codes = codes.build().expect("the codes are set");
        let member = |name: &Value<String>| {
            let name = name.known().cloned().unwrap_or_default();
            OriginGroupMember::builder().origin_id(name).build().expect("the origin is set")
        };
        let members = vec![member(&self.primary), member(&self.secondary)];
        let members = OriginGroupMembers::builder().quantity(length(members.len())).set_items(Some(members));
        WireGroup::builder()
            .id(id)
            .failover_criteria(OriginGroupFailoverCriteria::builder().status_codes(codes).build())
            .members(members.build().expect("the members are set"))
            .set_selection_criteria(there.and_then(|there| there.selection_criteria.clone()))
            .build()
            .expect("the id is set")
    }

    fn of(wire: &WireGroup) -> Self {
        let members = wire.members().map(OriginGroupMembers::items).unwrap_or_default();
        let member = |place: usize| members.get(place).map(|it| it.origin_id().to_owned()).into();
        let codes = wire.failover_criteria().and_then(|criteria| criteria.status_codes());
        let codes = codes.map(StatusCodes::items).unwrap_or_default();
        Self {
            primary: member(0),
            secondary: member(1),
            status_codes: Value::Known(codes.iter().filter_map(|code| u16::try_from(*code).ok()).collect()),
        }
    }
}

/// The groups on the wire. `there` are those that they take the place of.
pub(super) fn wire(
    groups: &Value<BTreeMap<String, OriginGroup>>,
    there: Option<&OriginGroups>,
) -> OriginGroups {
    let there = there.map(OriginGroups::items).unwrap_or_default();
    let there = |id: &str| there.iter().find(|group| group.id() == id);
    let groups = groups.known().into_iter().flatten();
    let groups: Vec<_> = groups.map(|(id, group)| group.wire(id, there(id))).collect();
    OriginGroups::builder()
        .quantity(length(groups.len()))
        .set_items((!groups.is_empty()).then_some(groups))
        .build()
        .expect("the quantity is set")
}

/// The groups of an answer. What an endpoint does not answer is as it is known.
pub(super) fn of(
    answer: Option<&OriginGroups>,
    known: &Value<BTreeMap<String, OriginGroup>>,
) -> Value<BTreeMap<String, OriginGroup>> {
    let Some(answer) = answer else { return known.clone() };
    let groups = answer.items().iter().map(|group| (group.id().to_owned(), OriginGroup::of(group)));
    let groups: BTreeMap<_, _> = groups.collect();
    (!groups.is_empty()).then_some(groups).into()
}

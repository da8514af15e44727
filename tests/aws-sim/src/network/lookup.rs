//! Asking moto about subnets.

use std::{collections::BTreeSet, sync::PoisonError};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Method},
};
use quick_xml::{Reader, events::Event};
use regex_lite::Regex;
use url::form_urlencoded;

use super::Subnet;
use crate::{passing::pass, protocol::Request, region::Region, sim::Sim};

/// Asks moto about the subnets that a request names, if there is a moto and they are not known yet.
pub(crate) async fn learn(sim: &Sim, region: &Region, request: &Request) {
    let Some(moto) = &sim.moto else { return };
    let named = named(&request.body);
    let unknown = sim.world.lock().unwrap_or_else(PoisonError::into_inner).network.unknown(region, named);
    if unknown.is_empty() {
        return;
    }
    let response = pass(&sim.client, moto, question(region, &unknown)).await;
    // Without an answer nothing is known, and nothing is missing either.
    if response.status.is_success() {
        let found = subnets(&response.body);
        let mut world = sim.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.network.note(region, unknown, found);
    }
}

/// The ids of subnets in a body, whatever its form.
fn named(body: &[u8]) -> BTreeSet<String> {
    let pattern = Regex::new("subnet-[0-9A-Za-z]+").expect("the pattern is one");
    let text = String::from_utf8_lossy(body);
    pattern.find_iter(&text).map(|found| found.as_str().to_owned()).collect()
}

/// A request for subnets. A filter, unlike a list of ids, does not mind those that are not there.
fn question(region: &Region, ids: &BTreeSet<String>) -> Request {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", "DescribeSubnets").append_pair("Version", "2016-11-15");
    form.append_pair("Filter.1.Name", "subnet-id");
    for (index, id) in ids.iter().enumerate() {
        form.append_pair(&format!("Filter.1.Value.{}", index + 1), id);
    }
    let signature = format!(
        "AWS4-HMAC-SHA256 Credential=sim/20260101/{region}/ec2/aws4_request, SignedHeaders=host, Signature=0"
    );
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
    // A name that no header can have is none of a region, and moto will say so.
    if let Ok(signature) = HeaderValue::from_str(&signature) {
        headers.insert("authorization", signature);
    }
    let body = Bytes::from(form.finish());
    Request { method: Method::POST, path: "/".to_owned(), query: String::new(), headers, body }
}

/// The subnets of an answer: each has its id, its VPC and its zone once, in whatever order.
fn subnets(body: &[u8]) -> Vec<Subnet> {
    let mut reader = Reader::from_reader(body);
    let (mut found, mut element) = (Vec::new(), String::new());
    let (mut id, mut vpc_id, mut zone) = (None, None, None);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) => element = start.name().as_ref().to_owned(),
            Event::Text(text) => {
                let text = text.as_ref().to_owned();
                match element.as_str() {
                    "subnetId" => id = Some(text),
                    "vpcId" => vpc_id = Some(text),
                    "availabilityZone" => zone = Some(text),
                    _ => {}
                }
            }
            Event::End(_) => {
                element.clear();
                if let (Some(id), Some(vpc_id), Some(zone)) = (&id, &vpc_id, &zone) {
                    let (id, vpc_id, zone) = (id.clone(), vpc_id.clone(), zone.clone());
                    found.push(Subnet { id, vpc_id, zone });
                } else {
                    continue;
                }
                (id, vpc_id, zone) = (None, None, None);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_json_and_in_forms() {
        let expected = BTreeSet::from(["subnet-0a".to_owned(), "subnet-1b".to_owned()]);
        assert_eq!(named(br#"{"subnetIds": ["subnet-0a", "subnet-1b", "subnet-0a"]}"#), expected);
        assert_eq!(
            named(b"SubnetIds.SubnetIdentifier.1=subnet-0a&SubnetIds.SubnetIdentifier.2=subnet-1b"),
            expected
        );
    }

    #[test]
    fn an_answer_says_where_each_subnet_is() {
        let body = br"<DescribeSubnetsResponse><subnetSet>
            <item><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><tagSet><item><key>a</key></item></tagSet>
                <availabilityZone>us-east-1a</availabilityZone></item>
            <item><availabilityZone>us-east-1b</availabilityZone><subnetId>subnet-2</subnetId><vpcId>vpc-1</vpcId></item>
            </subnetSet></DescribeSubnetsResponse>";
        let found = subnets(body);
        let shown: Vec<_> =
            found.iter().map(|it| (it.id.as_str(), it.vpc_id.as_str(), it.zone.as_str())).collect();
        assert_eq!(shown, [("subnet-1", "vpc-1", "us-east-1a"), ("subnet-2", "vpc-1", "us-east-1b")]);
    }
}

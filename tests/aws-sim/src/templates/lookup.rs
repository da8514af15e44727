//! Asking moto about launch templates.

use std::sync::PoisonError;

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Method},
};
use quick_xml::{Reader, events::Event};
use serde_json::Value;
use url::form_urlencoded;

use super::Template;
use crate::{passing::pass, protocol::Request, region::Region, sim::Sim};

/// Asks moto about the launch template that a request names, if there is a moto. What it has may change, so it is asked each
/// time.
pub(crate) async fn learn(sim: &Sim, region: &Region, request: &Request) {
    let (Some(moto), Some((parameter, named))) = (&sim.moto, named(&request.body)) else { return };
    let response = pass(&sim.client, moto, question(region, parameter, &named)).await;
    // moto refuses a name that it does not know, and answers with nothing to such an id.
    if response.status.is_success() || response.status.is_client_error() {
        let mut world = sim.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.templates.note(region, named, template(&response.body));
    }
}

/// The parameter by which moto is asked, and the id or name of the template in a request to EKS.
fn named(body: &[u8]) -> Option<(&'static str, String)> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let template = body.get("launchTemplate")?;
    let by = |member: &str| template.get(member)?.as_str().map(str::to_owned);
    by("id").map(|id| ("LaunchTemplateId.1", id)).or(by("name").map(|name| ("LaunchTemplateName.1", name)))
}

fn question(region: &Region, parameter: &str, named: &str) -> Request {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", "DescribeLaunchTemplates").append_pair("Version", "2016-11-15");
    form.append_pair(parameter, named);
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

/// The template of an answer, if there is one.
fn template(body: &[u8]) -> Option<Template> {
    let mut reader = Reader::from_reader(body);
    let (mut found, mut element) = (Template::default(), String::new());
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) => element = start.name().as_ref().to_owned(),
            Event::Text(text) => {
                let text: &str = text.as_ref();
                match element.as_str() {
                    "launchTemplateId" => found.id = text.to_owned(),
                    "launchTemplateName" => found.name = text.to_owned(),
                    "defaultVersionNumber" => found.default = text.parse().unwrap_or_default(),
                    "latestVersionNumber" => found.latest = text.parse().unwrap_or_default(),
                    _ => {}
                }
            }
            Event::End(_) => element.clear(),
            Event::Eof => break,
            _ => {}
        }
    }
    (!found.id.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_named_by_its_id_or_its_name() {
        let by = |text: &str| named(text.as_bytes());
        assert_eq!(
            by(r#"{"launchTemplate": {"id": "lt-1", "version": "2"}}"#),
            Some(("LaunchTemplateId.1", "lt-1".into()))
        );
        assert_eq!(by(r#"{"launchTemplate": {"name": "it"}}"#), Some(("LaunchTemplateName.1", "it".into())));
        assert_eq!(by(r#"{"version": "1.33"}"#), None);
    }

    #[test]
    fn an_answer_says_which_versions_there_are() {
        let body = br"<DescribeLaunchTemplatesResponse><launchTemplates><item><launchTemplateId>lt-1</launchTemplateId>
            <launchTemplateName>it</launchTemplateName><defaultVersionNumber>2</defaultVersionNumber>
            <latestVersionNumber>3</latestVersionNumber><tagSet><item><key>a</key></item></tagSet></item></launchTemplates>
            </DescribeLaunchTemplatesResponse>";
        let expected = Template { id: "lt-1".into(), name: "it".into(), default: 2, latest: 3 };
        assert_eq!(template(body), Some(expected));
        assert_eq!(template(b"<DescribeLaunchTemplatesResponse/>"), None);
    }
}

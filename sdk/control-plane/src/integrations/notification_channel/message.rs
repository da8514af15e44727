//! What a channel is told of an event.

use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::document::Document;

/// A notification on its way.
pub(in crate::integrations) enum Message {
    /// Something is sent to a URL.
    Send {
        url: Zeroizing<String>,
        body: Zeroizing<String>,
        /// Whether the secret of the channel signs it.
        signature: Signature,
    },
    /// Nothing is sent: this server does not really send this kind.
    Simulated,
}

/// Whether a message is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::integrations) enum Signature {
    Signed,
    Unsigned,
}

/// Puts an event into the words of a channel. `credential` is what the channel has sealed.
pub(in crate::integrations) fn message(channel: &Document, event: &str, credential: &str) -> Option<Message> {
    let field = |kind: &str, name: &str| channel.get(kind)?.get(name)?.as_str();
    let is = |kind: &str| channel.get(kind).is_some_and(Value::is_object);
    if is("email") || is("push") {
        return Some(Message::Simulated);
    }
    if is("webhook") {
        return Some(Message::Send {
            url: Zeroizing::new(field("webhook", "url")?.to_owned()),
            body: Zeroizing::new(event.to_owned()),
            signature: Signature::Signed,
        });
    }
    let told: Value = serde_json::from_str(event).ok()?;
    let (url, body) = if is("slack") {
        (credential, json!({"text": summary(&told)}))
    } else {
        let body = json!({
            "routing_key": credential,
            "event_action": "trigger",
            // The same event, sent again, is the same incident.
            "dedup_key": format!("sparki-{}", told["id"]),
            "payload": {
                "summary": summary(&told),
                "source": "sparki",
                "severity": field("pagerduty", "severity")?,
                "timestamp": told["created_at"],
                "component": told["resource"]["type"],
                "custom_details": told,
            },
        });
        (field("pagerduty", "endpoint")?, body)
    };
    Some(Message::Send {
        url: Zeroizing::new(url.to_owned()),
        body: Zeroizing::new(body.to_string()),
        signature: Signature::Unsigned,
    })
}

/// One line about an event.
fn summary(told: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (name, resource) = (text(&told["type"]), &told["resource"]);
    let mut line = format!("{name}: {} {}", text(&resource["type"]).replace('_', " "), text(&resource["id"]));
    if let Some(actor) = told["data"]["actor"].as_str() {
        line.push_str(&format!(" by {actor}"));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"id":7,"type":"deployment.failed","workspace_id":"w","resource":{"type":"deployment","id":"d"},"data":{"actor":"jane"},"correlation_id":"c","created_at":"2026-01-01T00:00:00Z"}"#;

    fn check_message(channel: Value, credential: &str) -> Option<(String, Value, Signature)> {
        let Value::Object(channel) = channel else { panic!("a channel is an object") };
        match message(&channel, EVENT, credential).unwrap() {
            Message::Simulated => None,
            Message::Send { url, body, signature } => {
                Some((url.to_string(), serde_json::from_str(&body).unwrap(), signature))
            }
        }
    }

    #[test]
    fn each_kind_of_channel_is_told_in_its_own_words() {
        let (url, body, signature) = check_message(json!({"slack": {}}), "https://slack/secret").unwrap();
        assert_eq!((url.as_str(), signature), ("https://slack/secret", Signature::Unsigned));
        assert_eq!(body, json!({"text": "deployment.failed: deployment d by jane"}));

        let pagerduty = json!({"slack": null, "pagerduty": {"severity": "error", "endpoint": "https://pd"}});
        let (url, body, _) = check_message(pagerduty, "key").unwrap();
        assert_eq!((url.as_str(), &body["routing_key"]), ("https://pd", &json!("key")));
        assert_eq!((&body["dedup_key"], &body["payload"]["severity"]), (&json!("sparki-7"), &json!("error")));

        let (url, body, signature) =
            check_message(json!({"webhook": {"url": "https://hook"}}), "key").unwrap();
        assert_eq!((url.as_str(), signature), ("https://hook", Signature::Signed));
        assert_eq!(body.to_string().len(), EVENT.len());

        assert!(check_message(json!({"email": {"addresses": []}}), "").is_none());
        assert!(check_message(json!({"push": {"users": []}}), "").is_none());
    }
}

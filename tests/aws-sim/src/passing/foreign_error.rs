//! Errors of services that are not played here.

use axum::http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;

use crate::protocol::Response;

/// An error in the protocol that the service's name stands for, since there is no model here.
pub(crate) fn foreign_error(
    service: &str,
    (code, status): (&'static str, StatusCode),
    message: &str,
) -> Response {
    let (content_type, body) = match service {
        "ec2" => (
            "text/xml",
            format!(
                "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>\
                 <RequestID>0</RequestID></Response>"
            ),
        ),
        "s3" => {
            ("application/xml", format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>"))
        }
        "iam" | "sts" | "route53" | "cloudfront" | "elasticloadbalancing" | "monitoring" | "sns" => (
            "text/xml",
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
                 <RequestId>0</RequestId></ErrorResponse>"
            ),
        ),
        // The rest speaks JSON.
        _ => ("application/x-amz-json-1.1", json!({ "__type": code, "message": message }).to_string()),
    };
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static(content_type));
    headers.insert("x-amzn-errortype", HeaderValue::from_static(code));
    Response { status, headers, body: body.into() }
}

//! Distributions whose creation does not end well.

use std::collections::BTreeMap;

use sparki_core::{Planned, Reconcile, RemoteErrorKind};
use sparki_topology::CloudfrontDistribution;
use sparki_topology::cloudfront_distribution::{Behavior, CloudfrontDistributionModel, Origin};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{aws, operation};

const MADE: &str = "<Distribution><Id>E1</Id><ARN>arn:aws:cloudfront::123456789012:distribution/E1</ARN>\
                    <Status>InProgress</Status><DomainName>d1.cloudfront.net</DomainName></Distribution>";

fn distribution() -> Planned<CloudfrontDistributionModel> {
    let origins = BTreeMap::from([("pages".to_owned(), Origin::new("pages.s3.us-east-1.amazonaws.com"))]);
    Planned::new(CloudfrontDistributionModel::new(origins, Behavior::new("pages")))
}

fn refused(status: u16, code: &str) -> ResponseTemplate {
    let error =
        format!("<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>");
    ResponseTemplate::new(status).set_body_raw(error, "text/xml")
}

/// A CloudFront that answers creations, and lets nobody look.
async fn cloudfront(creation: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(creation).mount(&server).await;
    Mock::given(method("GET")).respond_with(refused(403, "AccessDenied")).mount(&server).await;
    server
}

#[tokio::test]
async fn a_distribution_is_in_the_state_before_anything_else_is_asked() {
    let server = cloudfront(ResponseTemplate::new(201).set_body_raw(MADE, "text/xml")).await;
    let (ctx, call) = operation(&aws(&server.uri()));
    let error = CloudfrontDistribution::create(&ctx, distribution()).await.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::PermissionDenied);
    assert_eq!(call.recorded().expect("it is there").attribute("id").as_str(), Some("E1"));
}

#[tokio::test]
async fn a_name_that_another_distribution_has_is_not_a_distribution_of_this_attempt() {
    let server = cloudfront(refused(409, "CNAMEAlreadyExists")).await;
    let (ctx, call) = operation(&aws(&server.uri()));
    let error = CloudfrontDistribution::create(&ctx, distribution()).await.unwrap_err();
    assert_eq!((error.kind(), error.maybe_applied()), (RemoteErrorKind::Conflict, false), "{error}");
    assert!(error.to_string().contains("CNAMEAlreadyExists") && call.recorded().is_none(), "{error}");
    let asked = server.received_requests().await.expect("requests are kept");
    assert_eq!(asked.len(), 1);
}

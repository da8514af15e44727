//! Distributions whose creation does not end well.

use std::collections::BTreeMap;
use std::sync::Arc;

use sparki_core::{Planned, Reconcile, RemoteError, RemoteErrorKind};
use sparki_topology::CloudfrontDistribution;
use sparki_topology::cloudfront_distribution::{
    Behavior, CloudfrontDistributionModel, Origin, RequestSigning,
};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Begun, aws, operation, operation_after};

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

/// A CloudFront with one origin access control, which makes no other one.
struct Controls {
    server: MockServer,
    begun: Arc<Begun>,
}

impl Controls {
    /// The control has the name of one of the distribution's own, and says this of itself.
    async fn that_say(description: &str) -> Self {
        let server = MockServer::start().await;
        let begun = Arc::new(Begun::default());
        let list = |items: &str| {
            let list = format!("<OriginAccessControlList>{items}</OriginAccessControlList>");
            ResponseTemplate::new(200).set_body_raw(list, "text/xml")
        };
        let item = format!(
            "<Items><OriginAccessControlSummary><Id>C1</Id><Description>{description}</Description>\
             <Name>sparki-{}-always</Name><SigningProtocol>sigv4</SigningProtocol>\
             <SigningBehavior>always</SigningBehavior>\
             <OriginAccessControlOriginType>s3</OriginAccessControlOriginType></OriginAccessControlSummary></Items>",
            begun.first()
        );
        let controls = "/2020-05-31/origin-access-control";
        // It does not show at once.
        let first = Mock::given(method("GET")).and(path(controls)).respond_with(list(""));
        first.up_to_n_times(1).mount(&server).await;
        Mock::given(method("GET")).and(path(controls)).respond_with(list(&item)).mount(&server).await;
        let exists = refused(409, "OriginAccessControlAlreadyExists");
        Mock::given(method("POST")).and(path(controls)).respond_with(exists).mount(&server).await;
        let etag = ResponseTemplate::new(200)
            .insert_header("ETag", "T1")
            .set_body_raw("<OriginAccessControl><Id>C1</Id></OriginAccessControl>", "text/xml");
        let one = format!("{controls}/C1");
        let looked = Mock::given(method("GET")).and(path(format!("{one}/config")));
        looked.respond_with(etag.clone()).mount(&server).await;
        Mock::given(method("GET")).and(path(one.clone())).respond_with(etag).mount(&server).await;
        let used = Mock::given(method("DELETE")).and(path(one.clone()));
        used.respond_with(refused(409, "OriginAccessControlInUse")).up_to_n_times(2).mount(&server).await;
        let gone = Mock::given(method("DELETE")).and(path(one)).and(header("If-Match", "T1"));
        gone.respond_with(ResponseTemplate::new(204)).mount(&server).await;
        Self { server, begun }
    }

    /// Makes a distribution whose requests are signed, where CloudFront answers this to its creation.
    async fn create(&self, answer: ResponseTemplate) -> RemoteError {
        Mock::given(method("POST"))
            .and(path("/2020-05-31/distribution"))
            .respond_with(answer)
            .mount(&self.server)
            .await;
        Mock::given(method("GET")).respond_with(refused(403, "AccessDenied")).mount(&self.server).await;
        let pages = Origin::new("pages.s3.us-east-1.amazonaws.com").request_signing(RequestSigning::Always);
        let origins = BTreeMap::from([("pages".to_owned(), pages)]);
        let planned = Planned::new(CloudfrontDistributionModel::new(origins, Behavior::new("pages")));
        let (ctx, _) = operation_after(&aws(&self.server.uri()), Arc::clone(&self.begun));
        CloudfrontDistribution::create(&ctx, planned).await.expect_err("CloudFront does not answer well")
    }

    /// The bodies of the requests with this method for what is at this path.
    async fn asked(&self, method: &str, path: &str) -> Vec<String> {
        let asked = self.server.received_requests().await.expect("requests are kept");
        let asked = asked.iter().filter(|it| it.method.as_str() == method && it.url.path().ends_with(path));
        asked.map(|it| String::from_utf8_lossy(&it.body).into_owned()).collect()
    }
}

const OURS: &str = "sparki:managed-by=sparki, for one distribution";

#[tokio::test]
async fn a_control_whose_answer_was_lost_is_used_and_kept() {
    let controls = Controls::that_say(OURS).await;
    let error = controls.create(ResponseTemplate::new(201).set_body_raw(MADE, "text/xml")).await;
    assert_eq!(error.kind(), RemoteErrorKind::PermissionDenied, "{error}");
    let sent = controls.asked("POST", "/distribution").await;
    assert!(sent[0].contains("<OriginAccessControlId>C1</OriginAccessControlId>"), "{}", sent[0]);
    assert_eq!(controls.asked("DELETE", "/C1").await.len(), 0);
}

#[tokio::test]
async fn a_control_goes_with_the_distribution_that_was_refused() {
    let controls = Controls::that_say(OURS).await;
    let error = controls.create(refused(409, "CNAMEAlreadyExists")).await;
    assert!(error.to_string().contains("CNAMEAlreadyExists"), "{error}");
    // Twice it was still in use.
    assert_eq!(controls.asked("DELETE", "/C1").await.len(), 3);
}

#[tokio::test]
async fn a_control_of_somebody_elses_is_neither_used_nor_removed() {
    let controls = Controls::that_say("by hand").await;
    let error = controls.create(ResponseTemplate::new(201).set_body_raw(MADE, "text/xml")).await;
    assert_eq!(error.kind(), RemoteErrorKind::Conflict, "{error}");
    assert!(error.to_string().contains("that Sparki has not made"), "{error}");
    assert_eq!(controls.asked("POST", "/distribution").await.len(), 0);
    assert_eq!(controls.asked("DELETE", "/C1").await.len(), 0);
}

//! Lists of buckets of which some are closed to the credentials.

use std::ops::ControlFlow;
use std::sync::Mutex;

use sparki_core::{BoxFuture, Config, Dynamic, Found, List, Objects, Sink, Wanted};
use sparki_topology::s3_bucket::S3BucketFilter;
use sparki_topology::state_backend::StateBackendFilter;
use sparki_topology::{S3Bucket, StateBackend};
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{aws, operation};

#[derive(Default)]
struct Names(Mutex<Vec<String>>);

impl Sink<(String, Dynamic)> for Names {
    fn send(&self, (name, _): (String, Dynamic)) -> BoxFuture<'_, ControlFlow<()>> {
        self.0.lock().expect("no test panics with the lock").push(name);
        Box::pin(std::future::ready(ControlFlow::Continue(())))
    }
}

fn xml(status: u16, text: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(text.to_owned(), "application/xml")
}

/// An account with one bucket, which the credentials may not look at.
async fn account() -> MockServer {
    let server = MockServer::start().await;
    let identity = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>\
                    </GetCallerIdentityResult></GetCallerIdentityResponse>";
    let buckets = "<ListAllMyBucketsResult><Buckets><Bucket><Name>closed</Name></Bucket></Buckets>\
                   </ListAllMyBucketsResult>";
    let denied = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    Mock::given(method("POST")).respond_with(xml(200, identity)).mount(&server).await;
    Mock::given(method("GET")).and(path("/")).respond_with(xml(200, buckets)).mount(&server).await;
    Mock::given(path_regex("^/closed")).respond_with(xml(403, denied)).mount(&server).await;
    server
}

async fn list<R: List<Remote = sparki_aws::Aws>>(filter: R::Filter, objects: Objects) -> Vec<String> {
    let server = account().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let (names, wanted) = (Names::default(), Wanted { limit: None, objects });
    let listed = R::list(&ctx, Config::new(filter), &mut Found::new(&names, wanted)).await;
    listed.expect("a closed bucket does not fail the list");
    names.0.into_inner().expect("no test panics with the lock")
}

#[tokio::test]
async fn a_bucket_that_is_closed_is_left_out_of_the_list() {
    assert_eq!(list::<S3Bucket>(S3BucketFilter::new(), Objects::Whole).await, [] as [&str; 0]);
    assert_eq!(list::<S3Bucket>(S3BucketFilter::new(), Objects::IdentityOnly).await, ["closed"]);
    for objects in [Objects::Whole, Objects::IdentityOnly] {
        assert_eq!(list::<StateBackend>(StateBackendFilter::new(), objects).await, [] as [&str; 0]);
    }
}

//! A role that is taken on, against a server that plays STS.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use sparki_aws::{AssumeRole, Aws, AwsError, Class, Keys, Region, Service, Settings};
use wiremock::matchers::{body_string_contains, header_regex, method};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const ROLE: &str = "arn:aws:iam::222222222222:role/deployer";

fn region() -> Region {
    "eu-west-1".parse().expect("it is a region")
}

fn xml(body: impl Into<String>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.into(), "text/xml")
}

/// An STS that lets the role be taken on. The credentials it gives end in the year 2100.
fn session() -> ResponseTemplate {
    xml("<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>AROA1:ci</AssumedRoleId>\
         <Arn>arn:aws:sts::222222222222:assumed-role/deployer/ci</Arn></AssumedRoleUser><Credentials>\
         <AccessKeyId>ASIASESSION</AccessKeyId><SecretAccessKey>sessionsecret</SecretAccessKey>\
         <SessionToken>sessiontoken</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>\
         </AssumeRoleResult></AssumeRoleResponse>")
}

fn identity(arn: &str, account: &str) -> ResponseTemplate {
    xml(format!(
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{arn}</Arn><Account>{account}</Account>\
         </GetCallerIdentityResult></GetCallerIdentityResponse>"
    ))
}

async fn play(sts: &MockServer, action: &str, answer: ResponseTemplate) {
    let asked = Mock::given(method("POST")).and(body_string_contains(format!("Action={action}")));
    asked.respond_with(answer).mount(sts).await;
}

/// Whose requests are let in: those that are signed with the session.
async fn eks_of_the_session() -> MockServer {
    let eks = MockServer::start().await;
    let signed = header_regex("authorization", "Credential=ASIASESSION/");
    let signed = Mock::given(signed).and(header_regex("x-amz-security-token", "^sessiontoken$"));
    let found = ResponseTemplate::new(200).set_body_string(r#"{"cluster":{"name":"main"}}"#);
    signed.respond_with(found).mount(&eks).await;
    eks
}

fn settings(role: AssumeRole, sts: &MockServer, eks: &MockServer) -> Settings {
    Settings {
        region: Some(region()),
        keys: Some(Keys::new("AKIDEXAMPLE".into(), "hunter2".into())),
        assume_role: Some(role),
        endpoints: [(Service::Sts, sts.uri()), (Service::Eks, eks.uri())].into(),
        max_attempts: NonZeroU32::new(1),
        ..Settings::default()
    }
}

async fn look(aws: &Aws, region: &Region) -> Result<(), AwsError> {
    let eks = aws.client::<aws_sdk_eks::Client>(region).await.expect("no account is excluded");
    eks.describe_cluster().name("main").send().await.map(drop).map_err(AwsError::from)
}

async fn bodies(server: &MockServer, action: &str) -> Vec<String> {
    let requests: Vec<Request> = server.received_requests().await.expect("requests are recorded");
    let bodies = requests.iter().map(|request| String::from_utf8_lossy(&request.body).into_owned());
    bodies.filter(|body| body.contains(&format!("Action={action}&"))).collect()
}

#[tokio::test]
async fn a_role_is_taken_on_once_and_signs_everything_after_it() {
    let (sts, eks) = (MockServer::start().await, eks_of_the_session().await);
    play(&sts, "AssumeRole", session()).await;
    let role = AssumeRole {
        session_name: Some("ci".to_owned()),
        external_id: Some("shop".to_owned()),
        source_identity: Some("raven".to_owned()),
        tags: [("team".to_owned(), "platform".to_owned())].into(),
        ..AssumeRole::new(ROLE)
    };
    let aws = Aws::new(settings(role, &sts, &eks));
    for place in ["eu-west-1", "us-east-1", "eu-west-1"] {
        assert_eq!(look(&aws, &place.parse().expect("it is a region")).await, Ok(()), "{place}");
    }
    let asked = bodies(&sts, "AssumeRole").await;
    assert_eq!(asked.len(), 1, "{asked:?}");
    let set = ["RoleSessionName=ci", "ExternalId=shop", "SourceIdentity=raven", "Tags.member.1.Key=team"];
    assert!(set.iter().all(|part| asked[0].contains(part)), "{asked:?}");
    let requests = sts.received_requests().await.expect("requests are recorded");
    let signature = requests[0].headers["authorization"].to_str().expect("it is text");
    assert!(
        signature.contains("Credential=AKIDEXAMPLE/") && signature.contains("/eu-west-1/sts/"),
        "{signature}"
    );
}

#[tokio::test]
async fn a_refused_role_is_told_with_who_asked_and_is_never_a_missing_object() {
    let (sts, eks) = (MockServer::start().await, MockServer::start().await);
    let refused = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User is not authorized to \
                   perform: sts:AssumeRole</Message></Error><RequestId>r-7</RequestId></ErrorResponse>";
    let refused =
        ResponseTemplate::new(403).insert_header("x-amzn-requestid", "r-7").set_body_raw(refused, "text/xml");
    play(&sts, "AssumeRole", refused).await;
    play(&sts, "GetCallerIdentity", identity("arn:aws:iam::111111111111:user/ci", "111111111111")).await;
    let role = AssumeRole { external_id: Some("moss-and-lantern".to_owned()), ..AssumeRole::new(ROLE) };
    let error = look(&Aws::new(settings(role, &sts, &eks)), &region()).await.expect_err("it is refused");
    assert_eq!((error.class(), error.maybe_applied()), (Class::AccessDenied, false));
    let told = error.reading("failed to read the cluster").into_diagnostics().to_string();
    let begin = "The role \"arn:aws:iam::222222222222:role/deployer\" could not be assumed by \
                 arn:aws:iam::111111111111:user/ci: User is not authorized to perform: sts:AssumeRole (AccessDenied). Check ";
    assert!(told.contains(begin) && told.ends_with("Correlation id: r-7"), "{told}");
    assert!(!told.contains("moss-and-lantern") && !told.contains("AKIDEXAMPLE"), "{told}");
    assert!(
        eks.received_requests().await.expect("requests are recorded").is_empty(),
        "nothing was asked without the role"
    );
}

#[tokio::test]
async fn the_account_that_is_checked_is_that_of_the_role() {
    let (sts, eks) = (MockServer::start().await, eks_of_the_session().await);
    play(&sts, "AssumeRole", session()).await;
    let of_the_role = Mock::given(header_regex("authorization", "Credential=ASIASESSION/"))
        .and(body_string_contains("Action=GetCallerIdentity"));
    let arn = "arn:aws:sts::222222222222:assumed-role/deployer/ci";
    of_the_role.respond_with(identity(arn, "222222222222")).mount(&sts).await;
    let allow = |account: &str| {
        let allowed_account_ids = BTreeSet::from([account.to_owned()]);
        Aws::new(Settings { allowed_account_ids, ..settings(AssumeRole::new(ROLE), &sts, &eks) })
    };
    assert_eq!(look(&allow("222222222222"), &region()).await, Ok(()));
    let error = allow("111111111111").client::<aws_sdk_eks::Client>(&region()).await.unwrap_err();
    assert!(error.to_string().contains("\"222222222222\""), "{error}");
}

#[tokio::test]
async fn the_endpoint_of_a_region_wins_over_that_of_the_service() {
    let (sts, eks) = (MockServer::start().await, MockServer::start().await);
    let ireland = eks_of_the_session().await;
    play(&sts, "AssumeRole", session()).await;
    let regional_endpoints = [(region(), [(Service::Eks, ireland.uri())].into())].into();
    let aws = Aws::new(Settings { regional_endpoints, ..settings(AssumeRole::new(ROLE), &sts, &eks) });
    assert_eq!(look(&aws, &region()).await, Ok(()));
    let elsewhere = look(&aws, &"us-east-1".parse().expect("it is a region")).await;
    assert_eq!(elsewhere.map_err(|error| error.class()), Err(Class::Garbled), "this server knows no cluster");
    let counts = [&ireland, &eks].map(|server| server.received_requests());
    let [ireland, others] = counts;
    let count = |requests: Option<Vec<Request>>| requests.expect("requests are recorded").len();
    assert_eq!((count(ireland.await), count(others.await)), (1, 1));
}

//! EC2 that shows nothing of what it has just made, or does not let itself be looked at.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use sparki_core::{Planned, Reconcile, Value};
use sparki_topology::security_group::{Direction, Rule, SecurityGroupModel};
use sparki_topology::vpc::VpcModel;
use sparki_topology::{SecurityGroup, Vpc};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::support::{aws, operation, region};

/// Answers by action, in order; the last one stays.
#[derive(Clone, Default)]
struct Script(Arc<Mutex<BTreeMap<&'static str, Vec<Answer>>>>);

#[derive(Clone, Copy)]
enum Answer {
    /// What is in the answer.
    Ok(&'static str),
    /// An error with this status and code.
    Error(u16, &'static str),
}

impl Script {
    fn on<const N: usize>(self, action: &'static str, answers: [Answer; N]) -> Self {
        // In reverse, so that the next one is taken from the end.
        let answers = answers.into_iter().rev().collect();
        self.0.lock().expect("no test panics with the lock").insert(action, answers);
        self
    }

    async fn serve(self) -> MockServer {
        let server = MockServer::start().await;
        Mock::given(wiremock::matchers::any()).respond_with(self).mount(&server).await;
        server
    }
}

impl Respond for Script {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let action = body.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or_default();
        let mut answers = self.0.lock().expect("no test panics with the lock");
        let answer = match answers.get_mut(action) {
            Some(list) if list.len() > 1 => list.pop(),
            Some(list) => list.last().copied(),
            None => None,
        };
        let (status, text) = match answer.unwrap_or(Answer::Error(400, "Unscripted")) {
            Answer::Ok(text) => (200, format!("<{action}Response>{text}</{action}Response>")),
            Answer::Error(status, code) => {
                let error = format!("<Error><Code>{code}</Code><Message>{action}</Message></Error>");
                let text = format!("<Response><Errors>{error}</Errors><RequestID>r-1</RequestID></Response>");
                (status, text)
            }
        };
        ResponseTemplate::new(status).set_body_raw(text, "text/xml")
    }
}

fn vpc() -> Planned<VpcModel> {
    let zones = vec!["us-east-1a".to_owned()];
    Planned::new(VpcModel::new("main", "10.0.0.0/16").region(region()).availability_zones(zones))
}

const DENIED: Answer = Answer::Error(403, "UnauthorizedOperation");

#[tokio::test]
async fn a_vpc_is_in_the_state_before_it_is_waited_for() {
    let made = "<vpc><vpcId>vpc-1</vpcId><state>pending</state><cidrBlock>10.0.0.0/16</cidrBlock><ownerId>1</ownerId></vpc>";
    let script = Script::default()
        .on("CreateVpc", [Answer::Ok(made)])
        .on("DescribeVpcs", [Answer::Ok("<vpcSet/>"), DENIED]);
    let server = script.serve().await;
    let (ctx, call) = operation(&aws(&server.uri()));
    let error = Vpc::create(&ctx, vpc()).await.unwrap_err();
    assert!(error.maybe_applied(), "{error}");
    let recorded = call.recorded().expect("the VPC is there");
    assert_eq!(recorded.attribute("id").as_str(), Some("us-east-1/vpc-1"));
}

#[tokio::test]
async fn a_vpc_that_cannot_be_looked_for_may_be_there() {
    let script = Script::default()
        .on("CreateVpc", [Answer::Error(503, "Unavailable")])
        .on("DescribeVpcs", [Answer::Ok("<vpcSet/>"), DENIED]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let error = Vpc::create(&ctx, vpc()).await.unwrap_err();
    assert!(error.maybe_applied(), "{error}");
}

#[tokio::test]
async fn rules_that_were_just_made_are_not_read_again() {
    let group = "<securityGroupInfo><item><groupId>sg-1</groupId><groupName>web</groupName><vpcId>vpc-1</vpcId>\
                 <groupDescription>The web</groupDescription></item></securityGroupInfo>";
    let rule = "<return>true</return><securityGroupRuleSet><item><securityGroupRuleId>sgr-1</securityGroupRuleId></item>\
                </securityGroupRuleSet>";
    let script = Script::default()
        .on("CreateSecurityGroup", [Answer::Ok("<groupId>sg-1</groupId>")])
        .on(
            "RevokeSecurityGroupEgress",
            [
                Answer::Error(400, "InvalidGroup.NotFound"),
                Answer::Ok("<return>true</return>"),
                Answer::Error(400, "InvalidPermission.NotFound"),
            ],
        )
        .on("AuthorizeSecurityGroupIngress", [Answer::Ok(rule)])
        .on("DescribeSecurityGroups", [Answer::Ok(group)]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let tls =
        Rule::new(Direction::Ingress).protocol("tcp").from_port(443).to_port(443).cidr_ipv4("10.0.0.0/8");
    let planned = SecurityGroupModel::new("web", "vpc-1").region(region()).description("The web");
    let planned = planned.rules(BTreeMap::from([("tls".to_owned(), tls)]));
    let created = SecurityGroup::create(&ctx, Planned::new(planned.clone())).await.unwrap();
    assert_eq!(created.rules, planned.rules);
    assert_eq!(created.security_group_id, Value::Known("sg-1".to_owned()));
}

//! Load balancers that are refused, whose answers are lost, or whose target groups something else uses.

use sparki_core::{Planned, Reconcile, RemoteErrorKind, State};
use sparki_topology::LoadBalancer;
use sparki_topology::load_balancer::LoadBalancerModel;

use super::query::{Answer, Script, fixed};
use crate::support::{aws, operation, region, texts};

const MISSING: Answer = Answer::Error(400, "LoadBalancerNotFound");
const THERE: Answer = fixed(
    "<LoadBalancers><member><LoadBalancerName>shop</LoadBalancerName><LoadBalancerArn>arn:shop</LoadBalancerArn></member>\
     </LoadBalancers>",
);
const GROUPS: Answer = fixed(
    "<TargetGroups>\
     <member><TargetGroupName>one</TargetGroupName><TargetGroupArn>arn:one</TargetGroupArn></member>\
     <member><TargetGroupName>two</TargetGroupName><TargetGroupArn>arn:two</TargetGroupArn></member>\
     <member><TargetGroupName>three</TargetGroupName><TargetGroupArn>arn:three</TargetGroupArn></member>\
     </TargetGroups>",
);
const TAGS: Answer = fixed(
    "<TagDescriptions>\
     <member><ResourceArn>arn:one</ResourceArn><Tags><member><Key>sparki:name</Key><Value>one</Value></member>\
     <member><Key>sparki:part-of</Key><Value>arn:shop</Value></member></Tags></member>\
     <member><ResourceArn>arn:two</ResourceArn><Tags><member><Key>sparki:name</Key><Value>two</Value></member>\
     <member><Key>sparki:part-of</Key><Value>arn:shop</Value></member></Tags></member>\
     <member><ResourceArn>arn:three</ResourceArn><Tags><member><Key>sparki:name</Key><Value>three</Value></member>\
     <member><Key>sparki:part-of</Key><Value>arn:shop</Value></member></Tags></member>\
     </TagDescriptions>",
);
const DONE: Answer = fixed("");

fn balancer() -> LoadBalancerModel {
    LoadBalancerModel::new("shop", texts(["subnet-1", "subnet-2"]))
        .region(region())
        .deletion_protection(false)
}

/// What comes of a creation that is answered like this, and what was asked.
async fn check_create(answer: Answer) -> (sparki_core::RemoteError, Vec<String>) {
    let script = Script::default().on("DescribeLoadBalancers", [MISSING]).on("CreateLoadBalancer", [answer]);
    let server = script.serve().await;
    let (ctx, call) = operation(&aws(&server.uri()));
    let error = LoadBalancer::create(&ctx, Planned::new(balancer())).await.expect_err("AWS refuses it");
    assert_eq!(call.recorded(), None);
    (error, script.asked())
}

#[tokio::test]
async fn a_load_balancer_that_is_refused_is_not_looked_for() {
    for (code, kind) in [
        ("TooManyLoadBalancers", RemoteErrorKind::Other),
        ("ResourceInUse", RemoteErrorKind::Conflict),
        ("InvalidSubnet", RemoteErrorKind::Invalid),
    ] {
        let (error, asked) = check_create(Answer::Error(400, code)).await;
        assert_eq!((error.kind(), error.maybe_applied()), (kind, false), "{error}");
        assert_eq!(asked, ["DescribeLoadBalancers", "CreateLoadBalancer"]);
    }
}

#[tokio::test]
async fn a_load_balancer_whose_answer_was_lost_may_be_there_all_the_same() {
    let (error, asked) = check_create(Answer::Error(503, "ServiceUnavailable")).await;
    assert!(error.maybe_applied() && error.kind() == RemoteErrorKind::Unavailable, "{error}");
    assert_eq!(asked, ["DescribeLoadBalancers", "CreateLoadBalancer", "DescribeLoadBalancers"]);
}

/// A load balancer with three target groups, which is gone after its removal.
fn with_groups() -> Script {
    Script::default()
        .on("DescribeLoadBalancers", [THERE, MISSING])
        .on("DescribeLoadBalancerAttributes", [DONE])
        .on("DescribeListeners", [DONE])
        .on("DescribeTargetGroups", [GROUPS])
        .on("DescribeTargetGroupAttributes", [DONE])
        .on("DescribeTags", [TAGS])
        .on("DeleteLoadBalancer", [DONE])
}

#[tokio::test]
async fn target_groups_go_after_the_load_balancer_is_gone() {
    let in_use = Answer::Error(400, "ResourceInUse");
    let script = with_groups().on("DeleteTargetGroup", [in_use.clone(), in_use, DONE]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    LoadBalancer::delete(&ctx, State::new(balancer())).await.unwrap();
    let asked = script.asked();
    let from = asked.iter().position(|action| action == "DeleteLoadBalancer").unwrap();
    assert_eq!(asked[from..], ["DeleteLoadBalancer", "DescribeLoadBalancers", "DeleteTargetGroup"]);
}

#[tokio::test]
async fn a_target_group_that_stays_hides_none_of_the_others() {
    let script = with_groups()
        .on("DeleteTargetGroup arn%3Aone", [Answer::Error(400, "ResourceInUse")])
        .on("DeleteTargetGroup arn%3Atwo", [Answer::Error(403, "AccessDenied")])
        .on("DeleteTargetGroup arn%3Athree", [DONE]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let error = LoadBalancer::delete(&ctx, State::new(balancer())).await.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::Conflict);
    let told = error.into_diagnostics().to_string();
    let command =
        |arn: &str| format!("aws elbv2 delete-target-group --region us-east-1 --target-group-arn {arn}");
    assert!(told.contains(&format!("{}; {}.", command("arn:one"), command("arn:two"))), "{told}");
    assert!(!told.contains("arn:three"), "{told}");
}

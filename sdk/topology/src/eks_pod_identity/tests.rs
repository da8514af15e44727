use std::collections::BTreeMap;

use aws_sdk_eks::types::PodIdentityAssociation;
use sparki_aws::{Nonce, Tags};
use sparki_core::{Config, Draft, Id, Model, Plan, State, Value};
use sparki_plan::{Action, plan_instance};

use super::{EksPodIdentity, EksPodIdentityModel, answer, requests};

const ROLE: &str = "arn:aws:iam::123456789012:role/shop";
const OTHER: &str = "arn:aws:iam::210987654321:role/shop";

/// An association as generic planning leaves it.
fn association() -> EksPodIdentityModel {
    EksPodIdentityModel::new("main", "web", "shop", ROLE)
        .region("us-east-1".parse::<sparki_aws::Region>().unwrap())
        .session_tags(true)
        .deletion_protection(false)
}

#[test]
fn without_a_second_role_there_is_no_external_id() {
    let check = |planned: EksPodIdentityModel| {
        let mut planned = EksPodIdentityModel { external_id: Value::unknown(), ..planned };
        let config = Config::new(planned.clone());
        let told = EksPodIdentity::plan(&mut Draft::new(&config, None, &mut planned, &mut Vec::new()));
        assert_eq!(told.to_string(), "");
        planned.external_id
    };
    assert_eq!(check(association()), Value::Null);
    assert!(check(association().target_role_arn(OTHER)).is_unknown());
    assert!(check(association().target_role_arn(Value::unknown())).is_unknown());
}

#[test]
fn a_second_role_is_given_in_place_and_taken_away_with_the_association() {
    let resource = sparki_core::Erased::<EksPodIdentity>::importable();
    let check = |prior: EksPodIdentityModel, planned: EksPodIdentityModel| {
        // Configuration holds nothing that AWS decides.
        let config = EksPodIdentityModel { session_tags: Value::Null, ..planned };
        plan_instance(&resource, &config.encode(), &State::new(prior).encode()).action
    };
    let (one, two) = (association(), association().target_role_arn(OTHER));
    assert_eq!(check(one.clone(), two.clone()), Action::Update);
    assert_eq!(check(two.clone(), association().target_role_arn(ROLE)), Action::Update);
    assert_eq!(check(two, one.clone()), Action::Replace);
    assert_eq!(check(one.clone(), one), Action::NoOp);
}

#[test]
fn an_association_is_asked_for_in_one_request() {
    let request = requests::create(&association(), BTreeMap::new(), &Nonce::new("n-1"));
    assert_eq!(request.get_namespace().as_deref(), Some("web"));
    assert_eq!(request.get_service_account().as_deref(), Some("shop"));
    assert_eq!((request.get_target_role_arn(), request.get_disable_session_tags()), (&None, &Some(false)));
    assert_eq!(request.get_client_request_token().as_deref(), Some("n-1"));
}

#[test]
fn an_update_says_all_that_can_be_changed() {
    let prior = EksPodIdentityModel { association_id: "a-1".into(), ..association() };
    let request = requests::update(&prior, &prior.clone().target_role_arn(OTHER)).unwrap();
    assert_eq!(request.get_association_id().as_deref(), Some("a-1"));
    assert_eq!(request.get_role_arn().as_deref(), Some(ROLE));
    assert_eq!(request.get_target_role_arn().as_deref(), Some(OTHER));
    assert_eq!(requests::update(&prior, &prior), None);
}

#[test]
fn an_answer_reads_as_it_was_planned() {
    let answer = PodIdentityAssociation::builder()
        .cluster_name("main")
        .namespace("web")
        .service_account("shop")
        .role_arn(ROLE)
        .association_id("a-1")
        .target_role_arn("")
        .build();
    let defaults = BTreeMap::new();
    let read = answer::model(&answer, &"us-east-1".parse().unwrap(), Tags::new(&defaults), &association());
    let expected = EksPodIdentityModel {
        id: Value::Known(Id::new("us-east-1/main/web/shop")),
        association_id: "a-1".into(),
        tags_all: BTreeMap::new().into(),
        ..association()
    };
    assert_eq!(read, expected);
}

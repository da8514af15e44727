//! PlanResourceChange.

use prost::Message as _;
use sparki_core::{Dynamic, Refinement};
use tfplugin6::Bytes;
use tfplugin6::v6::plan_resource_change;

use super::session::{Served, Session, check_said, object, with};
use depot::PARCEL;

fn config() -> Dynamic {
    object([
        ("name", "books".into()),
        ("grams", 900_i64.into()),
        ("code_wo", "hunter2".into()),
        ("code_wo_version", 1_i64.into()),
        ("items", Dynamic::List(vec![item("book"), item("letter")])),
        ("stamps", Dynamic::set(vec![stamp("bird"), stamp("boat")])),
        ("labels", Dynamic::Map([("fragile".to_owned(), "no".into())].into())),
    ])
}

fn item(kind: &str) -> Dynamic {
    object([("kind", kind.into()), ("word_wo", "sesame".into())])
}

fn stamp(motif: &str) -> Dynamic {
    object([("motif", motif.into())])
}

async fn prior(session: &mut Session) -> Dynamic {
    let created = session.create(PARCEL, &config()).await;
    assert_eq!(created.said, [] as [&str; 0]);
    created.object
}

#[tokio::test]
async fn a_creation_plans_defaults_and_leaves_open_what_the_remote_decides() {
    let served = Served::start();
    let plan = served.session().await.plan(PARCEL, &Dynamic::Null, &config()).await;
    assert_eq!(plan.said, [] as [&str; 0]);
    assert_eq!(plan.replace, [] as [&str; 0]);
    assert_eq!(plan.object.attribute("destination"), &"here".into());
    assert_eq!(plan.object.attribute("id"), &Dynamic::unknown_but(Refinement::prefix("parcel-")));
    assert_eq!(plan.object.attribute("revision"), &Dynamic::unknown_but(Refinement::not_null()));
    let Dynamic::List(items) = plan.object.attribute("items") else { panic!("no items") };
    assert!(items[1].attribute("serial").is_unknown());
    let Dynamic::Set(stamps) = plan.object.attribute("stamps") else { panic!("no stamps") };
    assert!(stamps.iter().all(|stamp| *stamp.attribute("cents") == 1_i64.into()));
}

#[tokio::test]
async fn a_plan_holds_no_write_only_value() {
    let served = Served::start();
    let plan = served.session().await.plan(PARCEL, &Dynamic::Null, &config()).await;
    assert!(plan.object.attribute("code_wo").is_null());
    let text = format!("{:?}", plan.object);
    assert!(!text.contains("hunter2") && !text.contains("sesame"), "{text}");
}

#[tokio::test]
async fn an_update_opens_only_what_follows_from_it() {
    let served = Served::start();
    let mut session = served.session().await;
    let prior = prior(&mut session).await;
    let plan = session.plan(PARCEL, &prior, &with(config(), "grams", 1000_i64)).await;
    assert_eq!(plan.said, [] as [&str; 0]);
    assert_eq!(plan.replace, [] as [&str; 0]);
    assert_eq!(plan.object.attribute("id"), prior.attribute("id"));
    assert_eq!(plan.object.attribute("items"), prior.attribute("items"));
    assert!(plan.object.attribute("revision").is_unknown());
}

#[tokio::test]
async fn an_unchanged_configuration_plans_the_very_prior_state() {
    let served = Served::start();
    let mut session = served.session().await;
    let prior = prior(&mut session).await;
    let plan = session.plan(PARCEL, &prior, &config()).await;
    assert_eq!((plan.object, plan.said, plan.replace), (prior, vec![], vec![]));
}

#[tokio::test]
async fn a_replacement_names_its_reasons_at_any_depth() {
    let served = Served::start();
    let mut session = served.session().await;
    let prior = prior(&mut session).await;
    let changed = with(config(), "destination", "there");
    let changed = with(changed, "items", Dynamic::List(vec![item("book"), item("card")]));
    let plan = session.plan(PARCEL, &prior, &changed).await;
    assert_eq!(plan.said, [] as [&str; 0]);
    assert_eq!(plan.replace, ["destination", "items[1].kind"]);
    // Terraform then asks what the new one looks like.
    let plan = session.plan(PARCEL, &Dynamic::Null, &changed).await;
    assert!(plan.object.attribute("id").is_unknown() && plan.replace.is_empty());
}

#[tokio::test]
async fn a_removal_is_planned_and_may_be_refused() {
    let served = Served::start();
    let mut session = served.session().await;
    let prior = prior(&mut session).await;
    let plan = session.plan(PARCEL, &prior, &Dynamic::Null).await;
    assert_eq!((plan.object, plan.said), (Dynamic::Null, vec![]));
    let plan = session.plan(PARCEL, &with(prior, "sealed", true), &Dynamic::Null).await;
    check_said(&plan.said, "error: Sealed:", "Set \"sealed\" to false");
}

#[tokio::test]
async fn an_error_of_the_resource_points_at_the_attribute() {
    let served = Served::start();
    let plan =
        served.session().await.plan(PARCEL, &Dynamic::Null, &with(config(), "name", "forbidden")).await;
    check_said(&plan.said, "error at name: Forbidden name:", "Choose another");
}

#[tokio::test]
async fn private_data_is_handed_on() {
    let served = Served::start();
    let mut session = served.session().await;
    let prior = prior(&mut session).await;
    let request = plan_resource_change::Request {
        prior_private: Bytes::from_static(b"{\"revision\":1}"),
        ..session.plan_request(PARCEL, &prior, &with(config(), "grams", 7_i64))
    };
    assert_eq!(session.ask_plan(request).await.private, b"{\"revision\":1}".as_slice());
}

#[tokio::test]
async fn the_same_question_has_the_same_bytes_for_an_answer() {
    let served = Served::start();
    let mut session = served.session().await;
    let prior = prior(&mut session).await;
    for prior in [Dynamic::Null, prior] {
        let request =
            session.plan_request(PARCEL, &prior, &with(config(), "destination", Dynamic::unknown()));
        let first = session.client.plan_resource_change(request.clone()).await.unwrap().into_inner();
        let second = session.client.plan_resource_change(request).await.unwrap().into_inner();
        assert_eq!(first.encode_to_vec(), second.encode_to_vec());
    }
}

/// The value with one part after another made unknown, at any depth.
fn with_an_unknown_part(value: &Dynamic) -> Vec<Dynamic> {
    let mut found = vec![Dynamic::unknown()];
    match value {
        Dynamic::Object(members) | Dynamic::Map(members) => {
            for (name, inner) in members {
                found.extend(with_an_unknown_part(inner).into_iter().map(|inner| {
                    let mut members = members.clone();
                    members.insert(name.clone(), inner);
                    if matches!(value, Dynamic::Map(_)) {
                        Dynamic::Map(members)
                    } else {
                        Dynamic::Object(members)
                    }
                }));
            }
        }
        Dynamic::List(elements) => {
            for (index, inner) in elements.iter().enumerate() {
                found.extend(with_an_unknown_part(inner).into_iter().map(|inner| {
                    let mut elements = elements.clone();
                    elements[index] = inner;
                    Dynamic::List(elements)
                }));
            }
        }
        Dynamic::Set(elements) => {
            let elements = elements.clone().into_vec();
            for index in 0..elements.len() {
                found.extend(with_an_unknown_part(&elements[index]).into_iter().map(|inner| {
                    let mut elements = elements.clone();
                    elements[index] = inner;
                    Dynamic::set(elements)
                }));
            }
        }
        _ => {}
    }
    found
}

#[tokio::test]
async fn whatever_is_unknown_in_a_configuration_it_can_be_checked_and_planned() {
    let served = Served::start();
    let mut session = served.session().await;
    let prior = prior(&mut session).await;
    let mut whole = config();
    let names: Vec<_> = session
        .schema(PARCEL)
        .attributes
        .iter()
        .filter(|it| it.is_configurable())
        .map(|it| it.name)
        .collect();
    for name in names {
        if whole.attribute(name).is_null() {
            whole = with(whole, name, Dynamic::Null);
        }
    }
    let host =
        tfplugin6::v6::ClientCapabilities { write_only_attributes_allowed: true, ..Default::default() };
    // The first is wholly unknown, which Terraform never asks for.
    let parts = with_an_unknown_part(&whole).split_off(1);
    assert!(parts.len() > 20, "{}", parts.len());
    for config in parts {
        assert_eq!(session.validate(PARCEL, &config, host).await, [] as [&str; 0], "{config:?}");
        for prior in [&Dynamic::Null, &prior] {
            let plan = session.plan(PARCEL, prior, &config).await;
            assert_eq!(plan.said, [] as [&str; 0], "{config:?}");
            assert!(matches!(plan.object, Dynamic::Object(_)));
        }
    }
}

#[tokio::test]
async fn what_a_plan_remembers_reaches_the_apply_and_the_next_plan_where_the_host_keeps_it() {
    let served = Served::start();
    let mut session = served.session().await;
    let config = object([("name", "counted".into())]);
    let request = session.plan_request(PARCEL, &Dynamic::Null, &config);
    let first = session.ask_plan(request.clone()).await;
    assert_eq!(&first.private[..], br#"{"plans":1}"#);
    let kept = plan_resource_change::Request { planned_private: first.private, ..request.clone() };
    assert_eq!(&session.ask_plan(kept).await.private[..], br#"{"plans":2}"#);
    // An earlier version of Terraform hands on what there was before the first plan, and what it replaces.
    let lost = plan_resource_change::Request { prior_private: b"{\"plans\":9}".as_slice().into(), ..request };
    assert_eq!(&session.ask_plan(lost).await.private[..], br#"{"plans":1}"#);
    let created = session.create(PARCEL, &config).await;
    assert_eq!(&created.private[..], br#"{"plans":1,"revision":1}"#);
}

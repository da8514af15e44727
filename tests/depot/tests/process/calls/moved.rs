//! MoveResourceState: objects that were of another type.

use sparki_core::Dynamic;
use tfplugin6::Bytes;
use tfplugin6::v6::{RawState, move_resource_state};

use super::abilities::stored;
use super::session::{Served, check_said, object, said};
use depot::{BOX, ODDITY, PARCEL};

fn request() -> move_resource_state::Request {
    move_resource_state::Request {
        source_provider_address: "registry.terraform.io/sparki-io/depot".into(),
        source_type_name: BOX.into(),
        source_schema_version: 2,
        source_state: stored(r#"{"id":"parcel-1","label":"books","grams":9,"kilograms":null,"gone":true}"#),
        target_type_name: PARCEL.into(),
        source_private: Bytes::from_static(br#"{"etag":"7"}"#),
        ..Default::default()
    }
}

struct Moved {
    object: Dynamic,
    identity: Dynamic,
    private: Bytes,
    said: Vec<String>,
}

async fn moved(change: impl FnOnce(&mut move_resource_state::Request)) -> Moved {
    let mut session = Served::start().connect().await;
    let mut request = request();
    change(&mut request);
    let answer = session.client.move_resource_state(request).await.unwrap().into_inner();
    Moved {
        object: session.decode(PARCEL, answer.target_state.as_ref()),
        identity: session.read_identity(PARCEL, answer.target_identity.as_ref()),
        private: answer.target_private,
        said: said(&answer.diagnostics),
    }
}

async fn check_refused(part: &str, change: impl FnOnce(&mut move_resource_state::Request)) {
    let refused = moved(change).await;
    assert!(refused.object.is_null());
    check_said(&refused.said, "error: Object cannot be moved:", part);
}

#[tokio::test]
async fn an_object_of_another_type_is_taken_over_without_its_secrets() {
    let moved = moved(|_| {}).await;
    assert_eq!(moved.said, [] as [&str; 0]);
    assert_eq!(moved.object.attribute("name"), &"books".into());
    assert_eq!(moved.object.attribute("grams"), &9_i64.into());
    assert!(moved.object.attribute("code_wo").is_null(), "what is write-only is in no state");
    assert!(moved.object.is_wholly_known());
    assert_eq!(moved.identity, object([("id", "parcel-1".into()), ("destination", "here".into())]));
    assert_eq!(&moved.private[..], br#"{"etag":"7"}"#, "it is our own");
}

#[tokio::test]
async fn the_registry_makes_no_difference_and_private_data_of_others_means_nothing() {
    let moved = moved(|it| it.source_provider_address = "registry.opentofu.org/sparki-io/depot".into()).await;
    assert_eq!((moved.said.len(), moved.private.len()), (0, 12));
}

#[tokio::test]
async fn what_cannot_be_moved_is_refused_with_what_can() {
    check_refused("What can become a depot_parcel: depot_box of sparki-io/depot", |it| {
        it.source_type_name = "depot_pallet".into();
    })
    .await;
    check_refused("A depot_box of registry.terraform.io/acme/depot cannot", |it| {
        it.source_provider_address = "registry.terraform.io/acme/depot".into();
    })
    .await;
    check_refused("No other type can become a depot_oddity", |it| it.target_type_name = ODDITY.into()).await;
    check_refused("was written for schema 0, and this version reads schemas 2 to 2, 1 to 1", |it| {
        it.source_schema_version = 0;
    })
    .await;
    let long = "registry.terraform.io/not-sparki-io/depot";
    check_refused("cannot become", |it| it.source_provider_address = long.into()).await;
    check_refused("label: a string is required", |it| it.source_state = stored(r#"{"label":{}}"#)).await;
}

#[tokio::test]
async fn a_state_in_a_form_that_is_none_is_refused() {
    // OpenTofu may send the form of Terraform 0.11.
    let flatmap =
        RawState { flatmap: [("label".to_owned(), "books".to_owned())].into(), ..RawState::default() };
    for (state, part) in
        [(Some(flatmap), "Terraform 0.11"), (stored("nonsense"), "no JSON"), (None, "Terraform 0.11")]
    {
        let refused = moved(|it| it.source_state = state).await;
        check_said(&refused.said, "error: State cannot be read:", part);
    }
}

#[tokio::test]
async fn each_version_of_the_other_type_is_read_in_its_own_way() {
    let moved = moved(|it| {
        it.source_schema_version = 1;
        it.source_state = stored(r#"{"id":"parcel-1","title":"books","kilograms":2}"#);
    })
    .await;
    assert_eq!(moved.said, [] as [&str; 0]);
    assert_eq!(moved.object.attribute("grams"), &2000_i64.into());
}

//! ImportResourceState.

use super::session::{Served, check_said, object};
use depot::{ODDITY, PARCEL};

#[tokio::test]
async fn an_import_finds_the_object_without_its_secrets() {
    let served = Served::start();
    let mut session = served.session().await;
    let created = session.create(PARCEL, &object([("name", "books".into())])).await;
    let (imported, said) = session.import(PARCEL, "parcel-1").await;
    let [imported] = imported.as_slice() else { panic!("one object: {imported:?}") };
    assert_eq!(imported.object, created.object);
    assert!(imported.object.attribute("code_wo").is_null());
    assert_eq!(imported.private, b"{\"revision\":1}".as_slice());
    check_said(&said, "warning: Old label:", "");
    // Terraform reads what was imported.
    assert_eq!(session.read(PARCEL, imported).await.object, created.object);
}

#[tokio::test]
async fn an_id_that_is_none_is_answered_with_the_forms() {
    let served = Served::start();
    let mut session = served.session().await;
    for id in ["", " ", "books"] {
        let (imported, said) = session.import(PARCEL, id).await;
        assert_eq!(imported, []);
        check_said(&said[said.len() - 1..], "error: Invalid import id:", "parcel-7  (id of the parcel)");
    }
}

#[tokio::test]
async fn an_object_that_does_not_exist_is_not_imported() {
    let served = Served::start();
    let (imported, said) = served.session().await.import(PARCEL, "parcel-9").await;
    assert_eq!(imported, []);
    assert!(said.iter().any(|said| said.starts_with("error: Failed to find the parcel:")), "{said:?}");
}

#[tokio::test]
async fn a_type_that_cannot_be_imported_says_so() {
    let served = Served::start();
    for id in ["", "oddity-1"] {
        let (imported, said) = served.session().await.import(ODDITY, id).await;
        assert_eq!(imported, []);
        check_said(&said, "error: Import not supported:", ODDITY);
    }
}

#[tokio::test]
async fn an_import_without_a_configured_provider_says_so() {
    let served = Served::start();
    let (imported, said) = served.connect().await.import(PARCEL, "parcel-1").await;
    assert_eq!(imported, []);
    check_said(&said, "error: Provider not configured:", "");
}

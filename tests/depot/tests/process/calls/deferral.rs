//! Putting off what cannot be planned yet: only where it is allowed, and only where something is not known.

use sparki_core::Dynamic;
use tfplugin_server::Product;
use tfplugin_server::convert::dynamic_value;
use tfplugin6::v6::deferred::Reason;
use tfplugin6::v6::{
    ClientCapabilities, Deferred, import_resource_state, plan_resource_change, read_data_source,
    read_resource,
};

use super::abilities::DEFERS;
use super::session::{Served, check_said, object, said, with};
use depot::PARCEL;

fn config(destination: impl Into<Dynamic>) -> Dynamic {
    with(object([("name", "books".into())]), "destination", destination)
}

async fn planned(
    destination: impl Into<Dynamic>,
    host: Option<ClientCapabilities>,
) -> plan_resource_change::Response {
    let mut session = Served::start().session().await;
    let request = plan_resource_change::Request {
        client_capabilities: host,
        ..session.plan_request(PARCEL, &Dynamic::Null, &config(destination))
    };
    session.client.plan_resource_change(request).await.unwrap().into_inner()
}

fn reason(deferred: Option<Deferred>) -> Option<Reason> {
    deferred.map(|deferred| deferred.reason())
}

#[tokio::test]
async fn a_plan_is_put_off_where_the_host_allows_it_and_made_all_the_same() {
    let answer = planned(Dynamic::unknown(), Some(DEFERS)).await;
    assert_eq!(reason(answer.deferred), Some(Reason::ResourceConfigUnknown));
    assert!(answer.planned_state.is_some());
    assert_eq!(answer.diagnostics, []);
}

#[tokio::test]
async fn a_plan_is_not_put_off_where_the_host_does_not_allow_it() {
    for host in [None, Some(ClientCapabilities::default())] {
        let answer = planned(Dynamic::unknown(), host).await;
        assert_eq!((answer.deferred, answer.diagnostics), (None, vec![]));
    }
}

#[tokio::test]
async fn a_plan_at_apply_is_never_put_off() {
    // Terraform says that it may be, at apply, and means it not; then everything is known.
    let answer = planned("there", Some(DEFERS)).await;
    assert_eq!(answer.deferred, None);
}

#[tokio::test]
async fn what_needs_a_provider_that_is_not_known_yet_is_put_off_where_that_is_allowed() {
    let served = Served::start();
    let known = served.session().await.create(PARCEL, &config("there")).await;
    let mut session = served.connect().await;
    assert_eq!(session.configure(Dynamic::unknown()).await, [] as [&str; 0]);

    let request = |host| read_resource::Request {
        type_name: PARCEL.into(),
        current_state: session.encode(PARCEL, &known.object),
        private: known.private.clone(),
        client_capabilities: host,
        ..Default::default()
    };
    let (allowed, not_allowed) = (request(Some(DEFERS)), request(None));
    let answer = session.client.read_resource(allowed).await.unwrap().into_inner();
    assert_eq!(reason(answer.deferred), Some(Reason::ProviderConfigUnknown));
    assert_eq!(session.decode(PARCEL, answer.new_state.as_ref()), known.object, "nothing is lost");
    assert_eq!(answer.private, known.private);
    let answer = session.client.read_resource(not_allowed).await.unwrap().into_inner();
    assert_eq!(answer.deferred, None);
    check_said(&said(&answer.diagnostics), "error: Hall not known yet:", "");
    assert_eq!(session.decode(PARCEL, answer.new_state.as_ref()), known.object);

    let request = |host| import_resource_state::Request {
        type_name: PARCEL.into(),
        id: "parcel-1".into(),
        client_capabilities: host,
        ..Default::default()
    };
    let answer = session.client.import_resource_state(request(Some(DEFERS))).await.unwrap().into_inner();
    assert_eq!(reason(answer.deferred), Some(Reason::ProviderConfigUnknown));
    assert_eq!(answer.diagnostics, []);
    let answer = session.client.import_resource_state(request(None)).await.unwrap().into_inner();
    assert_eq!((answer.deferred, answer.diagnostics.len()), (None, 1));

    let ty = session.product().registry().data_sources()[PARCEL].schema().object.ty();
    let wanted = dynamic_value::encode(&object([("id", "parcel-1".into())]), &ty).unwrap();
    let request = |host| read_data_source::Request {
        type_name: PARCEL.into(),
        config: Some(wanted.clone()),
        client_capabilities: host,
        ..Default::default()
    };
    let answer = session.client.read_data_source(request(Some(DEFERS))).await.unwrap().into_inner();
    assert_eq!(reason(answer.deferred), Some(Reason::ProviderConfigUnknown));
    assert!(dynamic_value::decode(answer.state.as_ref(), &ty).unwrap().is_unknown());
    let answer = session.client.read_data_source(request(None)).await.unwrap().into_inner();
    assert_eq!((answer.deferred, answer.diagnostics.len()), (None, 1));
}

//! Import by identity, which needs a newer Terraform than the one of the other tests.

use acceptance::{ControlPlane, StandIn};
use serde_json::json;

use crate::conversation::{Conversation, Told, Wanted};
use crate::lists::tree;

#[test]
fn an_import_by_identity_is_the_import_by_id_and_by_path() {
    let control_plane = ControlPlane::start();
    let tree = tree(&control_plane);
    let mut provider = Conversation::start(&control_plane, None);
    for (kind, objects) in &tree {
        for object in objects {
            let by_id = provider.import(kind, &object.id);
            assert_eq!(by_id.state.attribute("id").as_str(), Some(object.id.as_str()));
            assert_eq!(by_id.identity.attribute("id"), by_id.state.attribute("id"), "{kind}");
            assert_eq!(provider.import(kind, &object.path), by_id, "{kind} {}", object.path);
            assert_eq!(provider.import_identity(kind, &by_id.identity), by_id, "{kind}");
        }
    }
}

#[test]
fn a_cluster_and_its_nodes_are_imported_by_identity_and_listed() {
    let moto = StandIn::moto();
    let control_plane = ControlPlane::shared();
    let mut provider = Conversation::start(&control_plane, Some(&moto));
    let fixtures = moto.fixtures();
    let cluster = format!("identities-{}", std::process::id());
    let body = json!({
        "name": cluster, "roleArn": fixtures.cluster_role_arn, "resourcesVpcConfig": {"subnetIds": fixtures.subnet_ids},
    });
    let _ = moto.eks("POST", "/clusters", Some(&body)).accepted();
    for group in ["blue", "green"] {
        let body = json!({
            "nodegroupName": group, "nodeRole": fixtures.node_role_arn, "subnets": fixtures.subnet_ids,
            "scalingConfig": {"minSize": 1, "maxSize": 2, "desiredSize": 1},
        });
        let _ = moto.eks("POST", &format!("/clusters/{cluster}/node-groups"), Some(&body)).accepted();
    }

    let kind = "sparki_eks_cluster";
    let by_id = provider.import(kind, &format!("us-east-1/{cluster}"));
    assert_eq!(by_id.identity.attribute("account_id"), &"123456789012".into());
    assert_eq!(provider.import_identity(kind, &by_id.identity), by_id);
    for wanted in [Wanted::Identities, Wanted::Objects] {
        let found = provider.list(kind, &[("region", "us-east-1".into())], 0, wanted);
        let found: Vec<_> = found.iter().filter(|one| one.display_name == cluster).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(provider.import_identity(kind, &found[0].identity), by_id);
        if matches!(wanted, Wanted::Objects) {
            assert_eq!((&found[0].state, &found[0].identity), (&by_id.state, &by_id.identity));
        }
    }

    let kind = "sparki_eks_node_group";
    let filter = [("cluster_name", cluster.as_str().into())];
    let names = |found: &[Told]| found.iter().map(|one| one.display_name.clone()).collect::<Vec<_>>();
    let found = provider.list(kind, &filter, 0, Wanted::Objects);
    assert_eq!(names(&found), [format!("{cluster}/blue"), format!("{cluster}/green")]);
    for one in &found {
        let imported = provider.import_identity(kind, &one.identity);
        assert_eq!((&imported.state, &imported.identity), (&one.state, &one.identity));
    }
    assert_eq!(names(&provider.list(kind, &filter, 1, Wanted::Identities)), [format!("{cluster}/blue")]);
    let everywhere = provider.list(kind, &[], 0, Wanted::Identities);
    let ours =
        everywhere.iter().filter(|one| one.identity.attribute("cluster_name").as_str() == Some(&cluster));
    assert_eq!(ours.count(), 2);

    for group in ["blue", "green"] {
        let _ = moto.eks("DELETE", &format!("/clusters/{cluster}/node-groups/{group}"), None).accepted();
    }
    let _ = moto.eks("DELETE", &format!("/clusters/{cluster}"), None).accepted();
}

//! Single sign-on connections: what they need, and what they never show.

use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::world::World;

fn connection(workspace: &str, more: Value) -> Value {
    let mut body = json!({
        "workspace_id": workspace, "name": "okta", "protocol": "oidc", "domains": ["example.com"],
        "settings": {"issuer": "https://acme.okta.com", "client_id": "id", "client_secret": "oidc-s3cr3t"},
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn a_client_secret_is_taken_and_never_shown() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let made = admin.post("/sso-connections", connection(&workspace, json!({}))).await.expect(201);
    let fingerprint = made.body["settings"]["client_secret_fingerprint"].clone();
    assert_eq!((fingerprint.as_str().unwrap().len(), &made.body["enforce"]), (16, &json!(false)));
    let path = format!("/sso-connections/{}", made.id());
    let body = json!({"enforce": true, "settings": {"client_id": "other"}});
    let changed = admin.patch(&path, &made.etag(), body).await.expect(200);
    assert_eq!(changed.body["settings"]["client_secret_fingerprint"], fingerprint);
    assert_eq!(changed.body["warnings"].as_array().unwrap().len(), 1, "nothing is promised that is not kept");
    let body = json!({"settings": {"client_secret": "another-s3cr3t"}});
    let changed = admin.patch(&path, &changed.etag(), body).await.expect(200);
    assert_ne!(changed.body["settings"]["client_secret_fingerprint"], fingerprint);
    let bytes = world.stored_bytes();
    for secret in ["oidc-s3cr3t", "another-s3cr3t"] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}

#[tokio::test]
async fn a_connection_says_what_is_wrong_with_it() {
    let world = World::new().await;
    let owner = world.admin();
    let workspace = owner.workspace("acme").await.id();
    let refused = async |more: Value| {
        owner.post("/sso-connections", connection(&workspace, more)).await.expect(422).errors()
    };
    assert_eq!(refused(json!({"enforce": true})).await, ["/enforce conflict"]);
    assert_eq!(
        refused(json!({"domains": ["Example.com", "x"]})).await,
        ["/domains/0 format", "/domains/1 format"]
    );
    let bare = json!({"settings": {"issuer": "http://x", "client_id": "id"}});
    assert_eq!(refused(bare).await, ["/settings/client_secret required", "/settings/issuer format"]);
    let saml = json!({"protocol": "saml", "settings": {"entity_id": "e", "sso_url": "https://x"}});
    assert_eq!(refused(saml).await, ["/settings/certificate required"]);
    assert_eq!(refused(json!({"protocol": "ldap"})).await, ["/protocol choice"]);
    let stranger = json!({"default_role_id": "01890a5d-ac96-774b-bcce-b302099a8057"});
    assert_eq!(refused(stranger).await, ["/default_role_id not_found"]);

    let admin = world.account("acme", Role::Admin).await;
    admin
        .post("/sso-connections", connection(&workspace, json!({"default_role_id": "owner"})))
        .await
        .expect(403);
    let github = json!({
        "protocol": "github", "default_role_id": "member", "settings": {"client_id": "i", "client_secret": "s"},
    });
    let made = admin.post("/sso-connections", connection(&workspace, github)).await.expect(201);
    let path = format!("/sso-connections/{}", made.id());
    let body = json!({"protocol": "google"});
    assert_eq!(admin.patch(&path, &made.etag(), body).await.expect(422).errors(), ["/protocol immutable"]);
}

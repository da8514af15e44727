//! What the control plane proves itself with to platforms.

use serde_json::{Value, json};

use crate::{secrets::is_stored, world::World};

#[tokio::test]
async fn each_platform_takes_its_own_credentials() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let create = async |name: &str, platform: &str, credentials: Value| {
        let mut body = json!({"workspace_id": workspace, "name": name, "platform": platform});
        body.as_object_mut().unwrap().extend(credentials.as_object().unwrap().clone());
        admin.post("/platform-connections", body).await
    };
    let role = json!({"aws": {"role_arn": "arn:aws:iam::123456789012:role/deploy"}});
    let cluster = json!({"kubernetes": {"server": "https://k8s.example.com", "token": "plaintext-k8s"}});
    let fly = create("fly", "flyio", json!({"token": "plaintext-fly"})).await.expect(201);
    assert_eq!((&fly.body["status"], &fly.body["account"]), (&json!("simulated"), &Value::Null));
    let eks = create("eks", "kubernetes", role.clone()).await.expect(201);
    assert_eq!(
        (&eks.body["account"], &eks.body["credential_fingerprint"], &eks.body["verified_at"]),
        (&json!("123456789012"), &Value::Null, &Value::Null)
    );
    create("k8s", "kubernetes", cluster).await.expect(201);
    let custom = create("own", "custom", json!({"token": "plaintext-own"})).await.expect(201);
    assert_eq!(custom.body["status"], "unverified");
    for (platform, credentials, errors) in [
        ("render", json!({}), ["/token required"]),
        ("kubernetes", json!({}), [" exactly_one"]),
        ("kubernetes", json!({"aws": {"role_arn": "deploy"}}), ["/aws/role_arn format"]),
        ("kubernetes", json!({"kubernetes": {"server": "https://k"}}), ["/kubernetes/token required"]),
    ] {
        let refused = create("wrong", platform, credentials).await.expect(422);
        assert_eq!(refused.errors(), errors, "{platform}");
    }
    let mut both = role;
    both["token"] = json!("x");
    assert_eq!(create("wrong", "vercel", both).await.expect(422).errors(), ["/aws unknown_field"]);
    for plaintext in ["plaintext-fly", "plaintext-k8s", "plaintext-own"] {
        assert!(!is_stored(&world, plaintext), "{plaintext}");
    }
}

#[tokio::test]
async fn a_token_stays_until_another_is_given() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let body = json!({
        "workspace_id": workspace, "name": "k8s", "platform": "kubernetes",
        "kubernetes": {"server": "https://one.example.com", "token": "plaintext-1"},
    });
    let created = admin.post("/platform-connections", body).await.expect(201);
    let path = format!("/platform-connections/{}", created.id());
    let patch = json!({"kubernetes": {"server": "https://two.example.com"}});
    let moved = admin.patch(&path, &created.etag(), patch).await.expect(200);
    let fingerprint = &created.body["credential_fingerprint"];
    assert_eq!(&moved.body["credential_fingerprint"], fingerprint);
    let cleared = json!({"kubernetes": {"token": null}});
    let refused = admin.patch(&path, &moved.etag(), cleared).await.expect(422);
    assert_eq!(refused.errors(), ["/kubernetes/token required"]);
    let patch = json!({"kubernetes": {"token": "plaintext-2"}});
    let changed = admin.patch(&path, &moved.etag(), patch).await.expect(200);
    assert_ne!(&changed.body["credential_fingerprint"], fingerprint);
    let role = json!({"kubernetes": null, "aws": {"role_arn": "arn:aws:iam::123456789012:role/deploy"}});
    let without = admin.patch(&path, &changed.etag(), role).await.expect(200);
    assert_eq!(without.body["credential_fingerprint"], Value::Null);
    let sealed = world.sql("SELECT id FROM platform_connections WHERE sealed IS NOT NULL").await;
    assert_eq!(sealed, [""; 0]);
    let refused = admin.patch(&path, &without.etag(), json!({"platform": "render"})).await.expect(422);
    assert!(refused.errors().contains(&"/aws unknown_field".to_owned()));
}

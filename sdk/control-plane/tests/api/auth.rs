//! Credentials: API keys, passwords, access tokens, refresh tokens, service accounts.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use sparki_control_plane::{
    Role,
    service_account::{self, NewServiceAccount},
    signing_keys,
};

use crate::world::{KEY, PASSWORD, Reply, World, send};

async fn login(world: &World, password: &str) -> Reply {
    let body = json!({"email": "admin@localhost", "password": password});
    send(world.request("POST", "/auth/login").json(&body)).await
}

async fn refresh(world: &World, token: &Value) -> Reply {
    send(world.request("POST", "/auth/refresh").json(&json!({"refresh_token": token}))).await
}

#[tokio::test]
async fn an_api_key_says_who_it_is() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await;
    let me = world.admin().get("/me").await.expect(200).body;
    let expected = json!({
        "user_id": me["user_id"], "email": "admin@localhost", "name": "admin", "credential": "api_key",
        "key_id": "test", "workspaces": [{"id": workspace.id(), "slug": "acme", "role": "owner"}],
    });
    assert_eq!(me, expected);
}

#[tokio::test]
async fn credentials_that_prove_nothing_are_refused() {
    let world = World::new().await;
    let get = async |header: &str, value: &str| send(world.request("GET", "/me").header(header, value)).await;
    let bare = send(world.request("GET", "/me")).await.expect(401);
    assert_eq!((bare.code(), bare.header("www-authenticate")), ("token_invalid", "Bearer"));
    for (header, value) in [
        ("x-api-key", "spk_test_wrong"),
        ("x-api-key", "spk_other_0123456789abcdef"),
        ("x-api-key", "nonsense"),
        ("authorization", "Bearer nonsense"),
        ("authorization", "Bearer a.b.c"),
        ("authorization", "Basic YTpi"),
    ] {
        assert_eq!(get(header, value).await.expect(401).code(), "token_invalid", "{header}: {value}");
    }
}

#[tokio::test]
async fn a_revoked_key_is_refused() {
    let world = World::new().await;
    world.tamper("UPDATE api_keys SET revoked_at = '2026-01-01T00:00:00.000000Z'").await.unwrap();
    world.admin().get("/me").await.expect(401);
}

#[tokio::test]
async fn a_password_buys_a_token_that_lasts_a_quarter_of_an_hour() {
    let world = World::with_password().await;
    assert_eq!(login(&world, "wrong").await.expect(401).code(), "token_invalid");
    let unknown = json!({"email": "nobody@localhost", "password": PASSWORD});
    send(world.request("POST", "/auth/login").json(&unknown)).await.expect(401);
    send(world.request("POST", "/auth/login").json(&json!({"email": "x"}))).await.expect(422);

    let tokens = login(&world, PASSWORD).await.expect(200);
    assert_eq!((&tokens.body["token_type"], &tokens.body["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(tokens.header("cache-control"), "no-store");
    let access = tokens.body["access_token"].as_str().unwrap();
    let me = world.bearer(access).get("/me").await.expect(200).body;
    assert_eq!((&me["credential"], &me["key_id"]), (&json!("jwt"), &Value::Null));

    // The signature is over what is said: saying something else takes another.
    let parts: Vec<&str> = access.split('.').collect();
    let forged = format!("{}.{}x.{}", parts[0], parts[1], parts[2]);
    assert_eq!(world.bearer(&forged).get("/me").await.expect(401).code(), "token_invalid");
    world.advance(899);
    world.bearer(access).get("/me").await.expect(200);
    world.advance(1);
    assert_eq!(world.bearer(access).get("/me").await.expect(401).code(), "token_expired");
}

#[tokio::test]
async fn tokens_verify_against_the_published_key() {
    let world = World::new().await;
    world.admin().workspace("acme").await;
    let account = world.account("acme", Role::Viewer).await;
    let token = account.header.1.strip_prefix("Bearer ").unwrap();
    let keys = send(world.root("GET", "/.well-known/jwks.json")).await.expect(200).body;
    let key = &keys["keys"][0];
    let header = jsonwebtoken::decode_header(token).unwrap();
    assert_eq!((header.alg, header.kid.as_deref()), (jsonwebtoken::Algorithm::RS256, key["kid"].as_str()));
    let (n, e) = (key["n"].as_str().unwrap(), key["e"].as_str().unwrap());
    let decoding = jsonwebtoken::DecodingKey::from_rsa_components(n, e).unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Value>(token, &decoding, &validation).unwrap().claims;
    let lifetime = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(lifetime, 900);
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_its_family() {
    let world = World::with_password().await;
    let first = login(&world, PASSWORD).await.expect(200).body["refresh_token"].clone();
    let other_login = login(&world, PASSWORD).await.expect(200).body["refresh_token"].clone();
    let renewed = refresh(&world, &first).await.expect(200).body;
    world.bearer(renewed["access_token"].as_str().unwrap()).get("/me").await.expect(200);
    let second = renewed["refresh_token"].clone();
    assert_ne!(first, second);
    assert_eq!(refresh(&world, &first).await.expect(401).code(), "token_invalid");
    assert_eq!(refresh(&world, &second).await.expect(401).code(), "token_invalid");
    refresh(&world, &other_login).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_can_be_revoked_and_expires() {
    let world = World::with_password().await;
    let token = login(&world, PASSWORD).await.expect(200).body["refresh_token"].clone();
    send(world.request("POST", "/auth/revoke").json(&json!({"refresh_token": token}))).await.expect(204);
    refresh(&world, &token).await.expect(401);
    send(world.request("POST", "/auth/revoke").json(&json!({"refresh_token": "unknown"}))).await.expect(204);
    let token = login(&world, PASSWORD).await.expect(200).body["refresh_token"].clone();
    world.advance(30 * 24 * 3600);
    refresh(&world, &token).await.expect(401);
    refresh(&world, &json!("spr_a_b")).await.expect(401);
}

#[tokio::test]
async fn an_access_token_can_be_revoked_alone() {
    let world = World::with_password().await;
    let revoke = async |body: Value| send(world.request("POST", "/auth/revoke").json(&body)).await;
    let first = login(&world, PASSWORD).await.expect(200).body;
    let second = refresh(&world, &first["refresh_token"]).await.expect(200).body;
    let me = async |tokens: &Value| world.bearer(tokens["access_token"].as_str().unwrap()).get("/me").await;
    me(&first).await.expect(200);
    for _ in 0..2 {
        revoke(json!({"access_token": first["access_token"]})).await.expect(204);
    }
    assert_eq!(me(&first).await.expect(401).code(), "token_invalid");
    me(&second).await.expect(200);
    let third = refresh(&world, &second["refresh_token"]).await.expect(200).body;

    revoke(json!({"access_token": "a.b.c"})).await.expect(204);
    revoke(json!({})).await.expect(422);
    let both = json!({"access_token": second["access_token"], "refresh_token": second["refresh_token"]});
    assert_eq!(revoke(both).await.expect(422).errors(), [" exactly_one"]);
    me(&second).await.expect(200);

    world.advance(900);
    revoke(json!({"access_token": second["access_token"]})).await.expect(204);
    for _ in 0..2 {
        revoke(json!({"refresh_token": third["refresh_token"]})).await.expect(204);
    }
    let told = "SELECT resource_type FROM audit_logs WHERE action = 'revoke' ORDER BY seq";
    assert_eq!(world.sql(told).await, ["access_token", "session"], "what has ended is not ended again");
}

#[tokio::test]
async fn a_service_account_logs_in_by_form_or_json() {
    let world = World::new().await;
    world.admin().workspace("acme").await;
    let account = NewServiceAccount { workspace: "acme".into(), name: "ci".into(), role: Role::Member };
    let credentials = service_account::create(&world.database, &account).await.unwrap();
    assert!(service_account::create(&world.database, &account).await.is_err(), "the name is taken");
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        credentials.client_id,
        credentials.client_secret.expose()
    );
    let request =
        world.request("POST", "/auth/token").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let tokens = send(request.body(form)).await.expect(200).body;
    assert_eq!(tokens.get("refresh_token"), None);
    let me = world.bearer(tokens["access_token"].as_str().unwrap()).get("/me").await.expect(200).body;
    assert_eq!((&me["name"], &me["workspaces"][0]["role"]), (&json!("ci"), &json!("member")));

    let wrong = json!({
        "grant_type": "client_credentials", "client_id": credentials.client_id, "client_secret": "sps_x_y",
    });
    assert_eq!(
        send(world.request("POST", "/auth/token").json(&wrong)).await.expect(401).code(),
        "token_invalid"
    );
    let other = json!({"grant_type": "password", "client_id": "a", "client_secret": "b"});
    let refused = send(world.request("POST", "/auth/token").json(&other)).await.expect(422);
    assert_eq!(refused.errors(), ["/grant_type choice"]);
}

#[tokio::test]
async fn secrets_are_nowhere_in_the_database() {
    let world = World::with_password().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    let environment = admin.environment(&project.id(), "dev").await;
    let body = json!({
        "environment_id": environment.id(), "name": "hook", "platform": "custom",
        "settings": {"script": "deploy", "signing_secret": "webhook-s3cr3t"},
    });
    admin.post("/deployment-targets", body).await.expect(201);
    let tokens = login(&world, PASSWORD).await.expect(200).body;
    let bytes = world.stored_bytes();
    let key_secret = KEY.rsplit('_').next().unwrap();
    let refresh_secret = tokens["refresh_token"].as_str().unwrap().rsplit('_').next().unwrap();
    for secret in
        [key_secret, PASSWORD, "webhook-s3cr3t", refresh_secret, tokens["access_token"].as_str().unwrap()]
    {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}

#[tokio::test]
async fn a_login_opens_a_workspace_for_as_long_as_that_allows() {
    let world = World::with_password().await;
    let admin = world.admin();
    let (workspace, other) = (admin.workspace("acme").await, admin.workspace("other").await.id());
    let strict = json!({"security": {"session_ttl_seconds": 3600}});
    let path = format!("/workspaces/{}", workspace.id());
    admin.patch(&path, &workspace.etag(), strict).await.expect(200);
    let mut tokens = login(&world, PASSWORD).await.expect(200).body;
    for _ in 0..3 {
        world.advance(1000);
        tokens = refresh(&world, &tokens["refresh_token"]).await.expect(200).body;
    }
    world.bearer(tokens["access_token"].as_str().unwrap()).get(&path).await.expect(200);
    world.advance(600);
    // The login goes on, for it is none of this workspace's business elsewhere.
    tokens = refresh(&world, &tokens["refresh_token"]).await.expect(200).body;
    let late = world.bearer(tokens["access_token"].as_str().unwrap());
    let refused = late.get(&path).await.expect(403);
    assert_eq!(refused.code(), "permission_denied");
    assert!(refused.body["detail"].as_str().unwrap().contains("Log in again"), "{:#}", refused.body);
    late.get(&format!("/workspaces/{other}")).await.expect(200);
    admin.get(&path).await.expect(200);
    tokens = login(&world, PASSWORD).await.expect(200).body;
    world.bearer(tokens["access_token"].as_str().unwrap()).get(&path).await.expect(200);
}

#[tokio::test]
async fn a_new_key_signs_and_the_old_one_fades_away() {
    let world = World::with_password().await;
    let twin = world.twin().await;
    let token =
        async || login(&world, PASSWORD).await.expect(200).body["access_token"].as_str().unwrap().to_owned();
    let key_id = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let published = async || {
        let keys = send(world.root("GET", "/.well-known/jwks.json")).await.expect(200).body;
        let ids = keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned());
        ids.collect::<Vec<String>>()
    };
    let old = token().await;
    world.advance(10);
    let newest = signing_keys::rotate(&world.settings).await.unwrap();
    assert_eq!(published().await, [newest.clone(), key_id(&old)]);
    let new = token().await;
    assert_eq!(key_id(&new), newest);
    for token in [&old, &new] {
        world.bearer(token).get("/me").await.expect(200);
        let me =
            reqwest::Client::builder().no_proxy().build().unwrap().get(format!("{}/api/v1/me", twin.url));
        send(me.bearer_auth(token)).await.expect(200);
    }
    world.advance(3600 + 300);
    assert_eq!(published().await, [newest]);
    twin.stop().await;
}

#[tokio::test]
async fn a_token_signed_in_another_way_is_refused() {
    let world = World::with_password().await;
    let token = login(&world, PASSWORD).await.expect(200).body["access_token"].as_str().unwrap().to_owned();
    let keys = send(world.root("GET", "/.well-known/jwks.json")).await.body;
    let key = &keys["keys"][0];
    let payload = token.split('.').nth(1).unwrap();
    let refused = async |token: String| world.bearer(&token).get("/me").await.expect(401).code().to_owned();
    let encoded = |header: Value| URL_SAFE_NO_PAD.encode(header.to_string());
    for algorithm in ["none", "HS256", "RS512"] {
        let header = encoded(json!({"alg": algorithm, "kid": key["kid"]}));
        assert_eq!(refused(format!("{header}.{payload}.AAAA")).await, "token_invalid");
    }
    // Signed with what everybody can read.
    let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
    header.kid = key["kid"].as_str().map(str::to_owned);
    let claims = json!({"iss": "sparki-control-plane", "sub": "x", "exp": i64::MAX});
    let public = jsonwebtoken::EncodingKey::from_secret(key["n"].as_str().unwrap().as_bytes());
    refused(jsonwebtoken::encode(&header, &claims, &public).unwrap()).await;
    // With the right signature, for a key that is not the one.
    let rest = token.split_once('.').unwrap().1;
    refused(format!("{}.{rest}", encoded(json!({"alg": "RS256", "kid": "other"})))).await;
    refused(format!("{}.{rest}", encoded(json!({"alg": "RS256"})))).await;
    world.bearer(&token).get("/me").await.expect(200);
}

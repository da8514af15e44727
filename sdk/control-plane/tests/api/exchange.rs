//! Exchanging the token of a CI for one of a service account, with an issuer of our own.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use axum::{Json, Router, extract::State, routing::get};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::world::{Reply, World, send};

const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// A key of an issuer.
struct Key {
    id: &'static str,
    private: EncodingKey,
    public: Value,
}

impl Key {
    fn generate(id: &'static str) -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            base64::engine::general_purpose::STANDARD.encode(der.as_ref())
        );
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let public = pair.public_key();
        let public = json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": id,
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
        });
        Self { id, private: EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap(), public }
    }
}

/// What an issuer publishes, and how often it was asked.
#[derive(Default)]
struct Published {
    url: Mutex<String>,
    keys: Mutex<Vec<Value>>,
    fetched: AtomicUsize,
}

/// An issuer that really listens.
struct Issuer {
    url: String,
    published: Arc<Published>,
}

impl Issuer {
    async fn start(keys: &[&Key]) -> Self {
        let published = Arc::new(Published::default());
        let discovery = |State(published): State<Arc<Published>>| async move {
            let url = published.url.lock().unwrap().clone();
            Json(json!({"issuer": url, "jwks_uri": format!("{url}/keys")}))
        };
        let jwks = |State(published): State<Arc<Published>>| async move {
            published.fetched.fetch_add(1, Ordering::SeqCst);
            Json(json!({"keys": *published.keys.lock().unwrap()}))
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(jwks))
            .with_state(Arc::clone(&published));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        published.url.lock().unwrap().clone_from(&url);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let issuer = Self { url, published };
        issuer.publish(keys);
        issuer
    }

    fn publish(&self, keys: &[&Key]) {
        // A key of a kind nobody knows does not hide the others.
        let strange = json!({"kty": "XYZ", "kid": "strange"});
        let keys = keys.iter().map(|key| key.public.clone()).chain([strange]);
        *self.published.keys.lock().unwrap() = keys.collect();
    }

    fn fetched(&self) -> usize {
        self.published.fetched.load(Ordering::SeqCst)
    }

    /// A token with these claims beside the usual ones; null leaves one out.
    fn token(&self, key: &Key, more: Value) -> String {
        let mut claims = json!({
            "iss": self.url, "sub": "repo:acme/web:ref:refs/heads/main", "aud": "sparki", "iat": START, "nbf": START,
            "exp": START + 300, "repository": "acme/web", "run_id": 42,
        });
        let claims = claims.as_object_mut().unwrap();
        claims.extend(more.as_object().unwrap().clone());
        claims.retain(|_, value| !value.is_null());
        let header = Header { kid: Some(key.id.to_owned()), ..Header::new(Algorithm::RS256) };
        encode(&header, claims, &key.private).unwrap()
    }
}

/// When the clock of a world starts: 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600;

/// A world with the service account `acme/ci`, which may do what a member may.
async fn world() -> (World, String, String) {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await.id();
    let body = json!({"workspace_id": workspace, "name": "ci", "role_ids": ["member"]});
    let account = world.admin().post("/service-accounts", body).await.expect(201).id();
    (world, workspace, account)
}

async fn trust(world: &World, account: &str, more: Value) -> Reply {
    let mut body = json!({
        "service_account_id": account, "name": "main", "subject": "repo:acme/web:ref:refs/heads/main",
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.admin().post("/oidc-trusts", body).await
}

async fn exchange(world: &World, token: &str) -> Reply {
    let body = json!({
        "grant_type": EXCHANGE, "subject_token": token, "subject_token_type": JWT, "service_account": "acme/ci",
    });
    send(world.request("POST", "/auth/token").json(&body)).await
}

#[tokio::test]
async fn a_token_of_the_ci_becomes_one_of_the_service_account() {
    let (world, workspace, account) = world().await;
    let key = Key::generate("k1");
    let issuer = Issuer::start(&[&key]).await;
    let claims = json!({"repository": "acme/*", "run_id": "4?"});
    let made = trust(&world, &account, json!({"issuer": issuer.url, "claims": claims})).await.expect(201);
    assert_eq!((&made.body["audience"], &made.body["warnings"]), (&json!("sparki"), &json!([])));
    let token = issuer.token(&key, json!({}));
    let first = exchange(&world, &token).await.expect(200);
    assert_eq!(first.header("cache-control"), "no-store");
    assert_eq!(first.body["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
    assert_eq!((&first.body["expires_in"], first.body.get("refresh_token")), (&json!(900), None));
    let ci = world.bearer(first.body["access_token"].as_str().unwrap());
    assert_eq!(ci.id().await, account);
    ci.project(&workspace, "web").await;

    // By form, again, and with the audience that was asked for.
    let form = |audience: &str| {
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("grant_type", EXCHANGE),
                ("subject_token", token.as_str()),
                ("audience", audience),
            ])
            .extend_pairs([("subject_token_type", JWT), ("service_account", "acme/ci")])
            .finish()
    };
    let by_form = async |audience: &str| {
        let request = world.request("POST", "/auth/token");
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        send(request.body(form(audience))).await
    };
    by_form("sparki").await.expect(200);
    by_form("elsewhere").await.expect(401);
    assert_eq!(issuer.fetched(), 1, "the keys are kept");
    let told = "SELECT result FROM audit_logs WHERE action = 'exchange' ORDER BY seq";
    assert_eq!(world.sql(told).await, ["success", "success", "refused:token_invalid"]);

    // Whoever takes the trust away ends what came of it.
    world.admin().delete(&format!("/oidc-trusts/{}", made.id()), &made.etag()).await.expect(204);
    ci.get("/me").await.expect(401);
    exchange(&world, &token).await.expect(401);
}

#[tokio::test]
async fn a_token_that_is_not_what_it_should_be_is_refused() {
    let (world, _, account) = world().await;
    let (key, other) = (Key::generate("k1"), Key::generate("k1"));
    let issuer = Issuer::start(&[&key]).await;
    trust(&world, &account, json!({"issuer": issuer.url, "claims": {"repository": "acme/*"}}))
        .await
        .expect(201);
    for (more, reason) in [
        (json!({"aud": "elsewhere"}), "audience"),
        (json!({"aud": null}), "audience"),
        (json!({"exp": START}), "expired"),
        (json!({"exp": null}), "expiry"),
        (json!({"nbf": START + 120}), "future"),
        (json!({"iat": START + 120}), "future"),
        (json!({"sub": "repo:acme/web:ref:refs/heads/other"}), "subject"),
        (json!({"sub": null}), "subject"),
        (json!({"repository": "evil/web"}), "claims"),
        (json!({"repository": null}), "claims"),
        (json!({"iss": "https://elsewhere.example.com"}), "issuer"),
    ] {
        let refused = exchange(&world, &issuer.token(&key, more.clone())).await.expect(401);
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(refused.code() == "token_invalid" && detail.contains(reason), "{more}: {detail}");
    }
    exchange(&world, &issuer.token(&key, json!({"aud": ["x", "sparki"]}))).await.expect(200);
    exchange(&world, &issuer.token(&other, json!({}))).await.expect(401);

    // Neither unsigned nor signed with what everybody knows.
    let token = issuer.token(&key, json!({}));
    let payload = token.split('.').nth(1).unwrap();
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"k1"}"#);
    exchange(&world, &format!("{none}.{payload}.")).await.expect(401);
    let header = Header { kid: Some("k1".into()), ..Header::new(Algorithm::HS256) };
    let secret = EncodingKey::from_secret(key.public["n"].as_str().unwrap().as_bytes());
    let claims = json!({"iss": issuer.url, "sub": "x", "aud": "sparki", "exp": START + 300});
    exchange(&world, &encode(&header, &claims, &secret).unwrap()).await.expect(401);
    exchange(&world, "a.b.c").await.expect(401);

    let unknown = json!({
        "grant_type": EXCHANGE, "subject_token": token, "subject_token_type": JWT, "service_account": "acme/cd",
    });
    send(world.request("POST", "/auth/token").json(&unknown)).await.expect(401);
    let wrong = json!({"grant_type": EXCHANGE, "subject_token_type": "jwt"});
    let refused = send(world.request("POST", "/auth/token").json(&wrong)).await.expect(422);
    assert_eq!(
        refused.errors(),
        ["/service_account required", "/subject_token required", "/subject_token_type choice"]
    );
}

#[tokio::test]
async fn an_issuer_changes_its_keys() {
    let (world, _, account) = world().await;
    let (old, new) = (Key::generate("old"), Key::generate("new"));
    let issuer = Issuer::start(&[&old]).await;
    trust(&world, &account, json!({"issuer": issuer.url})).await.expect(201);
    let later = json!({"exp": START + 3600});
    exchange(&world, &issuer.token(&old, later.clone())).await.expect(200);
    issuer.publish(&[&new]);
    exchange(&world, &issuer.token(&new, later.clone())).await.expect(401);
    assert_eq!(issuer.fetched(), 1, "a key nobody knows is looked for once a minute");
    world.advance(60);
    exchange(&world, &issuer.token(&new, later.clone())).await.expect(200);
    exchange(&world, &issuer.token(&old, later.clone())).await.expect(401);
    assert_eq!(issuer.fetched(), 2);
    world.advance(600);
    exchange(&world, &issuer.token(&new, later)).await.expect(200);
    assert_eq!(issuer.fetched(), 3, "keys are not kept for ever");
}

#[tokio::test]
async fn an_issuer_that_cannot_be_asked_is_asked_again_later() {
    let (world, _, account) = world().await;
    let key = Key::generate("k1");
    let issuer = Issuer::start(&[&key]).await;
    trust(&world, &account, json!({"issuer": issuer.url})).await.expect(201);
    let token = issuer.token(&key, json!({}));
    let url = std::mem::replace(&mut *issuer.published.url.lock().unwrap(), "http://127.0.0.1:1".into());
    let refused = exchange(&world, &token).await.expect(503);
    assert_eq!((refused.header("retry-after"), &refused.body["retryable"]), ("60", &json!(true)));
    *issuer.published.url.lock().unwrap() = url;
    exchange(&world, &token).await.expect(503);
    world.advance(60);
    exchange(&world, &token).await.expect(200);
}

#[tokio::test]
async fn a_trust_cuts_down_what_the_service_account_may() {
    let (world, workspace, account) = world().await;
    let key = Key::generate("k1");
    let issuer = Issuer::start(&[&key]).await;
    let more = json!({"issuer": issuer.url, "permissions": ["project:*"], "max_session_seconds": 1800});
    trust(&world, &account, more).await.expect(201);
    let tokens = exchange(&world, &issuer.token(&key, json!({}))).await.expect(200);
    assert_eq!(tokens.body["expires_in"], 1800);
    let ci = world.bearer(tokens.body["access_token"].as_str().unwrap());
    let project = ci.project(&workspace, "web").await;
    let pipeline =
        json!({"project_id": project.id(), "name": "ci", "configuration": crate::world::configuration()});
    ci.post("/pipelines", pipeline).await.expect(403);
    ci.post("/workspaces", json!({"name": "other"})).await.expect(403);
    world.advance(1799);
    ci.get("/projects").await.expect(200);
    world.advance(1);
    assert_eq!(ci.get("/projects").await.expect(401).code(), "token_expired");
}

#[tokio::test]
async fn a_trust_says_what_is_wrong_with_it() {
    let (world, workspace, account) = world().await;
    let refused = async |more: Value| trust(&world, &account, more).await.expect(422).errors();
    assert_eq!(refused(json!({})).await, ["/issuer required"]);
    assert_eq!(refused(json!({"preset": "eks"})).await, ["/issuer required"]);
    let both = json!({"preset": "github", "issuer": "https://gitlab.com"});
    assert_eq!(refused(both).await, ["/issuer conflict"]);
    assert_eq!(refused(json!({"issuer": "http://ci.example.com"})).await, ["/issuer format"]);
    let open = json!({"preset": "gitlab", "subject": "*", "claims": {"ref": "**", "x": 1}});
    assert_eq!(refused(open).await, ["/claims/ref format", "/claims/x type", "/subject format"]);

    let github = json!({"preset": "github", "subject": "repo:acme/*"});
    let made = trust(&world, &account, github).await.expect(201);
    assert_eq!(made.body["issuer"], "https://token.actions.githubusercontent.com");
    assert_eq!(made.body["warnings"].as_array().unwrap().len(), 1);
    let path = format!("/oidc-trusts/{}", made.id());
    let narrow = json!({"subject": "repo:acme/web:ref:refs/heads/main", "preset": "gitlab"});
    let changed = world.admin().patch(&path, &made.etag(), narrow).await.expect(200);
    assert_eq!(
        (&changed.body["issuer"], &changed.body["warnings"]),
        (&json!("https://gitlab.com"), &json!([]))
    );

    // Whoever opens a service account has what it may do.
    let admin = world.account("acme", sparki_control_plane::Role::Admin).await;
    let body = json!({"workspace_id": workspace, "name": "strong", "role_ids": ["owner"]});
    let strong = world.admin().post("/service-accounts", body).await.expect(201).id();
    let body = json!({"service_account_id": strong, "name": "t", "preset": "gitlab", "subject": "project_path:acme/web"});
    admin.post("/oidc-trusts", body.clone()).await.expect(403);
    let mut narrow = body;
    narrow["permissions"] = json!(["project:*"]);
    admin.post("/oidc-trusts", narrow).await.expect(201);
}

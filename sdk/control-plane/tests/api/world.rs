//! A server of one's own, and the few words the tests speak to it.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};
use sparki_control_plane::{
    Clock, Role, Running, Secret, Server, Settings, Timestamp,
    service_account::{self, NewServiceAccount},
    user::{self, NewUser},
};
use tempfile::TempDir;

use crate::contract::{Received, Sent};

/// The API key of the first user.
pub(crate) const KEY: &str = "spk_test_0123456789abcdef";
/// The encryption key of databases that do not get one of their own.
pub(crate) const ENCRYPTION_KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
/// The password of the first user, where there is one.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// Whether these are the tests on PostgreSQL: the same files, compiled under another name.
pub(crate) const ON_POSTGRES: bool = !matches!(env!("CARGO_CRATE_NAME").as_bytes(), b"api");

/// A running server, its database and its clock.
pub(crate) struct World {
    pub(crate) running: Running,
    pub(crate) settings: Settings,
    pub(crate) database: String,
    pub(crate) directory: TempDir,
    /// The encryption keys, where there are none beside the database.
    pub(crate) key_file: Option<PathBuf>,
    seconds: Arc<AtomicI64>,
    client: Client,
    sequence: AtomicU64,
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub(crate) fn etag(&self) -> String {
        self.header("etag").to_owned()
    }

    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// `pointer code` of every error.
    pub(crate) fn errors(&self) -> Vec<String> {
        let errors = self.body["errors"].as_array().unwrap().iter();
        errors
            .map(|e| format!("{} {}", e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap()))
            .collect()
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(adjust: impl FnOnce(&mut Settings)) -> Self {
        let directory = TempDir::new().unwrap();
        let database = if ON_POSTGRES {
            postgres_server::shared().create_database()
        } else {
            format!("sqlite://{}/sparki.db", directory.path().display())
        };
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let seconds = Arc::new(AtomicI64::new(start.as_second()));
        let clock = {
            let seconds = Arc::clone(&seconds);
            Clock::from_fn(move || Timestamp::from_second(seconds.load(Ordering::SeqCst)).unwrap())
        };
        let mut settings = Settings {
            listen: ([127, 0, 0, 1], 0).into(),
            database: database.clone(),
            bootstrap_api_key: Some(KEY.into()),
            rate_limit_per_hour: 0,
            clock,
            ..Settings::default()
        };
        adjust(&mut settings);
        if settings.database.starts_with("postgres:") && settings.encryption_key_file.is_none() {
            settings.encryption_key_file = Some(write_key_file(directory.path(), &[ENCRYPTION_KEY]));
        }
        let key_file = settings.encryption_key_file.clone();
        let running = Server::start(settings.clone()).await.unwrap();
        // A connection of the pool may be closed under a test that stops the server: no keeping.
        let client = Client::builder().no_proxy().build().unwrap();
        Self {
            running,
            settings,
            database,
            directory,
            key_file,
            seconds,
            client,
            sequence: AtomicU64::new(0),
        }
    }

    pub(crate) async fn with_password() -> Self {
        Self::with(|settings| settings.bootstrap_password = Some(Secret::new(PASSWORD))).await
    }

    /// Another server on the same database, with the same clock.
    pub(crate) async fn twin(&self) -> Running {
        Server::start(self.settings.clone()).await.unwrap()
    }

    /// Another server on the same database, with the same clock and other settings.
    pub(crate) async fn twin_with(&self, adjust: impl FnOnce(&mut Settings)) -> Running {
        let mut settings = self.settings.clone();
        adjust(&mut settings);
        Server::start(settings).await.unwrap()
    }

    /// The time by the server's clock.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_second(self.seconds.load(Ordering::SeqCst)).unwrap()
    }

    /// Moves the server's clock.
    pub(crate) fn advance(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// A request below `/api/v1`, without credentials.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.client.request(method, format!("{}/api/v1{path}", self.running.url))
    }

    /// A request to the root of the server.
    pub(crate) fn root(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.client.request(method, format!("{}{path}", self.running.url))
    }

    pub(crate) fn unique(&self) -> String {
        format!("key-{}", self.sequence.fetch_add(1, Ordering::SeqCst))
    }

    /// The first user.
    pub(crate) fn admin(&self) -> Caller<'_> {
        self.key(KEY)
    }

    /// Whoever has this API key.
    pub(crate) fn key(&self, key: &str) -> Caller<'_> {
        Caller { world: self, header: ("x-api-key", key.to_owned()), client: self.client.clone() }
    }

    pub(crate) fn bearer(&self, token: &str) -> Caller<'_> {
        let header = ("authorization", format!("Bearer {token}"));
        Caller { world: self, header, client: self.client.clone() }
    }

    /// A new service account with a role in a workspace, logged in.
    pub(crate) async fn account(&self, workspace: &str, role: Role) -> Caller<'_> {
        let name = format!("{}-{}", role.name(), self.unique());
        let account = NewServiceAccount { workspace: workspace.to_owned(), name, role };
        let credentials = service_account::create(&self.database, &account).await.unwrap();
        let body = json!({
            "grant_type": "client_credentials",
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret.expose(),
        });
        let reply = send(self.request("POST", "/auth/token").json(&body)).await.expect(200);
        self.bearer(reply.body["access_token"].as_str().unwrap())
    }

    /// A new user who has logged in. Every one has the same password.
    pub(crate) async fn person(&self, email: &str) -> Caller<'_> {
        let user = NewUser { email: email.into(), name: email.into(), password: Secret::new(PASSWORD) };
        user::create(&self.database, &user).await.unwrap();
        let body = json!({"email": email, "password": PASSWORD});
        let tokens = send(self.request("POST", "/auth/login").json(&body)).await.expect(200).body;
        self.bearer(tokens["access_token"].as_str().unwrap())
    }

    /// A new user who is a member of a workspace and has logged in.
    pub(crate) async fn member(&self, workspace: &str, email: &str, role: Role) -> Caller<'_> {
        let person = self.person(email).await;
        let body = json!({"workspace_id": workspace, "email": email, "role_ids": [role.name()]});
        let invited = self.admin().post("/workspace-members", body).await.expect(201);
        person.accept(&invited.id()).await;
        person
    }

    /// The rows a query finds, each as its columns joined by spaces.
    pub(crate) async fn sql(&self, query: &'static str) -> Vec<String> {
        let pool = sqlx::AnyPool::connect(&self.database).await.unwrap();
        let rows = sqlx::query_scalar(query).fetch_all(&pool).await.unwrap();
        pool.close().await;
        rows
    }

    /// Everything the database holds, as bytes.
    pub(crate) fn stored_bytes(&self) -> Vec<u8> {
        if ON_POSTGRES {
            return postgres_server::shared().dump(&self.database);
        }
        let files = std::fs::read_dir(self.directory.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    /// Changes the database behind the server's back.
    pub(crate) async fn tamper(&self, statement: &'static str) -> Result<(), sqlx::Error> {
        let pool = sqlx::AnyPool::connect(&self.database).await.unwrap();
        let result = sqlx::query(statement).execute(&pool).await.map(|_| ());
        pool.close().await;
        result
    }
}

/// Writes a file of encryption keys that only its owner may read.
pub(crate) fn write_key_file(directory: &Path, keys: &[&str]) -> PathBuf {
    let path = directory.join("encryption-keys");
    std::fs::write(&path, keys.join("\n")).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    path
}

/// Sends a request, and checks it and its answer against the OpenAPI document.
pub(crate) async fn send(request: RequestBuilder) -> Reply {
    exchange(request, Contract::Kept).await
}

/// Sends a request to inject a fault, or to meet one whose answer is none of the contract's.
pub(crate) async fn send_beyond_contract(request: RequestBuilder) -> Reply {
    exchange(request, Contract::Broken).await
}

/// Whether an answer has to be one that the OpenAPI document allows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Contract {
    Kept,
    Broken,
}

async fn exchange(request: RequestBuilder, contract: Contract) -> Reply {
    let (client, request) = request.build_split();
    let request = request.unwrap();
    let sent = Sent::of(&request);
    let response = client.execute(request).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    if contract == Contract::Kept {
        sent.check(&Received { status, headers: &headers, body: &bytes });
    }
    let kind = headers.get("content-type").map(|kind| kind.to_str().unwrap()).unwrap_or_default();
    let is_text = kind.starts_with("text/html") || kind.starts_with("application/openmetrics-text");
    let body = match bytes.as_ref() {
        [] => Value::Null,
        page if is_text => Value::from(String::from_utf8(page.to_vec()).unwrap()),
        document => serde_json::from_slice(document).unwrap(),
    };
    Reply { status, headers, body }
}

/// Someone who has proved who they are.
#[derive(Clone)]
pub(crate) struct Caller<'a> {
    pub(crate) world: &'a World,
    pub(crate) header: (&'static str, String),
    client: Client,
}

impl Caller<'_> {
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let url = format!("{}/api/v1{path}", self.world.running.url);
        self.client.request(method, url).header(self.header.0, &self.header.1)
    }

    /// The same caller at another address of this machine.
    pub(crate) fn from(&self, address: &str) -> Self {
        let address: std::net::IpAddr = address.parse().unwrap();
        let client = Client::builder().no_proxy().local_address(address).build().unwrap();
        Self { client, ..self.clone() }
    }

    /// The id of whoever this is.
    pub(crate) async fn id(&self) -> String {
        self.get("/me").await.body["user_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        send(self.request("GET", path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        send(self.request("POST", path).header("idempotency-key", self.world.unique()).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, etag: &str, body: Value) -> Reply {
        send(self.request("PATCH", path).header("if-match", etag).json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str, etag: &str) -> Reply {
        send(self.request("DELETE", path).header("if-match", etag)).await
    }

    /// Accepts an invitation, and answers with the member that this is now.
    pub(crate) async fn accept(&self, invitation: &str) -> Reply {
        send(self.request("POST", &format!("/me/invitations/{invitation}:accept"))).await.expect(200)
    }

    /// The operation that was accepted, once it has ended.
    pub(crate) async fn finished(&self, accepted: &Reply) -> Reply {
        let path = accepted.header("location").strip_prefix("/api/v1").unwrap();
        let operation = self.get(&format!("{path}?wait=30s")).await.expect(200);
        assert!(operation.body["completed_at"].is_string(), "{:#}", operation.body);
        operation
    }

    pub(crate) async fn workspace(&self, slug: &str) -> Reply {
        let body = json!({"name": slug, "deletion_protection": false});
        self.post("/workspaces", body).await.expect(201)
    }

    pub(crate) async fn project(&self, workspace_id: &str, slug: &str) -> Reply {
        let git_url = format!("https://github.com/acme/{slug}");
        self.post("/projects", json!({"workspace_id": workspace_id, "name": slug, "git_url": git_url}))
            .await
            .expect(201)
    }

    pub(crate) async fn environment(&self, project_id: &str, slug: &str) -> Reply {
        self.post("/environments", json!({"project_id": project_id, "name": slug})).await.expect(201)
    }

    pub(crate) async fn pipeline(&self, project_id: &str, name: &str) -> Reply {
        let body = json!({"project_id": project_id, "name": name, "configuration": configuration()});
        self.post("/pipelines", body).await.expect(201)
    }

    pub(crate) async fn target(&self, environment_id: &str, name: &str) -> Reply {
        let body = json!({
            "environment_id": environment_id, "name": name, "platform": "render", "settings": {"service_id": "srv"},
        });
        self.post("/deployment-targets", body).await.expect(201)
    }
}

pub(crate) fn configuration() -> Value {
    json!({"version": "v1", "stages": [{"name": "build", "steps": [{"name": "make", "command": "make"}]}]})
}

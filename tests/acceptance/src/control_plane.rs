//! The reference control plane, and its objects behind Terraform's back.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::artifacts::built;
use crate::fault::Fault;
use crate::http::{Answer, Http};
use crate::remote::Remote;
use crate::server::Server;
use crate::shared::Shared;

const API_KEY: &str = "spk_acceptance_0123456789abcdef0123456789abcdef";

/// A running control plane with a database of its own.
pub struct ControlPlane {
    // In this order they are dropped: the process before the folder with its database.
    server: Server,
    _directory: TempDir,
    database: String,
    endpoint: String,
    api_key: String,
    http: Http,
    sequence: AtomicU64,
}

impl ControlPlane {
    /// The one for tests that mind only their own objects.
    #[must_use]
    pub fn shared() -> Arc<Self> {
        static SHARED: Shared<ControlPlane> = Shared::new();
        SHARED.get(Self::start)
    }

    /// Starts one for a test that makes it misbehave, or that looks at everything there is.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts one with more flags.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_with(flags: &[&str]) -> Self {
        Self::launch(API_KEY, flags)
    }

    /// Starts one with another key that opens everything.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_for(api_key: &str) -> Self {
        Self::launch(api_key, &[])
    }

    /// Starts one on another database than a file of its own.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_on(database: &str) -> Self {
        let directory = tempfile::tempdir().expect("there is room for the log");
        Self::launch_on(API_KEY, &[], directory, database.to_owned())
    }

    fn launch(api_key: &str, flags: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("there is room for a database");
        let database = format!("sqlite://{}", directory.path().join("sparki.db").display());
        Self::launch_on(api_key, flags, directory, database)
    }

    fn launch_on(api_key: &str, flags: &[&str], directory: TempDir, database: String) -> Self {
        let ready = directory.path().join("ready");
        let mut command = Command::new(built("sparki-control-plane"));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--rate-limit-per-hour", "0", "--enable-faults"])
            .arg("--ready-file")
            .arg(&ready)
            .args(flags)
            .env("DATABASE_URL", &database)
            .env("SPARKI_BOOTSTRAP_API_KEY", api_key);
        // On SQLite it makes a key of its own.
        if database.starts_with("postgres") {
            let key_file = directory.path().join("encryption-key");
            write_key(&key_file);
            command.env("SPARKI_ENCRYPTION_KEY_FILE", &key_file);
        }
        let mut server = Server::start("the control plane", &command, &directory.path().join("log"));
        let endpoint = server.wait_until(|_| std::fs::read_to_string(&ready).ok()).trim().to_owned();
        let http = Http::new(&endpoint, &[("X-API-Key", api_key)]);
        Self {
            server,
            _directory: directory,
            database,
            endpoint,
            api_key: api_key.to_owned(),
            http,
            sequence: AtomicU64::new(0),
        }
    }

    /// Its base URL.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// A key that opens everything.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// What it has logged.
    #[must_use]
    pub fn log(&self) -> String {
        self.server.log()
    }

    /// Its database URL, for the commands that need no server.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.database
    }

    /// A new service account in a workspace, by its slug: client id and client secret.
    ///
    /// # Panics
    /// When it is refused.
    #[must_use]
    pub fn service_account(&self, workspace: &str, name: &str) -> (String, String) {
        let output = Command::new(built("sparki-control-plane"))
            .args(["service-account", "create", "--workspace", workspace, "--name", name])
            .env("DATABASE_URL", &self.database)
            .output()
            .expect("the control plane's executable starts");
        assert!(output.status.success(), "no account: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        let credentials = line("client_id").zip(line("client_secret"));
        let (id, secret) = credentials.unwrap_or_else(|| panic!("no credentials in {text:?}"));
        (id.to_owned(), secret.to_owned())
    }

    /// An access token for a service account.
    ///
    /// # Panics
    /// When it is refused.
    #[must_use]
    pub fn access_token(&self, (client_id, client_secret): (&str, &str)) -> String {
        let body = json!({
            "grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret,
        });
        let answer = self.http.send("POST", "/api/v1/auth/token", &[], Some(&body)).accepted();
        answer["access_token"].as_str().expect("the answer has a token").to_owned()
    }

    /// An object, or nothing if it is gone.
    ///
    /// # Panics
    /// When the answer is neither.
    #[must_use]
    pub fn read(&self, collection: &str, id: &str) -> Option<Value> {
        let answer = self.look(collection, id);
        match answer.status {
            404 | 410 => None,
            _ => Some(answer.accepted()),
        }
    }

    /// The objects that fit a filter: `slug=acme`.
    ///
    /// # Panics
    /// When the answer is not a list.
    #[must_use]
    pub fn list(&self, collection: &str, filter: &str) -> Vec<Value> {
        let page = self.http.send("GET", &format!("/api/v1/{collection}?{filter}"), &[], None).accepted();
        page["data"].as_array().cloned().unwrap_or_else(|| panic!("not a page: {page}"))
    }

    /// Makes an object.
    ///
    /// # Panics
    /// When it is refused.
    pub fn create(&self, collection: &str, body: &Value) -> Value {
        let key = format!("acceptance-{}", self.sequence.fetch_add(1, Ordering::Relaxed));
        self.http
            .send("POST", &format!("/api/v1/{collection}"), &[("Idempotency-Key", &key)], Some(body))
            .accepted()
    }

    /// Changes an object with a JSON merge patch.
    ///
    /// # Panics
    /// When it is refused.
    pub fn change(&self, collection: &str, id: &str, patch: &Value) -> Value {
        let etag = self.etag(collection, id);
        let path = format!("/api/v1/{collection}/{id}");
        self.http.send("PATCH", &path, &[("If-Match", &etag)], Some(patch)).accepted()
    }

    /// Removes an object.
    ///
    /// # Panics
    /// When it is refused.
    pub fn remove(&self, collection: &str, id: &str) {
        let etag = self.etag(collection, id);
        let path = format!("/api/v1/{collection}/{id}");
        let _ = self.http.send("DELETE", &path, &[("If-Match", &etag)], None).accepted();
    }

    /// Replaces what goes wrong from now on; nothing does when there are no faults.
    ///
    /// # Panics
    /// When a fault is refused.
    pub fn misbehave(&self, faults: &[Fault]) {
        let rules: Vec<&Value> = faults.iter().map(Fault::json).collect();
        let _ = self.http.send("PUT", "/_faults", &[], Some(&json!({"rules": rules}))).accepted();
    }

    /// How many requests there have been to a path with its method: `POST /environments`, `GET /projects/{id}`.
    #[must_use]
    pub fn requests(&self, template: &str) -> u64 {
        let stats = self.http.send("GET", "/_stats", &[], None).accepted();
        stats["requests"][template].as_u64().unwrap_or(0)
    }

    /// Every counter of requests.
    #[must_use]
    pub fn all_requests(&self) -> Value {
        self.http.send("GET", "/_stats", &[], None).accepted()["requests"].clone()
    }

    fn look(&self, collection: &str, id: &str) -> Answer {
        self.http.send("GET", &format!("/api/v1/{collection}/{id}"), &[], None)
    }

    fn etag(&self, collection: &str, id: &str) -> String {
        let answer = self.look(collection, id);
        answer.etag.clone().unwrap_or_else(|| panic!("{collection}/{id} has no ETag: {answer:?}"))
    }
}

impl Remote for ControlPlane {
    fn is_gone(&self, kind: &str, attributes: &Map<String, Value>) -> Option<bool> {
        let id = attributes["id"].as_str().expect("an object has an id");
        Some(self.read(collection_of(kind)?, id).is_none())
    }
}

/// Where the control plane keeps the objects of a type.
pub(crate) fn collection_of(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "sparki_workspace" => "workspaces",
        "sparki_project" => "projects",
        "sparki_pipeline" => "pipelines",
        "sparki_environment" => "environments",
        "sparki_deployment_target" => "deployment-targets",
        _ => return None,
    })
}

/// An encryption key for secrets, which a database that several servers may share has to be given.
fn write_key(path: &Path) {
    std::fs::write(path, "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=").expect("there is room for a key");
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .expect("the key can be kept from others");
}

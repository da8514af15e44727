//! What tests of deployments start from.

use serde_json::{Value, json};

use crate::{
    builds::COMMIT,
    receiver::Receiver,
    world::{Caller, Reply},
};

/// An environment of the project `web`, with nothing to deploy to yet.
pub(crate) struct Place<'a> {
    pub(crate) admin: Caller<'a>,
    pub(crate) workspace: String,
    pub(crate) project: String,
    pub(crate) environment: String,
}

impl<'a> Place<'a> {
    pub(crate) async fn new(admin: Caller<'a>) -> Self {
        let workspace = admin.workspace("acme").await.id();
        let project = admin.project(&workspace, "web").await.id();
        let environment = admin.environment(&project, "dev").await.id();
        Self { admin, workspace, project, environment }
    }

    /// An environment that deploys to the receiver, looks at its health once, and has these fields of the target besides.
    pub(crate) async fn with_webhook(admin: Caller<'a>, receiver: &Receiver, more: Value) -> Self {
        let place = Self::new(admin).await;
        let mut body = json!({
            "name": "hook", "platform": "custom", "settings": {"webhook_url": format!("{}/deploy", receiver.url)},
            "health_checks": [check(receiver)],
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        place.target(body).await;
        place
    }

    pub(crate) async fn target(&self, mut body: Value) -> Reply {
        body["environment_id"] = json!(self.environment);
        self.admin.post("/deployment-targets", body).await.expect(201)
    }

    pub(crate) async fn release(&self, version: &str) -> String {
        self.release_with(version, json!({})).await
    }

    pub(crate) async fn release_with(&self, version: &str, more: Value) -> String {
        let digest = format!("sha256:{:064x}", version.bytes().map(u64::from).sum::<u64>());
        let mut body = json!({
            "project_id": self.project, "version": version, "commit_sha": COMMIT, "branch": "main",
            "artifacts": [{"name": "web", "uri": format!("oci://r/web:{version}"), "digest": digest}],
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.admin.post("/releases", body).await.expect(201).id()
    }

    /// Asks for a deployment of a release.
    pub(crate) async fn ask(&self, release: &str) -> Reply {
        let body = json!({"environment_id": self.environment, "release_id": release});
        self.admin.post("/deployments", body).await
    }

    /// Deploys a new release and waits for the end.
    pub(crate) async fn deploy(&self, version: &str) -> Reply {
        let release = self.release(version).await;
        self.carry_out(self.ask(&release).await.expect(202)).await
    }

    /// The deployment that was accepted, once it has ended.
    pub(crate) async fn carry_out(&self, accepted: Reply) -> Reply {
        self.admin.finished(&accepted).await;
        self.read(&accepted.id()).await
    }

    pub(crate) async fn read(&self, id: &str) -> Reply {
        self.admin.get(&format!("/deployments/{id}")).await.expect(200)
    }

    pub(crate) async fn current_version(&self) -> Value {
        self.environment().await["current_deployment"]["version"].clone()
    }

    pub(crate) async fn environment(&self) -> Value {
        self.admin.get(&format!("/environments/{}", self.environment)).await.expect(200).body
    }
}

/// A health check that one look is enough for.
pub(crate) fn check(receiver: &Receiver) -> Value {
    json!({
        "name": "up", "type": "http", "url": format!("{}/health", receiver.url), "interval_seconds": 1,
        "timeout_seconds": 5, "healthy_threshold": 1, "unhealthy_threshold": 1,
    })
}

/// The steps of a deployment, each as its kind and status.
pub(crate) fn steps(deployment: &Reply) -> Vec<String> {
    let steps = deployment.body["steps"].as_array().unwrap().iter();
    steps
        .map(|step| format!("{} {}", step["kind"].as_str().unwrap(), step["status"].as_str().unwrap()))
        .collect()
}

//! A client of the reference server, and a workspace of one's own.

use sparki_client::api::environments::{Environment, NewEnvironment};
use sparki_client::api::projects::{NewProject, Project};
use sparki_client::api::workspaces::{NewWorkspace, Workspace};
use sparki_client::{Client, Credential, Endpoint, Response, Settings};

/// Where the code of every project is.
pub(crate) const GIT_URL: &str = "https://github.com/acme/web";

/// A client whose identity may do everything.
pub(crate) fn client() -> Client {
    let server = reference_server::shared();
    let credential = Credential::ApiKey(server.api_key.into());
    Client::new(Settings::new(Endpoint::parse(&server.url).unwrap(), credential)).unwrap()
}

/// A client, and a workspace that nobody else has.
pub(crate) struct World {
    pub(crate) client: Client,
    pub(crate) workspace: Workspace,
}

impl World {
    pub(crate) async fn new() -> Self {
        let client = client();
        let workspace = NewWorkspace::new(reference_server::unique("acme")).deletion_protection(false);
        let workspace = client.workspaces().create(workspace).send().await.unwrap().value;
        Self { client, workspace }
    }

    pub(crate) async fn project(&self, name: &str) -> Response<Project> {
        let project = NewProject::new(&self.workspace.id, name, GIT_URL);
        self.client.projects().create(project).send().await.unwrap()
    }

    pub(crate) async fn environment(&self, name: &str) -> Response<Environment> {
        let project = self.project(name).await.value;
        let environment = NewEnvironment::new(project.id, name);
        self.client.environments().create(environment).send().await.unwrap()
    }
}

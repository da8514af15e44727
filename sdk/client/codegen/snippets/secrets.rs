use sparki_client::api::secrets::{NewSecret, SecretParent, SecretPatch, SecretSource};
# use sparki_client::api::projects::NewProject;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
# let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web");
# let project = client.projects().create(project).send().await?.value;
let parent = SecretParent::Project(project.id.clone());
let secret = NewSecret::new(parent, "DATABASE_PASSWORD", SecretSource::Value("correct horse".into()));
let secret = client.secrets().create(secret).send().await?;

// The value is never shown again; a new one changes the fingerprint.
let patch = SecretPatch::new().value("battery staple");
let changed = client.secrets().update(&secret.value.id, &secret, patch).send().await?;
assert_ne!(changed.value.fingerprint, secret.value.fingerprint);

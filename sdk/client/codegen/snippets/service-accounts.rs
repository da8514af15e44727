use sparki_client::api::service_accounts::NewServiceAccount;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
let account = NewServiceAccount::new(&workspace.id, "ci");
let account = client.service_accounts().create(account).send().await?.value;
// It is there once, and never shown again.
let client_secret = account.client_secret.ok_or("only a first answer has the secret")?;

let mut settings = client.settings().clone();
settings.credential = Credential::ClientCredentials { client_id: account.client_id, client_secret };
let ci = Client::new(settings)?;
assert_eq!(ci.sessions().read_me().send().await?.value.name, "ci");

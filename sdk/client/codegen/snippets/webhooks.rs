use sparki_client::api::webhooks::NewWebhook;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
let url = "https://hooks.example.com/sparki";
let webhook = NewWebhook::new(&workspace.id, url, ["deployment.*"], "sixteen characters or more");
let webhook = client.webhooks().create(webhook).send().await?.value;
assert!(webhook.enabled);

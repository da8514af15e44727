//! Who may do what, and what they prove it with.

use sparki_client::api::api_tokens::NewApiToken;
use sparki_client::api::role_bindings::{NewRoleBinding, NewRoleBindingPrincipal};
use sparki_client::api::service_accounts::NewServiceAccount;
use sparki_client::api::team_memberships::NewTeamMembership;
use sparki_client::api::teams::NewTeam;
use sparki_client::{Client, Credential, Endpoint, Settings};

use crate::world::World;

/// A client with another API key.
fn client_of(key: &str) -> Client {
    let endpoint = Endpoint::parse(&reference_server::shared().url).unwrap();
    Client::new(Settings::new(endpoint, Credential::ApiKey(key.into()))).unwrap()
}

#[tokio::test]
async fn the_value_of_a_token_is_there_once_and_never_shown() {
    let world = World::new().await;
    let tokens = world.client.api_tokens();
    let made = tokens.create(NewApiToken::new(&world.workspace.id, "ci")).send().await.unwrap();
    let value = made.value.value.clone().unwrap();
    assert!(!format!("{:?}", made.value).contains(value.expose().as_str()));
    let me = client_of(value.expose()).sessions().read_me().send().await.unwrap();
    assert_eq!(me.value.email, "admin@localhost");
    let found = tokens.read(&made.value.id).send().await.unwrap().unwrap();
    assert_eq!(found.value.key_id, made.value.key_id);
    tokens.delete(&made.value.id, &found).send().await.unwrap();
    let error = client_of(value.expose()).sessions().read_me().send().await.unwrap_err();
    assert!(error.is_unauthorized());
}

#[tokio::test]
async fn a_service_account_is_in_a_team_and_has_a_role() {
    let world = World::new().await;
    let client = &world.client;
    let account = NewServiceAccount::new(&world.workspace.id, "ci");
    let account = client.service_accounts().create(account).send().await.unwrap().value;
    assert!(account.client_secret.is_some());
    let team = client.teams().create(NewTeam::new(&world.workspace.id, "ops")).send().await.unwrap().value;
    let me = client.sessions().read_me().send().await.unwrap().value;
    let membership = NewTeamMembership::new(&team.id, &me.user_id);
    let membership = client.team_memberships().create(membership).send().await.unwrap();
    let binding = NewRoleBinding::new(
        &world.workspace.id,
        "viewer",
        NewRoleBindingPrincipal::service_account(&account.id),
    );
    let binding = client.role_bindings().create(binding).send().await.unwrap();
    let found = client.role_bindings().read(&binding.value.id).send().await.unwrap().unwrap();
    assert_eq!(found.value, binding.value);
    client.role_bindings().delete(&binding.value.id, &binding).send().await.unwrap();
    client.team_memberships().delete(&membership.value.id, &membership).send().await.unwrap();
    assert!(client.role_bindings().read(&binding.value.id).send().await.unwrap().is_none());
}

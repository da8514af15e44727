//! A PostgreSQL that follows another: as a replica to read from, and as the database of a region that takes no changes.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

#[path = "../api/contract.rs"]
mod contract;
#[expect(dead_code, reason = "the tests of the API need all of it")]
#[path = "../api/world.rs"]
mod world;

use postgres_server::{Durability, PostgresServer};
use reqwest::Client;
use serde_json::{Value, json};
use sparki_control_plane::{
    PrimaryRegion, PromoteError, RegionRole, Role, Secret, Server, StartError, promote_region,
};

use crate::world::{KEY, Reply, World, send};

/// Returns once the standby shows what the primary has.
fn wait_for(standby: &PostgresServer, primary: &PostgresServer) {
    let position = primary.query("SELECT pg_current_wal_flush_lsn()");
    while standby.query(&format!("SELECT pg_last_wal_replay_lsn() >= '{position}'")) != "t" {}
}

async fn read_at(world: &World, path: &str, revision: &str) -> Reply {
    send(world.admin().request("GET", path).header("sparki-min-revision", revision)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_go_to_the_replica_unless_it_is_behind() {
    let primary = PostgresServer::start(Durability::Durable);
    let database = primary.create_database();
    let standby = primary.standby();
    let replica = standby.url_like(&database);
    let world = World::with(|settings| {
        settings.database = database;
        settings.read_database = Some(Secret::new(replica));
    })
    .await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    wait_for(&standby, &primary);
    admin.get(&path).await.expect(200);

    standby.query("SELECT pg_wal_replay_pause()");
    while standby.query("SELECT pg_get_wal_replay_pause_state()") != "paused" {}
    let changed = admin.patch(&path, &workspace.etag(), json!({"description": "d"})).await.expect(200);
    assert_eq!(admin.get(&path).await.body["description"], Value::Null, "it comes from the replica");
    let fresh = read_at(&world, &path, changed.header("sparki-revision")).await.expect(200);
    assert_eq!(fresh.body["description"], "d", "it comes from the primary");

    standby.query("SELECT pg_wal_replay_resume()");
    wait_for(&standby, &primary);
    assert_eq!(admin.get(&path).await.body["description"], "d");

    drop(standby);
    let mut answered = admin.get(&path).await;
    while answered.status == 503 {
        answered = admin.get(&path).await;
    }
    assert_eq!(answered.expect(200).body["description"], "d", "a replica that is gone is done without");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_region_on_a_standby_reads_and_takes_over() {
    let primary = PostgresServer::start(Durability::Durable);
    let database = primary.create_database();
    let world = World::with(|settings| settings.database = database.clone()).await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    let account = account(&database, &world).await;
    let standby = primary.standby();

    let mut settings = world.settings.clone();
    settings.database = standby.url_like(&database);
    settings.rate_limit_per_hour = 1000;
    assert!(matches!(Server::start(settings.clone()).await, Err(StartError::Standby)));
    settings.region = "eu-central-1".to_owned();
    settings.region_role = RegionRole::ReadOnly { primary_endpoint: world.running.url.clone() };
    let region = Server::start(settings.clone()).await.unwrap();
    let client = Client::builder().no_proxy().build().unwrap();
    let at = |path: &str| format!("{}/api/v1{path}", region.url);
    let patch = |etag: &str| {
        client
            .patch(at(&path))
            .header("x-api-key", KEY)
            .header("if-match", etag)
            .json(&json!({"description": "e"}))
    };

    send(client.get(at(&path)).header("x-api-key", KEY)).await.expect(200);
    send(client.get(at("/me")).header("authorization", &account)).await.expect(200);
    send(client.get(at("/me")).header("x-api-key", "spk_no_body")).await.expect(401);
    assert_eq!(send(patch("*")).await.expect(421).body["primary_endpoint"], world.running.url);
    standby.query("SELECT pg_wal_replay_pause()");
    while standby.query("SELECT pg_get_wal_replay_pause_state()") != "paused" {}
    let changed = admin.patch(&path, &workspace.etag(), json!({"description": "d"})).await.expect(200);
    let read = || {
        let request = client.get(at(&path)).header("x-api-key", KEY);
        send(request.header("sparki-min-revision", changed.header("sparki-revision")))
    };
    assert_eq!(read().await.expect(503).code(), "replica_lagging");
    standby.query("SELECT pg_wal_replay_resume()");
    wait_for(&standby, &primary);
    assert_eq!(read().await.expect(200).body["description"], "d");

    let eu = PrimaryRegion { name: "eu-central-1".to_owned(), endpoint: region.url.clone() };
    assert!(matches!(promote_region(&settings.database, &eu).await, Err(PromoteError::Standby)));
    standby.query("SELECT pg_promote()");
    promote_region(&settings.database, &eu).await.unwrap();
    send(patch(&changed.etag())).await.expect(200);
    region.stop().await;
}

/// The header of a service account that has logged in at the primary.
async fn account(database: &str, world: &World) -> String {
    use sparki_control_plane::service_account::{NewServiceAccount, create};
    let account = NewServiceAccount { workspace: "acme".into(), name: "ci".into(), role: Role::Member };
    let credentials = create(database, &account).await.unwrap();
    let body = json!({
        "grant_type": "client_credentials",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret.expose(),
    });
    let reply = send(world.request("POST", "/auth/token").json(&body)).await.expect(200);
    format!("Bearer {}", reply.body["access_token"].as_str().unwrap())
}

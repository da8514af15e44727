//! The keys that secrets are sealed with.

use std::process::Command;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::json;
use sparki_control_plane::{Server, Settings, rewrap_keys};
use tempfile::TempDir;

use crate::{
    secrets::is_stored,
    world::{ENCRYPTION_KEY, ON_POSTGRES, PASSWORD, World, send, write_key_file},
};

const OTHER_KEY: &str = "YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODk=";

/// Everything an error says, from the outside in.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

async fn start_error(settings: Settings) -> String {
    chain(&Server::start(settings).await.unwrap_err())
}

#[tokio::test]
async fn postgresql_needs_a_key_and_sqlite_makes_its_own() {
    let mut file = None;
    let world = World::with(|settings| file = settings.encryption_key_file.clone()).await;
    if ON_POSTGRES {
        let without = Settings { encryption_key_file: None, ..world.settings.clone() };
        let message = start_error(without).await;
        assert!(message.contains("--encryption-key-file"), "{message}");
    } else {
        assert!(file.is_none());
        let key = std::fs::read_to_string(world.directory.path().join("sparki.db.key")).unwrap();
        assert_eq!(key.trim().len(), 44);
    }
}

#[tokio::test]
async fn a_key_that_is_gone_is_missed_at_the_start() {
    let world = World::new().await;
    let folder = TempDir::new().unwrap();
    let other = write_key_file(folder.path(), &[OTHER_KEY]);
    let settings = Settings { encryption_key_file: Some(other), ..world.settings.clone() };
    let message = start_error(settings).await;
    assert!(message.contains("is not among the encryption keys"), "{message}");
    if !ON_POSTGRES {
        // No new key is made up in place of the one that opens what is there.
        std::fs::remove_file(world.directory.path().join("sparki.db.key")).unwrap();
        let message = start_error(world.settings.clone()).await;
        assert!(message.contains("failed to read the encryption key file"), "{message}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let world = World::new().await;
    let folder = TempDir::new().unwrap();
    let path = write_key_file(folder.path(), &[ENCRYPTION_KEY]);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let message = start_error(Settings { encryption_key_file: Some(path), ..world.settings.clone() }).await;
    assert!(message.contains("chmod 600"), "{message}");
}

#[tokio::test]
async fn an_old_key_is_of_no_use_once_everything_is_rewrapped() {
    let folder = TempDir::new().unwrap();
    let old = write_key_file(folder.path(), &[ENCRYPTION_KEY]);
    let world = World::with(|settings| settings.encryption_key_file = Some(old)).await;
    send(world.root("GET", "/.well-known/jwks.json")).await.expect(200);
    let new = write_key_file(folder.path(), &[ENCRYPTION_KEY, OTHER_KEY]);
    let settings = Settings { encryption_key_file: Some(new.clone()), ..world.settings.clone() };
    let first = rewrap_keys(&settings).await.unwrap();
    assert_eq!(first.moved, 2, "the key of fingerprints and the key of access tokens");
    assert_eq!(world.sql("SELECT sealed_by FROM signing_keys").await, std::slice::from_ref(&first.key_id));
    let again = Command::new(env!("CARGO_BIN_EXE_sparki-control-plane"))
        .args(["keys", "rewrap", "--database", &world.database, "--encryption-key-file"])
        .arg(&new)
        .output()
        .unwrap();
    let printed = String::from_utf8(again.stdout).unwrap();
    assert_eq!(printed, format!("Secrets moved to the key {}: 0.\n", first.key_id));
    write_key_file(folder.path(), &[OTHER_KEY]);
    Server::start(settings.clone()).await.unwrap().stop().await;
    write_key_file(folder.path(), &[ENCRYPTION_KEY]);
    let message = start_error(settings).await;
    assert!(message.contains(&first.key_id), "{message}");
}

/// Keeps a private key of access tokens in plain, as servers once did; answers with a piece of it.
async fn keep_in_plain(world: &World, id: &str) -> String {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let encoded = STANDARD.encode(der.as_ref());
    let lines: Vec<&str> =
        encoded.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
    let component = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let pool = sqlx::AnyPool::connect(&world.database).await.unwrap();
    sqlx::query(
        "INSERT INTO signing_keys (id, private_key_pem, modulus, exponent, created_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(pem)
    .bind(component(pair.public_key().modulus().big_endian_without_leading_zero()))
    .bind(component(pair.public_key().exponent().big_endian_without_leading_zero()))
    .bind("2026-01-01T00:00:01.000000Z")
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    lines[10].to_owned()
}

#[tokio::test]
async fn a_signing_key_that_is_there_in_plain_is_taken_over() {
    let world = World::with_password().await;
    let piece = keep_in_plain(&world, "old").await;
    assert!(is_stored(&world, &piece));
    let twin = world.twin().await;
    assert!(!is_stored(&world, &piece));
    assert_eq!(world.sql("SELECT id FROM signing_keys WHERE sealed IS NOT NULL").await, ["old"]);
    twin.stop().await;
    // It signs, and what it has signed is good.
    let body = json!({"email": "admin@localhost", "password": PASSWORD});
    let tokens = send(world.request("POST", "/auth/login").json(&body)).await.expect(200).body;
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(jsonwebtoken::decode_header(token).unwrap().kid.unwrap(), "old");
    world.bearer(token).get("/me").await.expect(200);
}

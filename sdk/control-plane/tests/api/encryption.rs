//! The keys that secrets are sealed with.

use std::process::Command;

use sparki_control_plane::{Server, Settings, rewrap_keys};
use tempfile::TempDir;

use crate::world::{ENCRYPTION_KEY, ON_POSTGRES, World, write_key_file};

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
    let new = write_key_file(folder.path(), &[ENCRYPTION_KEY, OTHER_KEY]);
    let settings = Settings { encryption_key_file: Some(new.clone()), ..world.settings.clone() };
    let first = rewrap_keys(&settings).await.unwrap();
    assert!(first.moved > 0);
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

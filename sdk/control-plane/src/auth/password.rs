//! Passwords, hashed with Argon2id.

use std::sync::LazyLock;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task};

use crate::settings::Secret;

/// Each hash takes 19 MiB and tens of milliseconds of a core on purpose; this many at once leave the rest alone.
static TURNS: Semaphore = Semaphore::const_new(2);

/// A hash of nothing anyone knows, for callers whose email address is unknown: they must wait just as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody").unwrap_or_default());

pub(crate) async fn hash(password: Secret) -> Option<String> {
    let _turn = TURNS.acquire().await;
    task::spawn_blocking(move || hash_now(password.expose())).await.ok().flatten()
}

/// Whether the password is the one that was hashed; takes as long if there is no hash.
pub(crate) async fn verify(password: Secret, stored: Option<String>) -> bool {
    let _turn = TURNS.acquire().await;
    let work = move || {
        let known = stored.is_some();
        let text = stored.unwrap_or_else(|| NOBODY.clone());
        let matches = PasswordHash::new(&text)
            .is_ok_and(|hash| Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok());
        known && matches
    };
    task::spawn_blocking(work).await.unwrap_or(false)
}

fn hash_now(password: &str) -> Option<String> {
    Some(Argon2::default().hash_password(password.as_bytes()).ok()?.to_string())
}

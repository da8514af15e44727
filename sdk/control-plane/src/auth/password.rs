//! Passwords, hashed with Argon2id.

use std::sync::{Arc, LazyLock};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task};

use crate::settings::Secret;

/// Each hash takes 19 MiB and tens of milliseconds of a core on purpose; this many at once leave the rest alone.
const AT_ONCE: usize = 2;

static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(AT_ONCE)));

/// A hash of nothing anyone knows, for callers whose email address is unknown: they must wait just as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody").unwrap_or_default());

pub(crate) async fn hash(password: Secret) -> Option<String> {
    in_turn(&TURNS, move || hash_now(password.expose())).await.flatten()
}

/// Whether the password is the one that was hashed; takes as long if there is no hash.
pub(crate) async fn verify(password: Secret, stored: Option<String>) -> bool {
    let work = move || {
        let known = stored.is_some();
        let text = stored.unwrap_or_else(|| NOBODY.clone());
        let matches = PasswordHash::new(&text)
            .is_ok_and(|hash| Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok());
        known && matches
    };
    in_turn(&TURNS, work).await.unwrap_or(false)
}

/// Does some work when it is its turn. The turn lasts as long as the work, which nothing stops: not even that nobody waits for
/// its result any more, because the caller has hung up.
async fn in_turn<T: Send + 'static>(
    turns: &Arc<Semaphore>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let turn = Arc::clone(turns).acquire_owned().await.ok()?;
    let work = move || {
        let result = work();
        drop(turn);
        result
    };
    task::spawn_blocking(work).await.ok()
}

fn hash_now(password: &str) -> Option<String> {
    Some(Argon2::default().hash_password(password.as_bytes()).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_caller_who_hangs_up_makes_no_room_for_another_hash() {
        let turns = Arc::new(Semaphore::new(1));
        let (started, starts) = tokio::sync::oneshot::channel();
        let (finish, finishes) = mpsc::channel::<()>();
        let work = move || {
            started.send(()).ok();
            finishes.recv().ok();
        };
        let asked = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move { in_turn(&turns, work).await }
        });
        starts.await.unwrap();
        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        assert_eq!(turns.available_permits(), 0, "the hash goes on");
        drop(finish);
        drop(turns.acquire().await.unwrap());
    }
}

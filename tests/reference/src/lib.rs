//! A reference server that everything in one process shares: examples in documentation, and tests.
//!
//! ```
//! let server = reference_server::shared();
//! assert!(server.url.starts_with("http://127.0.0.1:"));
//! ```

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, mpsc};
use std::thread;

use sparki_control_plane::{Server, Settings};

/// The API key of the first user, who may do everything.
const API_KEY: &str = "spk_reference_0123456789abcdef";

static SHARED: LazyLock<Reference> = LazyLock::new(start);
static SEQUENCE: AtomicU64 = AtomicU64::new(1);

/// A server that runs as long as the process does.
#[derive(Debug)]
pub struct Reference {
    /// Base URL, without the path of the API.
    pub url: String,
    /// An API key that may do everything.
    pub api_key: &'static str,
}

/// Returns the server of this process, and starts it if it is not there yet.
///
/// # Panics
///
/// Panics if it cannot be started.
pub fn shared() -> &'static Reference {
    &SHARED
}

/// Makes a name that nothing else in this process has.
#[must_use]
pub fn unique(stem: &str) -> String {
    format!("{stem}-{}", SEQUENCE.fetch_add(1, Ordering::Relaxed))
}

/// The server has a thread and a runtime of its own: those of whoever asks first end too soon.
fn start() -> Reference {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime can be made");
        runtime.block_on(async {
            let settings = Settings {
                listen: ([127, 0, 0, 1], 0).into(),
                database: "sqlite::memory:".to_owned(),
                bootstrap_api_key: Some(API_KEY.into()),
                rate_limit_per_hour: 0,
                ..Settings::default()
            };
            let running = Server::start(settings).await.expect("the reference server starts");
            // Whoever asked may have given up.
            let _ = tell.send(running.url.clone());
            std::future::pending::<()>().await;
        });
    });
    let url = told.recv().expect("the reference server has told its address");
    Reference { url, api_key: API_KEY }
}

//! A way to a server on which requests are slow, or their answers are lost.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{sleep, spawn};
use std::time::Duration;

/// Listens on this machine and passes everything on, but what happens to certain requests. It ends with the process.
pub struct Detour {
    endpoint: String,
    left: Arc<AtomicU32>,
}

/// What happens to the requests that start so.
struct Mishap {
    request: String,
    delay: Duration,
    /// How many answers are still to be lost.
    lost: Arc<AtomicU32>,
}

impl Detour {
    /// Leads to `target`, and holds requests that start with `request` up: `GET /clusters/main`.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn slow(request: &str, delay: Duration, target: &str) -> Self {
        Self::open(request, delay, 0, target)
    }

    /// Leads to `target`, and loses the answers to the next `times` requests that start with `request`: the server
    /// has done its work, and nobody hears of it.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn lossy(request: &str, times: u32, target: &str) -> Self {
        Self::open(request, Duration::ZERO, times, target)
    }

    fn open(request: &str, delay: Duration, times: u32, target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let left = Arc::new(AtomicU32::new(times));
        let mishap = Arc::new(Mishap { request: request.to_owned(), delay, lost: Arc::clone(&left) });
        let target = target.trim_start_matches("http://").to_owned();
        spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (mishap, target) = (Arc::clone(&mishap), target.clone());
                // Whoever breaks a connection off learns of it at the other end.
                spawn(move || pass(&client, &target, &mishap));
            }
        });
        Self { endpoint, left }
    }

    /// Its base URL.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// How many answers are still to be lost.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.left.load(Ordering::Relaxed)
    }
}

fn pass(client: &TcpStream, target: &str, mishap: &Mishap) -> io::Result<()> {
    let server = TcpStream::connect(target)?;
    let (mut answers, mut back) = (server.try_clone()?, client.try_clone()?);
    let is_lost = Arc::new(AtomicBool::new(false));
    let lost = Arc::clone(&is_lost);
    let answering = spawn(move || -> io::Result<()> {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let length = answers.read(&mut buffer)?;
            // The first of an answer says that the work is done.
            if length == 0 || lost.load(Ordering::Acquire) {
                break;
            }
            back.write_all(&buffer[..length])?;
        }
        // The client is done when the server is.
        let _ = answers.shutdown(Shutdown::Both);
        back.shutdown(Shutdown::Both)
    });
    let (mut requests, mut forth) = (client, server);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = requests.read(&mut buffer)?;
        if length == 0 {
            break;
        }
        if buffer[..length].starts_with(mishap.request.as_bytes()) {
            let fewer = |left: u32| left.checked_sub(1);
            let taken = mishap.lost.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer);
            is_lost.fetch_or(taken.is_ok(), Ordering::Release);
            sleep(mishap.delay);
        }
        forth.write_all(&buffer[..length])?;
    }
    let _ = forth.shutdown(Shutdown::Both);
    // A reader that panicked has been reported by itself.
    let _ = answering.join();
    Ok(())
}

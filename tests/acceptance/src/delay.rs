//! A way to a server that takes its time.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread::{sleep, spawn};
use std::time::Duration;

/// Listens on this machine and passes everything on, certain requests only after a while. It ends with the process.
pub struct Delay {
    endpoint: String,
}

impl Delay {
    /// Leads to `target`, and holds requests that start with `request` up: `GET /clusters/main`.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn of(request: &str, delay: Duration, target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let (request, target) = (request.to_owned(), target.trim_start_matches("http://").to_owned());
        spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (request, target) = (request.clone(), target.clone());
                // Whoever breaks a connection off learns of it at the other end.
                spawn(move || pass(&client, &target, &request, delay));
            }
        });
        Self { endpoint }
    }

    /// Its base URL.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

fn pass(client: &TcpStream, target: &str, request: &str, delay: Duration) -> io::Result<()> {
    let server = TcpStream::connect(target)?;
    let (mut answers, mut back) = (server.try_clone()?, client.try_clone()?);
    let answering = spawn(move || {
        let copied = io::copy(&mut answers, &mut back);
        // The client is done when the server is.
        let _ = back.shutdown(Shutdown::Both);
        copied
    });
    let (mut requests, mut forth) = (client, server);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = requests.read(&mut buffer)?;
        if length == 0 {
            break;
        }
        if buffer[..length].starts_with(request.as_bytes()) {
            sleep(delay);
        }
        forth.write_all(&buffer[..length])?;
    }
    let _ = forth.shutdown(Shutdown::Both);
    // A reader that panicked has been reported by itself.
    let _ = answering.join();
    Ok(())
}

//! The place where Terraform connects: a Unix socket, or a local TCP port where there are none.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use tokio::net::{TcpListener, TcpStream};

use crate::handshake::Host;

#[cfg(unix)]
use unix::Socket;

/// Where to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A socket in the file system.
    Unix(PathBuf),
    /// A port of this machine.
    Tcp(SocketAddr),
}

/// One accepted connection.
#[cfg(unix)]
pub type Stream = tokio_util::either::Either<tokio::net::UnixStream, TcpStream>;
/// One accepted connection.
#[cfg(not(unix))]
pub type Stream = TcpStream;

/// Accepts connections. Dropping it removes the socket.
#[derive(Debug)]
pub enum Listener {
    /// On a socket in the file system.
    #[cfg(unix)]
    Unix(Socket),
    /// On a port of this machine.
    Tcp(TcpListener, SocketAddr),
}

impl Address {
    /// The network's name as go-plugin has it.
    #[must_use]
    pub const fn network(&self) -> &'static str {
        match self {
            Self::Unix(_) => "unix",
            Self::Tcp(_) => "tcp",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => path.display().fmt(f),
            Self::Tcp(address) => address.fmt(f),
        }
    }
}

impl Listener {
    /// Starts to listen where the host wants it. Must be called within a runtime.
    ///
    /// A socket path may have no more than about 100 bytes; if the temporary directory's name is too long for that,
    /// a port is used.
    ///
    /// # Errors
    /// If neither a socket nor a port can be had, or the socket's group does not exist.
    pub fn bind(host: &Host) -> io::Result<Self> {
        #[cfg(unix)]
        match Socket::bind(host) {
            // How the standard library refuses a path that is too long.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {}
            bound => return bound.map(Self::Unix),
        }
        bind_port(host.ports.clone())
    }

    /// Where to connect.
    #[must_use]
    pub fn address(&self) -> Address {
        match self {
            #[cfg(unix)]
            Self::Unix(socket) => Address::Unix(socket.path().to_owned()),
            Self::Tcp(_, address) => Address::Tcp(*address),
        }
    }

    /// Waits for the next connection. Nothing is lost if the future is dropped.
    ///
    /// # Errors
    /// If this connection could not be taken; the next one may be.
    pub async fn accept(&self) -> io::Result<Stream> {
        match self {
            #[cfg(unix)]
            Self::Unix(socket) => socket.accept().await.map(Stream::Left),
            Self::Tcp(listener, _) => {
                let (stream, _) = listener.accept().await?;
                // Small messages would otherwise wait 40 ms for each other (measured).
                stream.set_nodelay(true)?;
                #[cfg(unix)]
                let stream = Stream::Right(stream);
                Ok(stream)
            }
        }
    }
}

fn bind_port(ports: RangeInclusive<u16>) -> io::Result<Listener> {
    let mut refusal = io::Error::new(io::ErrorKind::AddrNotAvailable, "no ports to choose from");
    for port in ports {
        let bound = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|listener| {
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?;
            Ok(Listener::Tcp(TcpListener::from_std(listener)?, address))
        });
        match bound {
            Ok(listener) => return Ok(listener),
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::unix::fs::{PermissionsExt, chown};
    use std::path::Path;

    use tempfile::TempPath;
    use tokio::net::{UnixListener, UnixStream};

    use crate::handshake::Host;

    /// A socket in the file system, removed when dropped.
    #[derive(Debug)]
    pub struct Socket {
        listener: UnixListener,
        path: TempPath,
    }

    impl Socket {
        pub(super) fn bind(host: &Host) -> io::Result<Self> {
            let group = host.socket_group.as_deref().map(group_number).transpose()?;
            let directory = host.socket_directory.clone().unwrap_or_else(std::env::temp_dir);
            let mut names = tempfile::Builder::new();
            // Go plugins use this prefix too, so that cleaning up after a crash finds both.
            let (listener, path) =
                names.prefix("plugin").make_in(directory, |path| UnixListener::bind(path))?.into_parts();
            let mode = if group.is_some() { 0o660 } else { 0o600 };
            if group.is_some() {
                chown(&path, None, group)?;
            }
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode))?;
            Ok(Self { listener, path })
        }

        pub(super) fn path(&self) -> &Path {
            &self.path
        }

        pub(super) async fn accept(&self) -> io::Result<UnixStream> {
            Ok(self.listener.accept().await?.0)
        }
    }

    fn group_number(group: &str) -> io::Result<u32> {
        if let Ok(number) = group.parse() {
            return Ok(number);
        }
        match nix::unistd::Group::from_name(group)? {
            Some(group) => Ok(group.gid.as_raw()),
            None => Err(io::Error::new(io::ErrorKind::NotFound, format!("there is no group {group:?}"))),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn host_in(directory: PathBuf) -> Host {
        Host { socket_directory: Some(directory), ..Host::absent() }
    }

    #[tokio::test]
    async fn the_socket_is_private_and_removed_with_the_listener() {
        let directory = tempfile::tempdir().unwrap();
        let listener = Listener::bind(&host_in(directory.path().to_owned())).unwrap();
        let Address::Unix(path) = listener.address() else { panic!("not a socket") };
        assert!(path.file_name().unwrap().to_str().unwrap().starts_with("plugin"));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        drop(listener);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_group_may_use_the_socket_too() {
        let directory = tempfile::tempdir().unwrap();
        let gid = nix::unistd::getgid().to_string();
        let host = Host { socket_group: Some(gid), ..host_in(directory.path().to_owned()) };
        let listener = Listener::bind(&host).unwrap();
        let Address::Unix(path) = listener.address() else { panic!("not a socket") };
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
    }

    #[tokio::test]
    async fn a_group_that_does_not_exist_is_an_error() {
        let host = Host { socket_group: Some("no such group".into()), ..Host::absent() };
        assert_eq!(Listener::bind(&host).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn a_directory_with_a_long_name_means_a_port_of_the_given_range() {
        let directory = tempfile::tempdir().unwrap();
        let long = directory.path().join("x".repeat(120));
        std::fs::create_dir(&long).unwrap();
        let listener = Listener::bind(&host_in(long)).unwrap();
        let Address::Tcp(address) = listener.address() else { panic!("not a port") };
        assert!(address.ip().is_loopback());
        assert!(Host::absent().ports.contains(&address.port()));
    }
}

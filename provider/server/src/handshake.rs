//! What go-plugin, Terraform's plugin host, and a plugin tell each other before they speak gRPC.
//!
//! The host speaks through the environment, the plugin answers with one line on standard output.

use std::ffi::OsString;
use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::pki_types::CertificateDer;

use crate::listener::Address;

/// Version of go-plugin's own protocol.
const CORE_VERSION: u32 = 1;

/// Major version of the provider protocol: the only one there is here. A host that does not offer it says so itself
/// when it reads the line, in better words than a plugin could.
pub const PROTOCOL_VERSION: u32 = 6;

const COOKIE_NAME: &str = "TF_PLUGIN_MAGIC_COOKIE";
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// What the host said through the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The one certificate the host will present, as PEM; absent means plaintext.
    pub client_certificate: Option<String>,
    /// Where the socket goes instead of the system's temporary directory.
    pub socket_directory: Option<PathBuf>,
    /// Group, by name or number, that may use the socket too.
    pub socket_group: Option<String>,
    /// TCP ports to choose from where there are no Unix sockets.
    pub ports: RangeInclusive<u16>,
    /// Whether the host asked to multiplex its broker.
    pub multiplexed: bool,
}

impl Host {
    /// Reads what the host said, or nothing if no host started this process.
    pub fn read(variable: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        let text = |name| variable(name)?.into_string().ok().filter(|text| !text.is_empty());
        if text(COOKIE_NAME).as_deref() != Some(COOKIE) {
            return None;
        }
        let port = |name| text(name).and_then(|text| text.parse().ok());
        let anyone = Self::absent();
        let first = port("PLUGIN_MIN_PORT").unwrap_or(*anyone.ports.start());
        let last = port("PLUGIN_MAX_PORT").unwrap_or(*anyone.ports.end());
        Some(Self {
            client_certificate: text("PLUGIN_CLIENT_CERT"),
            socket_directory: text("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
            socket_group: text("PLUGIN_UNIX_SOCKET_GROUP"),
            ports: first..=last,
            multiplexed: text("PLUGIN_MULTIPLEX_GRPC").is_some_and(|text| text != "false"),
        })
    }

    /// What holds when nobody said anything: the debug mode. The ports are those that Terraform asks for.
    #[must_use]
    pub const fn absent() -> Self {
        Self {
            client_certificate: None,
            socket_directory: None,
            socket_group: None,
            ports: 10_000..=25_000,
            multiplexed: false,
        }
    }

    /// Writes the one line that tells the host where to connect and whom to trust.
    ///
    /// After it the host reads standard output only to throw it away. It waits for a minute.
    ///
    /// # Errors
    /// Whatever `out` answers.
    pub fn announce(
        &self,
        out: &mut impl Write,
        address: &Address,
        certificate: Option<&CertificateDer<'_>>,
    ) -> io::Result<()> {
        // The host decodes without padding and refuses padding.
        let certificate = certificate.map(|der| STANDARD_NO_PAD.encode(der)).unwrap_or_default();
        let network = address.network();
        // Hosts that do not multiplex split into six parts, so a seventh would spoil the certificate.
        let multiplexed = if self.multiplexed { "|true" } else { "" };
        let line = format!(
            "{CORE_VERSION}|{PROTOCOL_VERSION}|{network}|{address}|grpc|{certificate}{multiplexed}\n"
        );
        out.write_all(line.as_bytes())?;
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(variables: &[(&str, &str)]) -> Option<Host> {
        Host::read(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into()))
    }

    fn check_line(host: &Host, certificate: Option<&[u8]>, expected: &str) {
        let mut out = Vec::new();
        let certificate = certificate.map(CertificateDer::from);
        host.announce(&mut out, &Address::Unix("/tmp/plugin1".into()), certificate.as_ref()).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn without_the_cookie_there_is_no_host() {
        assert_eq!(host(&[]), None);
        assert_eq!(host(&[(COOKIE_NAME, "x")]), None);
    }

    #[test]
    fn what_the_host_leaves_out_has_terraforms_defaults() {
        assert_eq!(host(&[(COOKIE_NAME, COOKIE), ("PLUGIN_CLIENT_CERT", "")]), Some(Host::absent()));
    }

    #[test]
    fn everything_the_host_says_is_heard() {
        let said = host(&[
            (COOKIE_NAME, COOKIE),
            ("PLUGIN_CLIENT_CERT", "pem"),
            ("PLUGIN_UNIX_SOCKET_DIR", "/run"),
            ("PLUGIN_UNIX_SOCKET_GROUP", "staff"),
            ("PLUGIN_MIN_PORT", "5"),
            ("PLUGIN_MAX_PORT", "6"),
            ("PLUGIN_MULTIPLEX_GRPC", "true"),
        ]);
        let expected = Host {
            client_certificate: Some("pem".into()),
            socket_directory: Some("/run".into()),
            socket_group: Some("staff".into()),
            ports: 5..=6,
            multiplexed: true,
        };
        assert_eq!(said, Some(expected));
    }

    #[test]
    fn the_line_has_six_parts_and_no_padding() {
        check_line(&Host::absent(), Some(&[1]), "1|6|unix|/tmp/plugin1|grpc|AQ\n");
    }

    #[test]
    fn the_line_without_a_certificate_still_has_six_parts() {
        check_line(&Host::absent(), None, "1|6|unix|/tmp/plugin1|grpc|\n");
    }

    #[test]
    fn a_host_that_multiplexes_gets_a_seventh_part() {
        let host = Host { multiplexed: true, ..Host::absent() };
        check_line(&host, Some(&[1]), "1|6|unix|/tmp/plugin1|grpc|AQ|true\n");
    }
}

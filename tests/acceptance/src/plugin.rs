//! The provider without Terraform: started and spoken to as Terraform does.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use hyper_util::rt::TokioIo;
use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P521_SHA512,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tfplugin6::v6::provider_client::ProviderClient;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint, Uri};

const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// A message size that is no obstacle.
const LIMIT: usize = 256 << 20;

/// A provider process that nothing has been asked yet. It is killed when it is dropped.
pub struct Plugin {
    child: Child,
    line: String,
    host: HostCertificate,
    /// From the start of the process to its handshake line.
    pub start: Duration,
}

/// A certificate as Terraform makes one for each plugin: a self-signed P-521 authority.
struct HostCertificate {
    der: CertificateDer<'static>,
    key: Vec<u8>,
}

impl Plugin {
    /// Starts the provider and waits for its handshake line.
    ///
    /// # Panics
    /// When there is none.
    pub async fn start(executable: &Path) -> Self {
        let host = HostCertificate::generate();
        let pem = host.pem();
        let started = Instant::now();
        let mut child = Command::new(executable)
            .env_clear()
            .envs([("TF_PLUGIN_MAGIC_COOKIE", COOKIE), ("PLUGIN_PROTOCOL_VERSIONS", "5,6")])
            .env("PLUGIN_CLIENT_CERT", pem)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the provider starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it was asked for");
        let _ = BufReader::new(stdout).read_line(&mut line).await.expect("the provider prints a line");
        let start = started.elapsed();
        assert!(line.starts_with("1|6|unix|"), "not a handshake: {line:?}");
        Self { child, line, host, start }
    }

    /// Connects as Terraform does: mutual TLS over the socket.
    ///
    /// # Panics
    /// When the provider refuses.
    pub async fn connect(&self) -> ProviderClient<Channel> {
        let parts: Vec<&str> = self.line.trim_end().split('|').collect();
        let socket = PathBuf::from(parts[3]);
        let server = STANDARD_NO_PAD.decode(parts[5]).expect("the line has a certificate");
        let tls = self.host.connector(CertificateDer::from(server));
        let connect = tower::service_fn(move |_: Uri| {
            let (socket, tls) = (socket.clone(), tls.clone());
            async move {
                let stream = UnixStream::connect(socket).await?;
                let name = ServerName::try_from("localhost").expect("localhost is a name");
                Ok::<_, io::Error>(TokioIo::new(tls.connect(name, stream).await?))
            }
        });
        let endpoint = Endpoint::from_static("http://localhost");
        let channel = endpoint.connect_with_connector(connect).await.expect("the provider accepts Terraform");
        ProviderClient::new(channel).max_decoding_message_size(LIMIT)
    }

    /// Resident memory in bytes, where the system tells.
    #[must_use]
    pub fn resident_bytes(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()?)).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib * 1024)
    }
}

impl HostCertificate {
    fn generate() -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).expect("the algorithm is there");
        let mut params = CertificateParams::new(["localhost".to_owned()]).expect("localhost is a name");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
            KeyUsagePurpose::KeyAgreement,
            KeyUsagePurpose::KeyCertSign,
        ];
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.self_signed(&key).expect("a key signs");
        Self { der: certificate.der().clone(), key: key.serialize_der() }
    }

    fn pem(&self) -> String {
        let text = STANDARD.encode(&self.der);
        let lines: Vec<_> = text
            .as_bytes()
            .chunks(64)
            .map(|line| std::str::from_utf8(line).expect("Base64 is ASCII"))
            .collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    fn connector(&self, server: CertificateDer<'static>) -> TlsConnector {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(server).expect("the provider's certificate is one");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has TLS")
            .with_root_certificates(roots)
            .with_client_auth_cert(vec![self.der.clone()], key)
            .expect("the key fits the certificate");
        config.alpn_protocols = vec![b"h2".to_vec()];
        TlsConnector::from(Arc::new(config))
    }
}

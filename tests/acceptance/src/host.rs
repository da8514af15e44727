//! Stands in for Terraform: its certificate, and connections as it makes them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper_util::rt::TokioIo;
use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P521_SHA512,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore};
use tfplugin6::v6::provider_client::ProviderClient;
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint, Uri};

/// A message size that is no obstacle.
const LIMIT: usize = 256 << 20;

/// A certificate as Terraform makes one for each plugin: a self-signed P-521 authority.
pub struct HostCertificate {
    der: CertificateDer<'static>,
    key: Vec<u8>,
}

impl HostCertificate {
    /// A new one.
    ///
    /// # Panics
    /// When the machine cannot make keys.
    #[must_use]
    pub fn generate() -> Self {
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

    /// The same certificate in the hands of somebody who has no more than that: every process can see it.
    #[must_use]
    pub fn forged(&self) -> Self {
        Self { der: self.der.clone(), key: Self::generate().key }
    }

    /// The certificate as the plugin is told of it.
    #[must_use]
    pub fn pem(&self) -> String {
        let text = STANDARD.encode(&self.der);
        let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }
}

/// How to connect to a plugin.
#[derive(Clone)]
pub struct Connector {
    socket: PathBuf,
    tls: Option<TlsConnector>,
}

impl Connector {
    /// Without TLS, as in debug mode.
    #[must_use]
    pub fn plaintext(socket: &Path) -> Self {
        Self { socket: socket.to_owned(), tls: None }
    }

    /// Trusts only `server`, and presents `client` if there is one.
    ///
    /// # Panics
    /// When a certificate is none.
    #[must_use]
    pub fn tls(socket: &Path, server: &CertificateDer<'static>, client: Option<&HostCertificate>) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(server.clone()).expect("the plugin's certificate is one");
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("the provider has TLS")
            .with_root_certificates(roots);
        let mut config = match client {
            Some(client) => {
                let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(client.key.clone()));
                let key = provider.key_provider.load_private_key(key).expect("a generated key is one");
                // Made by hand, because a forged certificate does not fit its key.
                let presented = SingleCertAndKey::from(CertifiedKey::new(vec![client.der.clone()], key));
                config.with_client_cert_resolver(Arc::new(presented))
            }
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        Self { socket: socket.to_owned(), tls: Some(TlsConnector::from(Arc::new(config))) }
    }

    /// The bare stream, with TLS around it where there is TLS: for bytes that are no gRPC.
    ///
    /// # Errors
    /// Whatever the other side does.
    pub async fn stream(
        &self,
    ) -> io::Result<tokio_util::either::Either<UnixStream, tokio_rustls::client::TlsStream<UnixStream>>> {
        let stream = UnixStream::connect(&self.socket).await?;
        let Some(tls) = &self.tls else { return Ok(tokio_util::either::Either::Left(stream)) };
        let name = ServerName::try_from("localhost").expect("localhost is a name");
        Ok(tokio_util::either::Either::Right(tls.connect(name, stream).await?))
    }

    /// One connection. It fails only when it is used if the other side refuses it after its own handshake.
    ///
    /// # Errors
    /// When there is nobody, or somebody else.
    pub async fn channel(&self) -> Result<Channel, tonic::transport::Error> {
        let connector = self.clone();
        let connect = tower::service_fn(move |_: Uri| {
            let connector = connector.clone();
            async move { connector.stream().await.map(TokioIo::new) }
        });
        Endpoint::from_static("http://localhost").connect_with_connector(connect).await
    }

    /// A client of the provider on a connection of its own.
    ///
    /// # Errors
    /// As for [`Connector::channel`].
    pub async fn provider(&self) -> Result<ProviderClient<Channel>, tonic::transport::Error> {
        let client = ProviderClient::new(self.channel().await?);
        Ok(client.max_decoding_message_size(LIMIT).max_encoding_message_size(LIMIT))
    }
}

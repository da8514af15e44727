//! Mutual TLS between host and plugin, each of which knows the other by its one certificate.
//!
//! The host's certificate is a self-signed authority on curve P-521 (measured), which rules out the usual verifiers: they
//! refuse an authority as an end entity, and most cannot check P-521. So exactly the certificate that the host handed
//! over is accepted, and aws-lc-rs checks that whoever presents it holds its key.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme,
};
use tokio_rustls::TlsAcceptor;

/// The plugin's side of mutual TLS.
#[derive(Clone)]
pub struct Identity {
    /// Takes the host's connections and refuses all others.
    pub acceptor: TlsAcceptor,
    /// What the host must be told to trust.
    pub certificate: CertificateDer<'static>,
}

/// No mutual TLS could be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The host's certificate is not PEM.
    #[error("failed to read the host's certificate from PLUGIN_CLIENT_CERT")]
    HostCertificate(#[source] pem::Error),
    /// No certificate of our own could be made.
    #[error("failed to make a certificate")]
    OwnCertificate(#[from] rcgen::Error),
    /// The TLS library refused the settings.
    #[error("failed to set up TLS")]
    Settings(#[from] Error),
}

impl Identity {
    /// Makes a fresh key and certificate for a host that presents `host_certificate`.
    ///
    /// P-256, because Terraform starts 4 to 5 plugins per apply and a P-521 key takes longer to make.
    ///
    /// # Errors
    /// [`TlsError`] if the host's certificate cannot be read or our own cannot be made.
    pub fn for_host(host_certificate: &str) -> Result<Self, TlsError> {
        let pinned = CertificateDer::from_pem_slice(host_certificate.as_bytes())
            .map_err(TlsError::HostCertificate)?
            .into_owned();
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        // The host verifies this name.
        let own = CertificateParams::new(["localhost".to_owned()])?.self_signed(&key)?;
        let certificate = own.der().clone();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));

        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = PinnedClient { pinned, algorithms: provider.signature_verification_algorithms };
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(Arc::new(verifier))
            .with_single_cert(vec![certificate.clone()], key)?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        // Nobody comes back to resume a session.
        config.send_tls13_tickets = 0;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), certificate })
    }
}

/// Accepts one certificate, whatever it says of itself.
#[derive(Debug)]
struct PinnedClient {
    pinned: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for PinnedClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if *end_entity == self.pinned {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

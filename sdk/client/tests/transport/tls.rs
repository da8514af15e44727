//! Certificates.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sparki_client::{Client, ConfigError, Credential, Endpoint, Request, Settings};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::fixture::{API_KEY, Thing, VirtualTimer, call, chain};
use crate::server::{Reply, serve};

pub(crate) fn settings(port: u16, ca_cert: Option<&str>) -> Settings {
    let endpoint = Endpoint::parse(&format!("https://localhost:{port}")).unwrap();
    let mut settings = Settings::new(endpoint, Credential::ApiKey(API_KEY.into()));
    settings.timer = Arc::new(VirtualTimer::new());
    settings.ca_cert = ca_cert.map(str::to_owned);
    settings
}

/// An acceptor that offers these protocols, and its certificate in PEM.
pub(crate) fn acceptor(protocols: &[&str]) -> (TlsAcceptor, String) {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    (TlsAcceptor::from(Arc::new(config)), pem(certified.cert.der()))
}

/// Starts an HTTPS server and returns its port and its certificate in PEM.
async fn start() -> (u16, String) {
    let (acceptor, certificate) = acceptor(&[]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            if let Ok(connection) = acceptor.accept(connection).await {
                serve(connection, |_| Reply::json(200, r#"{"id":"t-1"}"#)).await;
            }
        }
    });
    (port, certificate)
}

fn pem(certificate: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(certificate);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

#[tokio::test]
async fn a_private_authority_is_trusted_only_if_it_is_given() {
    let (port, certificate) = start().await;
    let trusting = Client::new(settings(port, Some(&certificate))).unwrap();
    assert!(trusting.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap().is_some());

    let stranger = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let wary = Client::new(settings(port, Some(&pem(stranger.cert.der())))).unwrap();
    let error = wary.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap_err();
    let expected = format!("failed to do the thing: localhost:{port} cannot be trusted: ");
    assert!(chain(&error).starts_with(&expected), "{}", chain(&error));
    assert_eq!(error.attempts(), 1, "a certificate does not change by asking again");
}

#[test]
fn certificates_that_cannot_be_used_are_named() {
    let check_certificate = |pem: &str, expected: &str| {
        let error = Client::new(settings(1, Some(pem))).unwrap_err();
        assert!(matches!(error, ConfigError::CaCert { .. }));
        assert!(error.to_string().starts_with(expected), "{error}");
    };
    check_certificate("", "invalid ca_cert: it holds no certificate");
    check_certificate("hello", "invalid ca_cert: it holds no certificate");
    check_certificate(
        "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n",
        "invalid ca_cert: it is not PEM",
    );
    check_certificate(
        "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n",
        "invalid ca_cert: a certificate in it cannot be used",
    );
}

//! Encrypted connections.

use std::path::Path;

use rcgen::CertifiedKey;
use reqwest::{Certificate, Client, ClientBuilder, Version, tls};
use sparki_control_plane::TlsFiles;
use tempfile::TempDir;

use crate::world::{KEY, World};

/// Writes a new certificate for localhost and answers with it.
fn certify(files: &TlsFiles) -> Certificate {
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    std::fs::write(&files.certificate, cert.pem()).unwrap();
    std::fs::write(&files.key, signing_key.serialize_pem()).unwrap();
    Certificate::from_pem(cert.pem().as_bytes()).unwrap()
}

fn files(directory: &Path) -> TlsFiles {
    TlsFiles { certificate: directory.join("certificate.pem"), key: directory.join("key.pem") }
}

fn client(trusted: &Certificate) -> ClientBuilder {
    Client::builder().no_proxy().tls_certs_only([trusted.clone()]).pool_max_idle_per_host(0)
}

async fn version(world: &World, client: ClientBuilder) -> Result<Version, reqwest::Error> {
    let request = client.build().unwrap().get(format!("{}/api/v1/me", world.running.url));
    let response = request.header("x-api-key", KEY).send().await?;
    assert_eq!(response.status(), 200);
    Ok(response.version())
}

#[tokio::test]
async fn only_tls_1_3_is_spoken_with_http_2_and_1() {
    let directory = TempDir::new().unwrap();
    let files = files(directory.path());
    let certificate = certify(&files);
    let world = World::with(|settings| settings.tls = Some(files)).await;
    assert!(world.running.url.starts_with("https://"));
    assert_eq!(version(&world, client(&certificate)).await.unwrap(), Version::HTTP_2);
    let old = version(&world, client(&certificate).http1_only()).await;
    assert_eq!(old.unwrap(), Version::HTTP_11);
    version(&world, client(&certificate).tls_version_max(tls::Version::TLS_1_2)).await.unwrap_err();
    version(&world, client(&certificate).tls_version_min(tls::Version::TLS_1_3)).await.unwrap();
    let plain = Client::builder().no_proxy().build().unwrap();
    plain.get(world.running.url.replace("https", "http")).send().await.unwrap_err();
}

#[tokio::test]
async fn a_certificate_is_replaced_without_a_restart() {
    let directory = TempDir::new().unwrap();
    let files = files(directory.path());
    let first = certify(&files);
    let world = World::with(|settings| settings.tls = Some(files.clone())).await;
    let second = certify(&files);
    version(&world, client(&second)).await.unwrap_err();
    world.running.reload_certificate().unwrap();
    version(&world, client(&second)).await.unwrap();
    version(&world, client(&first)).await.unwrap_err();

    std::fs::write(&files.key, "no key").unwrap();
    world.running.reload_certificate().unwrap_err();
    version(&world, client(&second)).await.unwrap();
}

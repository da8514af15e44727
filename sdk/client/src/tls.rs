//! The HTTP client underneath: certificates, proxies, redirects.

use std::time::Duration;

use reqwest::{Certificate, redirect};

use crate::answer::deepest;
use crate::config::Settings;
use crate::credentials::ConfigError;

/// Time for TCP and TLS to connect. A live host answers within one round trip; the rest of the attempt's time is
/// better spent on another attempt.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Whether what an HTTP client sends is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encryption {
    Tls,
    None,
}

/// Builds an HTTP client. It follows no redirect, so that credentials stay with the host they were given for.
pub(crate) fn build(settings: &Settings, encryption: Encryption) -> Result<reqwest::Client, ConfigError> {
    let mut builder = reqwest::Client::builder()
        .user_agent(&settings.user_agent)
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT.min(settings.request_timeout))
        .pool_max_idle_per_host(settings.max_concurrency.get());
    if encryption == Encryption::None {
        // Plain text must not leave the machine through a proxy. No certificate is ever checked, so the
        // system's need not be loaded.
        builder = builder.no_proxy().tls_certs_only([]);
    }
    if let Some(pem) = &settings.ca_cert {
        let bad = |reason: String| ConfigError::CaCert { reason };
        let certificates = Certificate::from_pem_bundle(pem.as_bytes())
            .map_err(|error| bad(format!("it is not PEM ({})", deepest(&error))))?;
        if certificates.is_empty() {
            return Err(bad("it holds no certificate (-----BEGIN CERTIFICATE-----)".to_owned()));
        }
        return builder
            .tls_certs_merge(certificates)
            .build()
            .map_err(|error| bad(format!("a certificate in it cannot be used ({})", deepest(&error))));
    }
    builder.build().map_err(ConfigError::Tls)
}

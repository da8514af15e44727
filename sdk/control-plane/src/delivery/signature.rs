//! Signatures of artifacts. What is signed is the digest as it is written, `sha256:` and 64 digits, so that whoever has a
//! digest can sign without the artifact: `printf %s sha256:... | cosign sign-blob --key cosign.key -`.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, VerificationAlgorithm};
use base64::{Engine, engine::general_purpose::STANDARD};
use rustls::pki_types::{SubjectPublicKeyInfoDer, pem::PemObject};

use crate::{delivery::artifact::Artifact, document::form::Form};

/// The kinds of keys: what cosign makes, and the usual other one.
const ALGORITHMS: [&dyn VerificationAlgorithm; 2] = [&ECDSA_P256_SHA256_ASN1, &ED25519];

/// A public key that signatures are checked with.
pub(crate) static SIGNING_KEY: Form =
    Form::new("^-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\\s]+-----END PUBLIC KEY-----\\s*$", KEYS)
        .checked(|text| key(text).is_none().then_some(KEYS));
const KEYS: &str = "Use a public key of the type ECDSA P-256 or Ed25519 in PEM: -----BEGIN PUBLIC KEY-----.";

/// A signature.
pub(crate) static SIGNATURE: Form = Form::new("^[A-Za-z0-9+/]+={0,2}$", SIGNATURES)
    .checked(|text| STANDARD.decode(text).is_err().then_some(SIGNATURES));
const SIGNATURES: &str = "Use base64, as cosign and openssl give it.";

/// The names of artifacts that none of the keys has signed.
pub(crate) fn unsigned(artifacts: &[Artifact], keys: &[String]) -> Vec<String> {
    let keys: Vec<ParsedPublicKey> = keys.iter().filter_map(|pem| key(pem)).collect();
    let is_signed = |artifact: &&Artifact| {
        let signature = artifact.signature.as_ref().and_then(|text| STANDARD.decode(text).ok());
        signature.is_some_and(|signature| {
            keys.iter().any(|key| key.verify_sig(artifact.digest.as_bytes(), &signature).is_ok())
        })
    };
    artifacts.iter().filter(|artifact| !is_signed(artifact)).map(|artifact| artifact.name.clone()).collect()
}

fn key(pem: &str) -> Option<ParsedPublicKey> {
    let der = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes()).ok()?;
    ALGORITHMS.into_iter().find_map(|algorithm| ParsedPublicKey::new(algorithm, der.as_ref()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    // openssl genpkey -algorithm ed25519 -out key; openssl pkey -in key -pubout
    // printf %s sha256:<64 times a> > digest; openssl pkeyutl -sign -inkey key -rawin -in digest | base64 -w0
    const ED25519_KEY: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAzXvME1V9LhSW7ReihQEQWdIBZ1o9bUmScpxgdayZqaQ=\n-----END PUBLIC KEY-----";
    const ED25519_SIGNATURE: &str =
        "fOtFZRHnkh6NghIxDz+uhKitUpcZmUSxYR4OyViQsizfGlCXDr+emy5ayNz1c0BM2+Z1isjicOJKRXjkpj2SDA==";
    // openssl ecparam -name prime256v1 -genkey -noout -out key; openssl ec -in key -pubout
    // openssl dgst -sha256 -sign key digest | base64 -w0
    const P256_KEY: &str = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEE17kJ+WAnJL03UjZRy5xIKQZU0Q9\nLo/7Ko0v6xyDMqtNqRlKhJCBMJLmWfuuykXQV7IyQ1tAZFtS6LUP77cD+Q==\n-----END PUBLIC KEY-----";
    const P256_SIGNATURE: &str =
        "MEYCIQDP/uDKsDko2BpTvSrwDa7yZ8K5vtKvLlEgWrhx10Gh0AIhAMSQ4m7YwejVw6ygZJutrhGPs3wzAdnxE0bcQWPIIML8";
    const P384_KEY: &str = "-----BEGIN PUBLIC KEY-----\nMHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE3AHWbdpBx1Yzu5b6eTyCiL5DuE00D2WY\nXPobUaIejoC84xn/wX4xwtyjWNkTfY7TcYK6AaUHa4SJUVRLZ8e+QWikzzlcskqV\nCU5DdFpn6JD33/jZ5oZrBn8uDYs69KfI\n-----END PUBLIC KEY-----";

    fn artifact(name: &str, digit: &str, signature: &str) -> Artifact {
        Artifact {
            name: name.to_owned(),
            uri: String::new(),
            digest: format!("sha256:{}", digit.repeat(64)),
            signature: Some(signature.to_owned()),
        }
    }

    #[test]
    fn an_artifact_is_signed_by_a_key_over_its_digest() {
        let artifacts = [
            artifact("ed25519", "a", ED25519_SIGNATURE),
            artifact("p256", "a", P256_SIGNATURE),
            artifact("other digest", "b", ED25519_SIGNATURE),
            artifact("rubbish", "a", "AAAA"),
            Artifact { signature: None, ..artifact("none", "a", "") },
        ];
        let both = [ED25519_KEY.to_owned(), P256_KEY.to_owned()];
        assert_eq!(unsigned(&artifacts, &both), ["other digest", "rubbish", "none"]);
        assert_eq!(unsigned(&artifacts[..2], &both[..1]), ["p256"]);
        assert_eq!(unsigned(&artifacts, &[]).len(), artifacts.len());
    }

    #[test]
    fn keys_of_other_kinds_are_refused() {
        assert!(SIGNING_KEY.admits(ED25519_KEY) && SIGNING_KEY.admits(P256_KEY));
        let cut = ED25519_KEY.replace("MCowBQ", "");
        for bad in [P384_KEY, &cut, "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", "", "AAAA"] {
            assert!(!SIGNING_KEY.admits(bad), "{bad}");
        }
    }
}

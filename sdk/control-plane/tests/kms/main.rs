//! Encryption keys that AWS KMS has wrapped, with the program as it is run.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod moto;

use std::{path::PathBuf, process::Output, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use tempfile::TempDir;
use tokio::{process::Command, time::timeout};

use crate::moto::Moto;

/// The longest that the program may take, so that a server which starts where it must not is told.
const LONGEST: Duration = Duration::from_secs(60);

/// A control plane whose AWS is a stand-in.
struct World {
    moto: Moto,
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        Self { moto: Moto::start(), folder: TempDir::new().unwrap() }
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sparki-control-plane"));
        command
            .args(arguments)
            .env("DATABASE_URL", format!("sqlite://{}/sparki.db", self.folder.path().display()))
            .env("SPARKI_ENCRYPTION_KEY_FILE", self.key_file())
            .env("SPARKI_LISTEN", "127.0.0.1:0")
            .env("RUST_LOG", "trace")
            .env("NO_PROXY", "127.0.0.1")
            .env_remove("AWS_PROFILE")
            .envs([("AWS_ENDPOINT_URL", self.moto.url.as_str()), ("AWS_MAX_ATTEMPTS", "1")])
            .envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")])
            .envs([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")])
            .kill_on_drop(true);
        timeout(LONGEST, command.output()).await.expect("it ends by itself").unwrap()
    }

    fn key_file(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    /// What a command prints that has to succeed.
    async fn prints(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The last thing a command says that has to fail.
    async fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        said.lines().rfind(|line| line.starts_with("error: ")).unwrap().to_owned()
    }

    /// Lets servers have these keys and no others.
    fn hold(&self, lines: &[&str]) {
        std::fs::write(self.key_file(), lines.concat()).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(self.key_file(), std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .unwrap();
    }
}

#[tokio::test]
async fn secrets_move_from_one_kms_key_to_the_next() {
    let world = World::new();
    let (old, new) = (world.moto.key().await, world.moto.key().await);
    let alias = new.rsplit_once(":key/").map(|(account, _)| format!("{account}:alias/sparki")).unwrap();
    world.moto.kms("CreateAlias", json!({"AliasName": "alias/sparki", "TargetKeyId": new})).await;
    let plain = world.prints(&["keys", "generate"]).await;
    let first = world.prints(&["keys", "generate", "--kms", &old]).await;
    let second = world.prints(&["keys", "generate", "--kms", &alias]).await;
    assert!(first.starts_with(&format!("kms:{old}:")), "{first}");
    assert!(second.starts_with(&format!("kms:{new}:")), "an alias may be moved: {second}");

    world.hold(&[&plain]);
    world.prints(&["keys", "rotate"]).await;
    world.hold(&[&plain, &first]);
    let moved = world.prints(&["keys", "rewrap"]).await;
    assert!(moved.ends_with(": 2.\n"), "the key of fingerprints and the key of access tokens: {moved}");
    world.hold(&[&first, &second]);
    let moved = world.prints(&["keys", "rewrap"]).await;
    assert!(moved.ends_with(": 2.\n"), "{moved}");
    let refused = {
        world.hold(&[&first]);
        world.refuses(&["serve"]).await
    };
    assert!(refused.contains("is not among the encryption keys"), "{refused}");

    world.hold(&[&second]);
    world.prints(&["keys", "rotate"]).await;
}

#[tokio::test]
async fn a_server_does_not_start_when_kms_refuses() {
    let mut world = World::new();
    let key = world.moto.key().await;
    let line = world.prints(&["keys", "generate", "--kms", &key]).await;
    world.hold(&["# since 2026\n", &line]);
    world.prints(&["keys", "rotate"]).await;

    let other = world.moto.key().await;
    world.hold(&["# since 2026\n", &line.replace(&key, &other)]);
    let refused = world.refuses(&["serve"]).await;
    for part in ["failed to unwrap the key of line 2", &other, "AccessDeniedException"] {
        assert!(refused.contains(part), "{part} in {refused}");
    }
    let (name, ciphertext) = line.trim().rsplit_once(':').unwrap();
    let mut ciphertext = STANDARD.decode(ciphertext).unwrap();
    *ciphertext.last_mut().unwrap() ^= 1;
    world.hold(&[&format!("{name}:{}", STANDARD.encode(ciphertext))]);
    let refused = world.refuses(&["serve"]).await;
    assert!(refused.contains("InvalidCiphertext"), "{refused}");
    let refused = world.refuses(&["keys", "generate", "--kms", &format!("{key}0")]).await;
    assert!(refused.contains("NotFound"), "{refused}");
    world.hold(&[&line]);
    world.prints(&["keys", "rewrap"]).await;
    world.moto.stop();
    let refused = world.refuses(&["serve"]).await;
    assert!(refused.contains("AWS could not be reached"), "{refused}");
}

#[tokio::test]
async fn a_wrapped_key_is_bound_to_its_purpose_and_never_logged() {
    let world = World::new();
    let key = world.moto.key().await;
    let line = world.prints(&["keys", "generate", "--kms", &key]).await;
    let (_, ciphertext) = line.trim().rsplit_once(':').unwrap();
    let elsewhere = world.moto.kms("Decrypt", json!({"CiphertextBlob": ciphertext})).await;
    assert!(elsewhere["Plaintext"].is_null(), "{elsewhere}");
    let context = json!({"sparki:purpose": "control plane encryption key"});
    let given =
        world.moto.kms("Decrypt", json!({"CiphertextBlob": ciphertext, "EncryptionContext": context})).await;
    let plain = given["Plaintext"].as_str().unwrap();
    let bytes = STANDARD.decode(plain).unwrap();
    assert_eq!(bytes.len(), 32);

    world.hold(&[&line]);
    let output = world.run(&["keys", "rotate"]).await;
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success() && said.windows(7).any(|window| window == b"Decrypt"),
        "everything is logged"
    );
    for form in [plain.as_bytes(), &bytes, format!("{bytes:?}").as_bytes()] {
        assert!(!said.windows(form.len()).any(|window| window == form));
    }
}

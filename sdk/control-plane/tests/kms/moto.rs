//! A stand-in for AWS KMS: moto, which is not AWS, but binds what it wraps to key and context as AWS does.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use reqwest::Client;
use serde_json::{Value, json};

/// A moto server of this test's own; it ends with the test.
pub(crate) struct Moto {
    server: Child,
    pub(crate) url: String,
    client: Client,
}

impl Moto {
    pub(crate) fn start() -> Self {
        let program = program();
        let mut server = Command::new(&program)
            .args(["-H", "127.0.0.1", "-p", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("failed to start {}: {error}", program.display()));
        let mut lines = BufReader::new(server.stderr.take().unwrap()).lines().map_while(Result::ok);
        let url = lines.find_map(|line| Some(line.split_once("Running on ")?.1.trim().to_owned()));
        // What nobody reads would block it once the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        let url = url.expect("moto says where it listens");
        Self { server, url, client: Client::builder().no_proxy().build().unwrap() }
    }

    /// Ends it before the test does.
    pub(crate) fn stop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }

    /// Asks KMS for something.
    pub(crate) async fn kms(&self, action: &str, body: Value) -> Value {
        let signature = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=0";
        let request = self.client.post(&self.url).header("authorization", signature);
        let request = request
            .header("x-amz-target", format!("TrentService.{action}"))
            .header("content-type", "application/x-amz-json-1.1");
        let answer = request.body(body.to_string()).send().await.unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default()
    }

    /// Makes a key and answers with its ARN.
    pub(crate) async fn key(&self) -> String {
        self.kms("CreateKey", json!({})).await["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        self.stop();
    }
}

fn program() -> PathBuf {
    if let Some(program) = std::env::var_os("SPARKI_MOTO_SERVER") {
        return program.into();
    }
    let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.work/python/bin/moto_server");
    assert!(
        program.exists(),
        "{} is missing: run `scripts/python-tools` first, or set SPARKI_MOTO_SERVER to the moto_server of a Python \
         environment with moto[server]==5.2.5",
        program.display()
    );
    program
}

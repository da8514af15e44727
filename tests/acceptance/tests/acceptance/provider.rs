//! What the real provider says: its schemas, and never a secret.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use prost::Message as _;
use sparki_core::{Dynamic, Type};
use terraform_provider_sparki::Sparki;
use tfplugin_server::Product;
use tfplugin_server::convert::dynamic_value;
use tfplugin6::v6::schema::Attribute;
use tfplugin6::v6::{
    Schema, configure_provider, get_provider_schema, import_resource_state, read_resource,
    validate_provider_config,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use acceptance::{Plugin, built};

/// The most bytes of schema: every process that needs it waits for them.
const SCHEMA_LIMIT: usize = 2 << 20;

fn check_attributes(attributes: &[Attribute], at: &str) {
    for attribute in attributes {
        let at = format!("{at}.{}", attribute.name);
        match &attribute.nested_type {
            // Terraform panics at a type that it cannot read.
            None => {
                let json =
                    serde_json::from_slice(&attribute.r#type).unwrap_or_else(|error| panic!("{at}: {error}"));
                Type::from_json(&json).unwrap_or_else(|error| panic!("{at}: {error}"));
            }
            Some(nested) => {
                assert!(attribute.r#type.is_empty() && nested.nesting != 0, "{at}");
                check_attributes(&nested.attributes, &at);
            }
        }
        let modes = (attribute.required, attribute.optional || attribute.computed);
        assert!(
            matches!(modes, (true, false) | (false, true)),
            "{at}: required, or optional, computed or both"
        );
        assert!(!attribute.description.is_empty(), "{at}");
    }
}

#[tokio::test]
async fn the_schemas_are_small_and_readable_and_nothing_is_logged() {
    let mut plugin = Plugin::start(&built("terraform-provider-sparki")).await;
    let mut provider = plugin.connector().provider().await.unwrap();
    let answer =
        provider.get_provider_schema(get_provider_schema::Request::default()).await.unwrap().into_inner();
    assert!(answer.encoded_len() < SCHEMA_LIMIT, "{} bytes", answer.encoded_len());
    assert!(
        answer.diagnostics.is_empty() && answer.resource_schemas.len() >= 7,
        "{:?}",
        answer.resource_schemas.keys()
    );
    let named = answer.resource_schemas.iter().chain(&answer.data_source_schemas);
    let all = named
        .map(|(name, schema)| (name.as_str(), schema))
        .chain([("provider", answer.provider.as_ref().unwrap())]);
    for (name, Schema { block, .. }) in all {
        let block = block.as_ref().unwrap();
        assert!(block.block_types.is_empty() && !block.attributes.is_empty());
        check_attributes(&block.attributes, name);
    }
    assert!(plugin.shut_down().await.success());
    assert_eq!(plugin.stderr().await, "");
}

/// A remote that refuses everything by repeating it, as some proxies do, and what it was sent.
async fn refuse_everything() -> (String, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let sent = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&sent);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let seen = Arc::clone(&seen);
            tokio::spawn(async move {
                let mut buffer = vec![0; 64 << 10];
                while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                    let request = String::from_utf8_lossy(&buffer[..length]);
                    seen.lock().await.push_str(&request);
                    let length = request.len();
                    let head = format!(
                        "HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: {length}"
                    );
                    if stream.write_all(format!("{head}\r\n\r\n{request}").as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    (address, sent)
}

/// Every form in which the bytes of a secret could get into a log.
fn forms(secret: &str) -> Vec<String> {
    let list = |format: fn(&u8) -> String, separator: &str| {
        secret.as_bytes().iter().map(format).collect::<Vec<_>>().join(separator)
    };
    let mut forms = vec![
        secret.to_owned(),
        list(u8::to_string, ", "),
        list(u8::to_string, ","),
        list(|byte| format!("{byte:02x}"), ""),
        list(|byte| format!("{byte:02X}"), ""),
        list(|byte| format!("{byte:02x}"), " "),
        list(|byte| format!("\\x{byte:02x}"), ""),
        list(|byte| format!("%{byte:02X}"), ""),
    ];
    // In base64 the text depends on what is before it; the first and the last digits depend on the neighbours.
    for before in 0..3 {
        let text = [vec![b'x'; before], secret.as_bytes().to_vec()].concat();
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let digits = engine.encode(&text);
            forms.push(digits[4..digits.len() - 4].to_owned());
        }
    }
    forms
}

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJyYXZlbiJ9.c2lsdmVyLWtleS0x";
const API_KEY: &str = "spk_0190b5c48f0e_corvid-and-quill-77";
const CLIENT_SECRET: &str = "lantern+moss/4451=";
const AWS_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYZEBRAKEY01";
const AWS_TOKEN: &str = "IQoJb3JpZ2luX2VjEOpalimpsest";

#[tokio::test]
async fn no_secret_is_ever_logged_or_told() {
    let credentials: [(&str, &[(&str, &str)]); 3] = [
        ("bearer", &[("token", TOKEN)]),
        (API_KEY, &[("api_key", API_KEY)]),
        ("client", &[("client_id", "deployer"), ("client_secret", CLIENT_SECRET)]),
    ];
    for (proof, credentials) in credentials {
        let (endpoint, sent) = refuse_everything().await;
        let (log, told) = use_everything(&endpoint, credentials).await;
        assert!(log.lines().any(|line| line.contains("ReadResource")), "it is a log: {log}");
        for secret in [TOKEN, API_KEY, CLIENT_SECRET, AWS_SECRET, AWS_TOKEN] {
            for form in forms(secret) {
                assert!(!log.contains(&form), "{form}\n{log}");
                assert!(!told.contains(&form), "{form}\n{told}");
            }
        }
        let sent = sent.lock().await;
        assert!(sent.to_lowercase().contains(&proof.to_lowercase()), "the credentials were used: {sent}");
        assert!(sent.contains("AWS4-HMAC-SHA256"), "those of AWS as well: {sent}");
    }
}

/// Configures the provider, reads something of the control plane and of AWS, and returns the log and what
/// practitioners are told.
async fn use_everything(endpoint: &str, credentials: &[(&str, &str)]) -> (String, String) {
    let mut plugin = Plugin::start_with(&built("terraform-provider-sparki"), |command| {
        for (name, _) in std::env::vars() {
            if name.starts_with("SPARKI_") || name.starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        command.env("TF_LOG", "trace");
    })
    .await;
    // Read all along: a log that nobody reads would hold the provider up.
    let mut stderr = plugin.child.stderr.take().unwrap();
    let log = tokio::spawn(async move {
        let mut log = Vec::new();
        stderr.read_to_end(&mut log).await.unwrap();
        log
    });
    let mut provider = plugin.connector().provider().await.unwrap();
    let sparki = Sparki::new();
    let aws = [
        ("region", "us-east-1"),
        ("access_key", "AKIDEXAMPLE"),
        ("secret_key", AWS_SECRET),
        ("session_token", AWS_TOKEN),
        ("endpoint_url", endpoint),
    ];
    let mut config: BTreeMap<String, Dynamic> =
        credentials.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    config.insert("endpoint".into(), endpoint.into());
    config.insert("aws".into(), Dynamic::object(aws.map(|(name, value)| (name, value.into()))));
    let config = dynamic_value::encode(&Dynamic::Object(config), &sparki.schema().object.ty()).unwrap();
    let request = validate_provider_config::Request { config: Some(config.clone()) };
    let validated = provider.validate_provider_config(request).await.unwrap().into_inner();
    assert_eq!(validated.diagnostics, []);
    let request = configure_provider::Request { config: Some(config), ..Default::default() };
    let configured = provider.configure_provider(request).await.unwrap().into_inner();
    assert_eq!(configured.diagnostics, []);
    let cluster = Dynamic::object([("name", "main".into()), ("region", "us-east-1".into())]);
    let project = Dynamic::object([("id", "0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e".into())]);
    let mut told = Vec::new();
    for (type_name, state) in [("sparki_project", project), ("sparki_eks_cluster", cluster)] {
        let ty = sparki.registry().resources()[type_name].schema().object.ty();
        let request = read_resource::Request {
            type_name: type_name.into(),
            current_state: Some(dynamic_value::encode(&state, &ty).unwrap()),
            ..Default::default()
        };
        let read = provider.read_resource(request).await.unwrap().into_inner();
        assert!(!read.diagnostics.is_empty(), "it is refused");
        let kept = dynamic_value::decode(read.new_state.as_ref(), &ty).unwrap();
        assert_eq!(kept.attribute("id"), state.attribute("id"), "and the state is kept");
        told.extend(read.diagnostics);
        let request = import_resource_state::Request {
            type_name: type_name.into(),
            id: "main".into(),
            ..Default::default()
        };
        told.extend(provider.import_resource_state(request).await.unwrap().into_inner().diagnostics);
    }
    assert!(plugin.shut_down().await.success());
    let log = String::from_utf8_lossy(&log.await.unwrap()).into_owned();
    let told = told.into_iter().map(|it| format!("{}\n{}\n", it.summary, it.detail)).collect();
    (log, told)
}

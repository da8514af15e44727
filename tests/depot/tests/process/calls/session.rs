//! Asks as Terraform does, and reads the answers.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use sparki_core::{Diagnostic as CoreDiagnostic, Dynamic, ObjectSchema, Type};
use tfplugin_server::convert::dynamic_value;
use tfplugin_server::handshake::Host;
use tfplugin_server::intents::IntentFiles;
use tfplugin_server::lifecycle::Process;
use tfplugin_server::listener::{Address, Listener};
use tfplugin_server::product::Product;
use tfplugin_server::serve::serve;
use tfplugin_server::service::Service;
use tfplugin6::Bytes;
use tfplugin6::v6::attribute_path::step::Selector;
use tfplugin6::v6::provider_client::ProviderClient;
use tfplugin6::v6::{
    AttributePath, ClientCapabilities, Diagnostic, DynamicValue, RawState, apply_resource_change,
    configure_provider, import_resource_state, plan_resource_change, read_data_source, read_resource,
    upgrade_resource_state, validate_resource_config,
};
use tonic::transport::Channel;

use acceptance::Connector;
use depot::{Depot, Hall};

/// A provider that serves in this process.
pub(super) struct Served {
    directory: tempfile::TempDir,
    socket: PathBuf,
    pub(super) process: Process,
    pub(super) depot: Arc<Depot>,
}

impl Served {
    pub(super) fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let host = Host { socket_directory: Some(directory.path().to_owned()), ..Host::absent() };
        let listener = Listener::bind(&host).unwrap();
        let Address::Unix(socket) = listener.address() else { panic!("not a socket") };
        let (process, depot) = (Process::new("example.com/acme/depot"), Arc::new(Depot::new()));
        let served = Self { directory, socket, process: process.clone(), depot: Arc::clone(&depot) };
        let creations = served.creations();
        let connect = move |operations| {
            let product: Arc<dyn Product> = Arc::<Depot>::clone(&depot);
            Service::with_intents(product, operations, Arc::new(IntentFiles::in_directory(creations.clone())))
        };
        tokio::spawn(async move { serve(&listener, None, &process, connect).await });
        served
    }

    /// A connection that is not configured.
    pub(super) async fn connect(&self) -> Session {
        let client = Connector::plaintext(&self.socket).provider().await.unwrap();
        Session { client, depot: Arc::clone(&self.depot) }
    }

    /// A connection configured with the hall "main".
    pub(super) async fn session(&self) -> Session {
        let mut session = self.connect().await;
        assert_eq!(session.configure("main").await, [] as [&str; 0]);
        session
    }

    /// The hall "main".
    pub(super) fn hall(&self) -> Arc<Hall> {
        self.depot.hall("main")
    }

    pub(super) fn creations(&self) -> PathBuf {
        self.directory.path().join("creations")
    }

    /// How many creations are remembered whose end is not known.
    pub(super) fn open_creations(&self) -> usize {
        files(&self.creations())
    }
}

fn files(directory: &FilePath) -> usize {
    std::fs::read_dir(directory).map_or(0, Iterator::count)
}

/// One connection.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) client: ProviderClient<Channel>,
    depot: Arc<Depot>,
}

/// What came back: an object, private data and messages.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) object: Dynamic,
    pub(super) private: Bytes,
    pub(super) said: Vec<String>,
}

/// A plan that came back.
#[derive(Clone, Debug)]
pub(super) struct PlanAnswer {
    pub(super) object: Dynamic,
    pub(super) replace: Vec<String>,
    pub(super) private: Bytes,
    pub(super) said: Vec<String>,
}

/// An object with these members.
pub(super) fn object<const N: usize>(members: [(&str, Dynamic); N]) -> Dynamic {
    Dynamic::object(members)
}

/// The object with one member changed.
pub(super) fn with(mut object: Dynamic, name: &str, value: impl Into<Dynamic>) -> Dynamic {
    let Dynamic::Object(members) = &mut object else { panic!("no object") };
    members.insert(name.to_owned(), value.into());
    object
}

/// Messages as text: `error at items[0].kind: Summary: Detail`.
pub(super) fn said(diagnostics: &[Diagnostic]) -> Vec<String> {
    let text = |diagnostic: &Diagnostic| {
        let severity = format!("{:?}", diagnostic.severity()).to_lowercase();
        let at =
            diagnostic.attribute.as_ref().map(|path| format!(" at {}", written(path))).unwrap_or_default();
        format!("{severity}{at}: {}: {}", diagnostic.summary, diagnostic.detail)
    };
    diagnostics.iter().map(text).collect()
}

fn written(path: &AttributePath) -> String {
    let mut text = String::new();
    for step in &path.steps {
        match step.selector.as_ref().expect("every step selects something") {
            Selector::AttributeName(name) if text.is_empty() => text.push_str(name),
            Selector::AttributeName(name) => text.push_str(&format!(".{name}")),
            Selector::ElementKeyString(key) => text.push_str(&format!("[{key:?}]")),
            Selector::ElementKeyInt(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}

/// Fails unless exactly one message came that starts so and contains that.
#[track_caller]
pub(super) fn check_said(found: &[String], start: &str, part: &str) {
    let [one] = found else { panic!("expected one message, found {found:#?}") };
    assert!(one.starts_with(start) && one.contains(part), "{one}");
}

impl Session {
    pub(super) fn product(&self) -> &Depot {
        &self.depot
    }

    pub(super) fn schema(&self, type_name: &str) -> ObjectSchema {
        self.depot.registry().resources()[type_name].schema().object.clone()
    }

    pub(super) fn ty(&self, type_name: &str) -> Type {
        self.schema(type_name).ty()
    }

    pub(super) fn encode(&self, type_name: &str, object: &Dynamic) -> Option<DynamicValue> {
        Some(dynamic_value::encode(object, &self.ty(type_name)).unwrap())
    }

    pub(super) fn decode(&self, type_name: &str, value: Option<&DynamicValue>) -> Dynamic {
        dynamic_value::decode(value, &self.ty(type_name)).unwrap()
    }

    pub(super) async fn configure(&mut self, hall: impl Into<Dynamic>) -> Vec<String> {
        let ty = self.depot.schema().object.ty();
        let config = dynamic_value::encode(&object([("hall", hall.into())]), &ty).unwrap();
        let request = configure_provider::Request {
            terraform_version: "1.11.4".into(),
            config: Some(config),
            ..Default::default()
        };
        said(&self.client.configure_provider(request).await.unwrap().into_inner().diagnostics)
    }

    pub(super) async fn validate(
        &mut self,
        type_name: &str,
        config: &Dynamic,
        host: ClientCapabilities,
    ) -> Vec<String> {
        let request = validate_resource_config::Request {
            type_name: type_name.into(),
            config: self.encode(type_name, config),
            client_capabilities: Some(host),
        };
        said(&self.client.validate_resource_config(request).await.unwrap().into_inner().diagnostics)
    }

    pub(super) fn plan_request(
        &self,
        type_name: &str,
        prior: &Dynamic,
        config: &Dynamic,
    ) -> plan_resource_change::Request {
        plan_resource_change::Request {
            type_name: type_name.into(),
            prior_state: self.encode(type_name, prior),
            // Of what Terraform proposes, only whether there is to be an object counts.
            proposed_new_state: self.encode(type_name, config),
            config: self.encode(type_name, config),
            ..Default::default()
        }
    }

    pub(super) async fn plan(&mut self, type_name: &str, prior: &Dynamic, config: &Dynamic) -> PlanAnswer {
        let request = self.plan_request(type_name, prior, config);
        self.ask_plan(request).await
    }

    pub(super) async fn ask_plan(&mut self, request: plan_resource_change::Request) -> PlanAnswer {
        let type_name = request.type_name.clone();
        let answer = self.client.plan_resource_change(request).await.unwrap().into_inner();
        PlanAnswer {
            object: self.decode(&type_name, answer.planned_state.as_ref()),
            replace: answer.requires_replace.iter().map(written).collect(),
            private: answer.planned_private,
            said: said(&answer.diagnostics),
        }
    }

    pub(super) async fn apply(&mut self, request: apply_resource_change::Request) -> Answer {
        let type_name = request.type_name.clone();
        let answer = self.client.apply_resource_change(request).await.unwrap().into_inner();
        let object = self.decode(&type_name, answer.new_state.as_ref());
        Answer { object, private: answer.private, said: said(&answer.diagnostics) }
    }

    /// The request that applies what is planned for this configuration.
    pub(super) async fn change_request(
        &mut self,
        type_name: &str,
        prior: &Answer,
        config: &Dynamic,
    ) -> apply_resource_change::Request {
        let request = plan_resource_change::Request {
            prior_private: prior.private.clone(),
            ..self.plan_request(type_name, &prior.object, config)
        };
        let planned = self.ask_plan(request).await;
        assert_eq!(planned.said, [] as [&str; 0]);
        apply_resource_change::Request {
            type_name: type_name.into(),
            prior_state: self.encode(type_name, &prior.object),
            planned_state: self.encode(type_name, &planned.object),
            config: self.encode(type_name, config),
            planned_private: planned.private,
            ..Default::default()
        }
    }

    /// Plans and applies.
    pub(super) async fn change(&mut self, type_name: &str, prior: &Answer, config: &Dynamic) -> Answer {
        let request = self.change_request(type_name, prior, config).await;
        self.apply(request).await
    }

    /// Plans and applies a creation.
    pub(super) async fn create(&mut self, type_name: &str, config: &Dynamic) -> Answer {
        self.change(type_name, &nothing(), config).await
    }

    pub(super) async fn read(&mut self, type_name: &str, known: &Answer) -> Answer {
        let request = read_resource::Request {
            type_name: type_name.into(),
            current_state: self.encode(type_name, &known.object),
            private: known.private.clone(),
            ..Default::default()
        };
        let answer = self.client.read_resource(request).await.unwrap().into_inner();
        let object = self.decode(type_name, answer.new_state.as_ref());
        Answer { object, private: answer.private, said: said(&answer.diagnostics) }
    }

    pub(super) async fn import(&mut self, type_name: &str, id: &str) -> (Vec<Answer>, Vec<String>) {
        let request = import_resource_state::Request {
            type_name: type_name.into(),
            id: id.into(),
            ..Default::default()
        };
        let answer = self.client.import_resource_state(request).await.unwrap().into_inner();
        let imported = answer.imported_resources.into_iter().map(|imported| {
            assert_eq!(imported.type_name, type_name);
            let object = self.decode(type_name, imported.state.as_ref());
            Answer { object, private: imported.private, said: Vec::new() }
        });
        (imported.collect(), said(&answer.diagnostics))
    }

    pub(super) async fn upgrade(
        &mut self,
        type_name: &str,
        version: i64,
        stored: Option<RawState>,
    ) -> Answer {
        let request =
            upgrade_resource_state::Request { type_name: type_name.into(), version, raw_state: stored };
        let answer = self.client.upgrade_resource_state(request).await.unwrap().into_inner();
        let object = match self.depot.registry().resources().get(type_name) {
            Some(_) => self.decode(type_name, answer.upgraded_state.as_ref()),
            None => Dynamic::Null,
        };
        Answer { object, private: Bytes::new(), said: said(&answer.diagnostics) }
    }

    /// Looks a parcel up.
    pub(super) async fn look_up(&mut self, type_name: &str, id: &str) -> Answer {
        let ty = self.depot.registry().data_sources()[type_name].schema().object.ty();
        let config = dynamic_value::encode(&object([("id", id.into())]), &ty).unwrap();
        let request = read_data_source::Request {
            type_name: type_name.into(),
            config: Some(config),
            ..Default::default()
        };
        let answer = self.client.read_data_source(request).await.unwrap().into_inner();
        let object = dynamic_value::decode(answer.state.as_ref(), &ty).unwrap();
        Answer { object, private: Bytes::new(), said: said(&answer.diagnostics) }
    }
}

/// What Terraform knows of an object that does not exist.
pub(super) fn nothing() -> Answer {
    Answer { object: Dynamic::Null, private: Bytes::new(), said: Vec::new() }
}

/// What the server says of a remote that is not there.
pub(super) fn not_configured(found: &[String]) -> bool {
    let expected: CoreDiagnostic = sparki_core::Remotes::new().remote::<Hall>().unwrap_err();
    found.iter().any(|found| *found == format!("error: {}: {}", expected.summary, expected.detail))
}
